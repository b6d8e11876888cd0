"""The steps of an installation as plain data: they can be shown, compared and done."""

from pathlib import PurePosixPath
from typing import TypeAlias

import msgspec


class WriteFile(msgspec.Struct, frozen=True):
    """A file with this text; everybody may read it."""

    path: PurePosixPath
    text: str
    state: str = "new"


class RemoveFile(msgspec.Struct, frozen=True):
    """A file of ours goes, and its folder with it if that is empty then and was ours."""

    path: PurePosixPath


class MakeFolder(msgspec.Struct, frozen=True):
    """A folder; ``owner`` owns it, empty for root."""

    path: PurePosixPath
    mode: int
    owner: str = ""


class Run(msgspec.Struct, frozen=True):
    """A command."""

    words: tuple[str, ...]
    purpose: str


Step: TypeAlias = WriteFile | RemoveFile | MakeFolder | Run


class Plan(msgspec.Struct, frozen=True):
    """Steps in order, and what the reader should know besides."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    def and_then(self, other: "Plan") -> "Plan":
        """Both plans, one after the other."""
        return Plan(self.steps + other.steps, self.notes + other.notes)


def describe(step: Step) -> str:
    """One line about a step."""
    match step:
        case WriteFile(path, _, state):
            return f"write   {path} ({state})"
        case RemoveFile(path):
            return f"remove  {path}"
        case MakeFolder(path, mode, owner):
            return f"folder  {path} (mode {mode:04o}, owner {owner or 'root'})"
        case Run(words, purpose):
            return f"run     {' '.join(words)}    # {purpose}"
