"""Where a scan looks: a serial port or a TCP address."""

import os
from pathlib import Path

import msgspec

from daq.config.types import split_host_port


class Place(msgspec.Struct, frozen=True):
    """A port or an address; the other of the two is empty. A pseudo terminal only does 8N1."""

    port: str = ""
    address: str = ""
    pseudo: bool = False

    def __str__(self) -> str:
        return self.port or self.address

    @property
    def host_port(self) -> tuple[str, int]:
        """Host and port of a TCP address."""
        return split_host_port(self.address)


def place_of(text: str) -> Place:
    """The place a user names.

    Raises:
        ValueError: it is neither a path nor host:port.
    """
    if "/" in text or Path(text).exists():
        return Place(port=text, pseudo=os.path.realpath(text).startswith("/dev/pts/"))
    try:
        split_host_port(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is neither the path of a port nor HOST:PORT") from error
    return Place(address=text)
