"""Keys and checkpoints out of the files they are given in."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from daq.errors import DaqError
from daq.journal.chain.checkpoint import LONGEST
from daq.journal.chain.vouch import Deposit
from drivers.files import read_bounded

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

SUFFIX = ".txt"
"""How the name of a checkpoint ends that was kept elsewhere."""

_CERTIFICATES = 1_000_000
LONGEST_KEY = 16_384
"""Bytes a file with a key may have."""


class NotInstalledError(DaqError):
    """A package that keys and time stamps need is not installed."""

    advice = "pip install 'lab-daq[sign]'"


@contextmanager
def installed() -> Generator[None]:
    """Import what keys and time stamps need.

    Raises:
        NotInstalledError: it is not there.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        text = f"needs the package {error.name}, which is not installed"
        raise NotInstalledError(text) from error


class UnreadableError(DaqError):
    """A file that was given cannot be read; the text says why."""


def keys_of(paths: Sequence[Path]) -> list[bytes]:
    """The public keys in some files.

    Raises:
        UnreadableError, KeyFileError: one holds none.
    """
    if not paths:
        return []
    with installed():
        from daq.journal.chain.keys import public_of  # noqa: PLC0415 - cryptography is large

    return [public_of(text_of(path, LONGEST_KEY), str(path)) for path in paths]


def certificates_of(paths: Sequence[Path]) -> "list[Certificate]":
    """The certificates in some files.

    Raises:
        UnreadableError, StampError: one holds none.
    """
    if not paths:
        return []
    with installed():
        from daq.journal.chain.stamp import authorities_of  # noqa: PLC0415 - the same

    texts = ((path, text_of(path, _CERTIFICATES)) for path in paths)
    return [each for path, text in texts for each in authorities_of(text.encode(), str(path))]


def deposits_of(paths: Iterable[Path]) -> list[Deposit]:
    """The checkpoints in some files and folders.

    Raises:
        UnreadableError: one cannot be read.
    """
    return [Deposit(str(path), text_of(path, LONGEST)) for path in _files(paths)]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob(f"*{SUFFIX}"))
        else:
            yield path


def text_of(path: Path, most: int) -> str:
    """The text of a small file.

    Raises:
        UnreadableError: it cannot be read, is too long, or no text.
    """
    try:
        return read_bounded(path, most).decode()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableError(f"{path}: {error}") from error
