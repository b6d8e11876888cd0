"""Where a lab can be talked to: a Unix socket, or a TCP port of this machine."""

import re
from pathlib import Path
from typing import Self

import msgspec

from simulators.limits import HIGHEST_PORT

LONGEST_PATH = 107
"""Bytes of a Unix socket's path, sun_path less its end (unix(7))."""
LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]")


class Place(msgspec.Struct, frozen=True):
    """A path of a Unix socket, or else host and port."""

    path: Path | None = None
    host: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str, folder: Path = Path()) -> Self:
        """A path (from ``folder`` where it is relative), or host:port.

        Raises:
            ValueError: it is neither, or not of this machine, or too long for the system.
        """
        host, colon, port = text.rpartition(":")
        if not colon or "/" in text or not port.isdecimal():
            return cls._of_path(text, folder)
        if LOOPBACK.fullmatch(host) is None:
            raise ValueError(f"only this machine may talk to a lab, not {host!r}; try 127.0.0.1")
        if int(port) > HIGHEST_PORT:
            raise ValueError(f"{port} is no port")
        return cls(None, host.strip("[]"), int(port))

    @classmethod
    def _of_path(cls, text: str, folder: Path) -> Self:
        path = folder / text
        if not text or len(bytes(path)) > LONGEST_PATH:
            raise ValueError(f"a socket's path has 1 to {LONGEST_PATH} bytes, not {str(path)!r}")
        return cls(path)

    def __str__(self) -> str:
        if self.path is not None:
            return str(self.path)
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
