"""The folder of an archive: how far it has got. Its files come from outside, too."""

import hashlib
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import msgspec

from daq.evidence.errors import EvidenceError
from daq.evidence.verifier import ARCHIVE, LARGEST_MANIFEST, MANIFEST
from drivers.files import read_bounded

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """A day as its manifest tells of it; ``sha256`` is of the manifest."""

    day: str
    station: str
    first: int
    last: int
    entries: int
    missing: int = 0
    format: str
    sha256: str = ""


def archived_days(folder: Path) -> list[str]:
    """The days there are, oldest first."""
    try:
        names = [each.name for each in folder.iterdir() if each.is_dir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EvidenceError(f"{folder}: {error.strerror}; see its rights") from error
    return sorted(name for name in names if _DAY.fullmatch(name))


def newest_day(folder: Path) -> Archived | None:
    """The newest day; None when there is none.

    Raises:
        EvidenceError: its manifest cannot be read.
    """
    return next(_days_back(folder), None)


def days_after(folder: Path, last: int) -> list[Archived]:
    """The days with entries beyond a number, oldest first.

    Raises:
        EvidenceError: a manifest cannot be read.
    """
    return list(takewhile(lambda one: one.last > last, _days_back(folder)))[::-1]


def _days_back(folder: Path) -> Iterator[Archived]:
    for day in reversed(archived_days(folder)):
        path = folder / day / MANIFEST
        try:
            content = read_bounded(path, LARGEST_MANIFEST)
            found = msgspec.json.decode(content, type=Archived)
        except (OSError, msgspec.MsgspecError, RecursionError) as error:
            text = f"{path}: {error}; check the archive with `daq verify {folder}`"
            raise EvidenceError(text) from error
        if found.format != ARCHIVE or found.day != day:
            raise EvidenceError(f"{path}: no manifest of {day}; see `daq verify {folder}`")
        yield msgspec.structs.replace(found, sha256=hashlib.sha256(content).hexdigest())
