"""Turns the bytes of a fuzzer into choices: the same bytes, the same choices."""

from collections.abc import Iterable


class Choices:
    """Reads choices from bytes; once they are used up, every choice is the first one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def __bool__(self) -> bool:
        return self._position < len(self._data)

    def below(self, limit: int) -> int:
        """A whole number from 0 to less than ``limit``, of at most 65536."""
        size = 1 if limit <= 256 else 2
        return int.from_bytes(self._take(size), "big") % limit

    def piece(self, longest: int = 255) -> bytes:
        """Some bytes."""
        return self._take(self.below(longest + 1))

    def rest(self) -> bytes:
        """All bytes that are left."""
        return self._take(len(self._data))

    def _take(self, count: int) -> bytes:
        taken = self._data[self._position : self._position + count]
        self._position += count
        return taken


def changed(original: bytes, choices: Choices, most: int = 8) -> bytes:
    """The original with up to ``most`` places overwritten, removed or filled in."""
    result = bytearray(original)
    for _ in range(choices.below(most + 1)):
        place, removed, put = choices.below(65_536), choices.below(9), choices.piece(16)
        place %= len(result) + 1
        result[place : place + removed] = put
    return bytes(result)


def flipped(original: bytes, choices: Choices, most: int = 1) -> bytes:
    """The original with one to ``most`` bits the other way round; nothing of nothing."""
    result = bytearray(original)
    for _ in range(1 + choices.below(most)):
        if result:
            result[choices.below(65_536) % len(result)] ^= 1 << choices.below(8)
    return bytes(result)


def pieces(parts: Iterable[bytes]) -> bytes:
    """The bytes from which ``piece`` reads these parts."""
    return b"".join(bytes([len(part[:255])]) + part[:255] for part in parts)
