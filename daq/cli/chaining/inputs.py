"""Keys and checkpoints out of the files they are given in."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from daq.errors import DaqError
from daq.journal.chain.checkpoint import LONGEST
from daq.journal.chain.vouch import Deposit
from drivers.files import read_bounded

SUFFIX = ".txt"
"""How the name of a checkpoint ends that was kept elsewhere."""

LONGEST_KEY = 16_384
"""Bytes a file with a key may have."""


class UnreadableError(DaqError):
    """A file that was given cannot be read; the text says why."""


def keys_of(paths: Iterable[Path]) -> list[bytes]:
    """The public keys in some files.

    Raises:
        UnreadableError, KeyFileError: one holds none.
    """
    from daq.journal.chain.keys import public_of  # noqa: PLC0415 - cryptography is no small thing

    return [public_of(text_of(path, LONGEST_KEY), str(path)) for path in paths]


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
