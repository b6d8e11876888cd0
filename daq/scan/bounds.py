"""The bounds a user sets to a scan."""

import re
from typing import Literal

import msgspec

from drivers.registry import Framing
from drivers.transport.serial_settings import Parity

MOST = 256
"""Entries a range may have; a Modbus line has 247 units."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried. Line settings that are empty are those of each profile.

    ``units`` are tried for Modbus, ``addresses`` for addressed text and binary protocols, each
    where a profile allows that form. ``timeout`` is the wait for an answer, ``limit`` for all.
    """

    bauds: tuple[int, ...] = ()
    parities: tuple[Parity, ...] = ()
    data_bits: tuple[Literal[7, 8], ...] = ()
    stop_bits: tuple[Literal[1, 2], ...] = ()
    framings: tuple[Framing, ...] = ()
    units: tuple[int, ...] = tuple(range(1, 11))
    addresses: tuple[str, ...] = ("1", "01", "A")
    timeout: float = 0.5
    limit: float = 120.0

    @property
    def quiet(self) -> float:
        """Seconds of silence awaited after a question that was not answered."""
        return min(max(self.timeout / 3, 0.05), 0.2)


def numbers(text: str) -> tuple[int, ...]:
    """Numbers and ranges, such as ``1-16,20``, each once.

    Raises:
        ValueError: it is something else.
    """
    found: dict[int, None] = {}
    for item in _items(text):
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", item)
        if match is None:
            raise ValueError(f"{item!r} is neither a number nor a range such as 1-16")
        found |= dict.fromkeys(_range(int(match[1]), int(match[2] or match[1]), item))
    return tuple(found)


def addresses(text: str) -> tuple[str, ...]:
    """Addresses and ranges of them, each once: ``01-04`` keeps its zeros, ``A-D`` are letters.

    Raises:
        ValueError: a range that runs backwards or is too long.
    """
    found: dict[str, None] = {}
    for item in _items(text):
        found |= dict.fromkeys(_addresses(item))
    return tuple(found)


def _items(text: str) -> list[str]:
    items = [item.strip() for item in text.split(",")]
    if not all(items):
        raise ValueError(f"{text!r} has an empty entry")
    return items


def _addresses(item: str) -> list[str]:
    if match := re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", item):
        width = len(match[1])
        return [f"{n:0{width}}" for n in _range(int(match[1]), int(match[2]), item)]
    if match := re.fullmatch(r"([A-Z])-([A-Z])|([a-z])-([a-z])", item):
        first, last = (letter for letter in match.groups() if letter)
        return [chr(n) for n in _range(ord(first), ord(last), item)]
    return [item]


def _range(first: int, last: int, item: str) -> range:
    if last < first:
        raise ValueError(f"{item!r} runs backwards")
    if last - first >= MOST:
        raise ValueError(f"{item!r} has more than {MOST} entries")
    return range(first, last + 1)
