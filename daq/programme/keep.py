"""Where the fold of a running run is kept, so that a start need not read weeks again.

A file here may be lost or old without harm: what it says follows from the journal.
"""

import contextlib
import logging
from hashlib import sha256
from pathlib import Path

import msgspec

from daq.programme.programme import Programme
from daq.programme.record import definition_of
from daq.programme.state import State

log = logging.getLogger(__name__)


class Kept(msgspec.Struct, frozen=True):
    """The state of a run after the entry ``seq``; ``programme`` is the hash of its definition."""

    run: str
    programme: str
    seq: int
    state: State


class Keep:
    """Keeps states in ``folder``, a file a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, run: str, programme: Programme) -> Kept | None:
        """What is kept of a run under a programme; None when that is nothing of use."""
        try:
            kept = msgspec.json.decode(self._file(run).read_bytes(), type=Kept)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        same = (kept.run, kept.programme) == (run, _hash(programme))
        return kept if same else None

    def save(self, run: str, programme: Programme, seq: int, state: State) -> None:
        """Keep a state; a disk that takes nothing costs only time at the next start."""
        kept = Kept(run, _hash(programme), seq, state)
        draft = self._file(run).with_suffix(".draft")
        try:
            self._folder.mkdir(exist_ok=True)
            draft.write_bytes(msgspec.json.encode(kept))
            draft.replace(self._file(run))
        except OSError as error:
            log.warning("the progress of run %s is not kept: %s", run, error)

    def drop(self, run: str) -> None:
        """Forget a run."""
        with contextlib.suppress(OSError):
            self._file(run).unlink(missing_ok=True)
            self._folder.rmdir()  # when it was the last

    def _file(self, run: str) -> Path:
        return self._folder / f"{run}.json"


def folder_beside(journal: Path) -> Path:
    """Where the states of the runs of a journal are kept."""
    return journal.with_suffix(".programmes")


def _hash(programme: Programme) -> str:
    return sha256(definition_of(programme).encode()).hexdigest()
