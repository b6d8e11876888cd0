"""Reads a pack that comes from outside: bounded, and nothing of it is unpacked to disk."""

import json
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from daq.evidence.errors import EvidenceError
from daq.evidence.lines import read_scans, series_of
from daq.evidence.results import Result
from daq.evidence.verifier import BROKEN, LARGEST_MANIFEST, MANIFEST, MOST_FILES
from daq.journal.entry import Scan, Series

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is read as a whole."""

T = TypeVar("T")

_UNREADABLE = (KeyError, *BROKEN)


class OpenedPack:
    """A pack, as far as its numbers can be worked out again. Not verified: see ``verifier``."""

    def __init__(self, file: zipfile.ZipFile, path: Path) -> None:
        self._file, self._path = file, path
        if len(file.namelist()) > MOST_FILES:
            raise EvidenceError(f"{path}: more than {MOST_FILES} files")
        self.series: dict[int, Series] = series_of(self.content("series.json"))

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest.

        Raises:
            EvidenceError: it is none.
        """
        try:
            found: object = json.loads(self.content(MANIFEST, LARGEST_MANIFEST))
        except (ValueError, RecursionError) as error:
            raise EvidenceError(f"{self._path}: {MANIFEST}: {error}") from error
        if not isinstance(found, dict):
            raise EvidenceError(f"{self._path}: {MANIFEST} is no object")
        return cast("dict[str, Any]", found)

    @property
    def results(self) -> tuple[Result, ...]:
        """The numbers the pack states."""
        return self._decoded("results.json", tuple[Result, ...])

    def scans(self) -> Iterator[Scan]:
        """Its scans, in the order of the journal.

        Raises:
            EvidenceError: they cannot be read.
        """
        try:
            with self._file.open("journal.jsonl") as file:
                yield from read_scans(file, self.series)
        except _UNREADABLE as error:
            raise EvidenceError(f"{self._path}: journal.jsonl: {error}") from error

    def content(self, name: str, largest: int = LARGEST) -> bytes:
        """The bytes of a file.

        Raises:
            EvidenceError: it is not there, damaged, or too large.
        """
        try:
            with self._file.open(name) as file:
                content = file.read(largest + 1)
        except _UNREADABLE as error:
            raise EvidenceError(f"{self._path}: {name}: {error}; no evidence pack?") from error
        if len(content) > largest:
            raise EvidenceError(f"{self._path}: {name} has more than {largest} bytes")
        return content

    def _decoded(self, name: str, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(self.content(name), type=kind)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise EvidenceError(f"{self._path}: {name}: {error}") from error


@contextmanager
def opened(path: Path) -> Generator[OpenedPack]:
    """Open a pack.

    Raises:
        EvidenceError: it is none.
    """
    try:
        file = zipfile.ZipFile(path)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise EvidenceError(f"{path}: no evidence pack: {error}") from error
    with file:
        yield OpenedPack(file, path)
