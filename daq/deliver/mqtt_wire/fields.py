"""The fields packets are made of: numbers, strings, lengths (1.5). Pure."""

from daq.deliver.mqtt_wire.errors import MalformedError

LONGEST_FIELD = 65_535
"""Bytes of a string, or of binary data."""

LARGEST_LENGTH = 268_435_455
"""The greatest number a length of four bytes can say (1.5.5)."""

_MORE = 0x80
_LENGTH_BYTES = 4


def encode_length(number: int) -> bytes:
    """A variable byte integer (1.5.5).

    Raises:
        ValueError: the number is too large for one.
    """
    if not 0 <= number <= LARGEST_LENGTH:
        raise ValueError(f"{number} is no length of MQTT")
    encoded = bytearray()
    while number >= _MORE:
        encoded.append(number & 0x7F | _MORE)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def decode_length(data: bytes | bytearray, place: int) -> tuple[int, int] | None:
    """The variable byte integer at a place, and the place after it; None if its end is missing.

    Raises:
        MalformedError: it has more than four bytes, or more than it needs.
    """
    number = 0
    for index, byte in enumerate(data[place : place + _LENGTH_BYTES]):
        number |= (byte & 0x7F) << 7 * index
        if not byte & _MORE:
            if index and not byte:
                raise MalformedError("a length with more bytes than it needs")
            return number, place + index + 1
    if len(data) >= place + _LENGTH_BYTES:
        raise MalformedError("a length of more than four bytes")
    return None


def encode_binary(data: bytes, what: str) -> bytes:
    """Binary data (1.5.6); ``what`` names it in an error.

    Raises:
        ValueError: there is too much of it.
    """
    if len(data) > LONGEST_FIELD:
        raise ValueError(f"{what} has more than {LONGEST_FIELD} bytes")
    return len(data).to_bytes(2, "big") + data


def encode_text(text: str, what: str) -> bytes:
    """A string (1.5.4); ``what`` names it in an error, which never shows it.

    Raises:
        ValueError: it is too long, or has what a string may not have.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = b"\0"
    if b"\0" in data:
        raise ValueError(f"{what} has a character that MQTT does not allow")
    return encode_binary(data, what)


class Reader:
    """Reads one field after the other from the body of a packet.

    Raises:
        MalformedError: from every method; the field ends after the packet, or is none.
    """

    def __init__(self, body: bytes | bytearray) -> None:
        self._body = body
        self._place = 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._body) - self._place

    def number(self, size: int) -> int:
        """A number of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def length(self) -> int:
        """A variable byte integer."""
        found = decode_length(self._body, self._place)
        if found is None:
            raise MalformedError("a packet that ends too early")
        number, self._place = found
        return number

    def binary(self) -> bytes:
        """Binary data."""
        return self.take(self.number(2))

    def text(self) -> str:
        """A string."""
        try:
            text = self.binary().decode()
        except UnicodeDecodeError:
            raise MalformedError("a text that is not UTF-8") from None
        if "\0" in text:
            raise MalformedError("a text with a zero in it")
        return text

    def take(self, size: int) -> bytes:
        """So many bytes."""
        if size > self.left:
            raise MalformedError("a packet that ends too early")
        taken = bytes(self._body[self._place : self._place + size])
        self._place += size
        return taken

    def end(self) -> None:
        """There is nothing left."""
        if self.left:
            raise MalformedError("a packet that is longer than what it says")
