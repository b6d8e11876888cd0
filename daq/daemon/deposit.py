"""Keeps checkpoints as files in a folder, which had better be on another machine."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from daq.daemon.keeper import KeepError
from daq.journal.chain.kept import Kept
from daq.journal.chain.names import file_name
from drivers.files import read_bounded

_LONGEST = 65_536


class Deposit:
    """A folder of checkpoints. A file that is there is never written again."""

    name = "deposit"
    limit = 60.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def missing(self, checkpoints: Sequence[Kept]) -> Sequence[Kept]:
        """Those of which there is no file.

        Raises:
            KeepError: the folder cannot be read.
        """
        return await asyncio.to_thread(self._missing, checkpoints)

    async def keep(self, kept: Kept) -> None:
        """Write a checkpoint.

        Raises:
            KeepError: it cannot be written, or another is there in its place.
        """
        await self.write(file_name(kept), kept.text.encode())

    async def write(self, name: str, content: bytes) -> None:
        """Write a file of the folder, once and for all.

        Raises:
            KeepError: it cannot be written, or another is there in its place.
        """
        await asyncio.to_thread(self._write, self._folder / name, content)

    def _missing(self, checkpoints: Sequence[Kept]) -> list[Kept]:
        try:
            there = {path.name for path in self._folder.iterdir()}
        except OSError as error:
            raise KeepError(f"{self._folder}: {error.strerror}") from error
        return [kept for kept in checkpoints if file_name(kept) not in there]

    def _write(self, path: Path, content: bytes) -> None:
        unfinished = path.with_name(path.name + ".unfinished")
        try:
            if path.exists():
                self._compare(path, content)
                return
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
        except OSError as error:
            raise KeepError(f"{path}: {error.strerror}") from error

    def _compare(self, path: Path, content: bytes) -> None:
        if read_bounded(path, _LONGEST) != content:
            raise KeepError(
                f"{path}: is there already and says something else; the journal or the file was "
                "altered, or the journal was restored from an older copy"
            )
