"""Is a journal complete and unaltered? Reads all of it; beside a running daemon too."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from daq.journal.block import Linked
from daq.journal.chain.beginning import STATED, stated
from daq.journal.chain.compare import compare
from daq.journal.chain.diagnose import Meanings, diagnose
from daq.journal.chain.kept import checkpoint_in
from daq.journal.chain.read import ChainReader
from daq.journal.chain.regions import Piece, Region, pieces, regions
from daq.journal.chain.stamps import Stamps
from daq.journal.chain.verdict import Fault, Unproven, Verdict
from daq.journal.chain.vouch import Deposit, Vouchers, deposited
from daq.journal.errors import JournalDamagedError, legible
from daq.journal.lock import committed_of

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

Progress: TypeAlias = Callable[[int, int], None]

_UNPROVEN = {
    "migrated": "written by a version without a chain",
    "recovered": "saved from a damaged file; what was committed with them, or before, is missing",
}
"""By the reason for which the next chain begins."""

_TOLD = 100
_PROGRESS = 4096


class Known(msgspec.Struct, frozen=True):
    """What is known from elsewhere.

    ``keys`` are public keys (32 bytes each) that checkpoints have to be signed by; with none, any
    is taken and named. ``deposits`` are checkpoints that were kept elsewhere, ``authorities``
    certificates that time stamps have to go back to; with none, they are only counted.
    """

    keys: Sequence[bytes] = ()
    deposits: Sequence[Deposit] = ()
    authorities: "Sequence[Certificate]" = ()


_NOTHING = Known()


def verify(path: Path, known: Known = _NOTHING, progress: Progress | None = None) -> Verdict:
    """Follow the chain of a journal from its beginning to its end.

    ``progress`` is told the number reached, and the last.

    Raises:
        JournalError: it cannot be read at all, or is older than the chain.
    """
    committed = committed_of(path.resolve())
    with ChainReader(path) as reader, legible(path):
        while True:
            verdict = _Verification(reader, known, progress).run(committed)
            if verdict.fault is None or not _deleted_meanwhile(reader, verdict):
                return verdict


def _deleted_meanwhile(reader: ChainReader, verdict: Verdict) -> bool:
    """Whether a daemon has deleted the oldest entries while they were read."""
    begins = max((each.seq for each in reader.beginnings()), default=0)
    return begins > verdict.begins_after


class _Verification:
    """One way through a journal."""

    def __init__(self, reader: ChainReader, known: Known, progress: Progress | None) -> None:
        self._reader, self._known, self._progress = reader, known, progress
        self._last = reader.last
        self._beginnings = reader.beginnings()
        self._digests = reader.digests()
        self.verdict = Verdict(
            path=str(reader.path), station=reader.station, schema=reader.file.version
        )
        kept = reader.checkpoints()
        self._vouchers = Vouchers(kept, self._beginnings, known.keys, self.verdict)
        self._stamps = Stamps(kept, known.authorities, self.verdict)

    def run(self, committed: int) -> Verdict:
        """All of it; ``committed`` is the number that was in the file at least."""
        try:
            with legible(self._reader.path):
                self.verdict.fault = (
                    self._begin() or self._series() or self._chains() or self._end(committed)
                )
        except JournalDamagedError as error:
            reached = self.verdict.last + 1
            text = f"what follows entry {self.verdict.last} cannot be read: {error}"
            self.verdict.fault = Fault("checksum", reached, self._last, text)
        return self.verdict

    def _begin(self) -> Fault | None:
        if not self._beginnings:
            return Fault("beginning", 0, 0, "it is not said where the chain begins")
        for each in self._beginnings:
            said = stated(self.verdict.station, each.why, each.seq, each.time)
            if each.why in STATED and each != said:
                text = f"the chain after entry {each.seq} does not begin with what it says"
                return Fault("beginning", each.seq, each.seq, text)
        newest = self._beginnings[-1]
        self.verdict.begins, self.verdict.begins_after = newest.why, newest.seq
        self.verdict.begins_time, self.verdict.link = newest.time, newest.hash.hex()
        return None

    def _series(self) -> Fault | None:
        try:
            self._reader.series()
        except JournalDamagedError as error:
            return Fault("series", 0, 0, str(error))
        return None

    def _chains(self) -> Fault | None:
        for region in regions(self._beginnings, self._last):
            if (fault := self._region(region)) is not None:
                return fault
        return self._vouchers.without_event(self._last + 1)

    def _region(self, region: Region) -> Fault | None:
        following = pieces(self._reader, region)
        for piece in following:
            fault = self._compared(region, piece, following) or self._checkpoints(region, piece)
            if fault is not None:
                return fault
        return None

    def _compared(self, region: Region, piece: Piece, following: Iterator[Piece]) -> Fault | None:
        fault = compare(piece, self._digests)
        if fault is not None and (region.whole or fault.what == "checksum"):
            if fault.text:
                return fault
            before = max(self.verdict.last, region.after)
            return diagnose(piece, before, following, self._meanings())
        self._count(region, piece, proven=fault is None and piece.before is not None)
        return None

    def _count(self, region: Region, piece: Piece, *, proven: bool) -> None:
        verdict, rows = self.verdict, piece.rows
        first, last, before = rows[0][0], rows[-1][0], verdict.last
        verdict.first, verdict.last = verdict.first or first, last
        verdict.entries += len(rows)
        if proven:
            verdict.groups, verdict.proven = verdict.groups + 1, verdict.proven + len(rows)
            verdict.link = (rows[-1][5] or b"").hex()
        else:
            self._not_proven(first, last, self._why(region))
        if self._progress is not None and before // _PROGRESS != last // _PROGRESS:
            self._progress(last, self._last)

    def _checkpoints(self, region: Region, piece: Piece) -> Fault | None:
        for row in piece.rows:
            fault = None if row[2] else self._vouching(row)
            if fault is not None and (region.whole or fault.what != "altered"):
                return fault
        return None

    def _vouching(self, row: Linked) -> Fault | None:
        kept = checkpoint_in(row)
        if kept is not None:
            return self._vouchers.event(kept, self._link_of)
        return self._stamps.event(row)

    def _link_of(self, seq: int) -> bytes | None:
        begins = {each.seq: each.hash for each in self._beginnings if each.why == "deleted"}
        return begins.get(seq) or self._reader.link_of(seq)

    def _not_proven(self, first: int, last: int, why: str) -> None:
        told = self.verdict.unproven
        if told and told[-1].why == why and told[-1].last >= first - 1:
            told[-1] = Unproven(told[-1].first, last, why)
        elif len(told) < _TOLD:
            told.append(Unproven(first, last, why))

    def _why(self, region: Region) -> str:
        ended = next((b.why for b in self._beginnings if b.seq >= region.upto), "")
        return _UNPROVEN.get(ended, "part of no chain")

    def _meanings(self) -> Meanings:
        names = {
            number: f"{series.key.instrument}, {series.key.group}"
            for number, series in self._reader.series().items()
        }
        return Meanings(self._digests, self._reader.digests("series_again"), names)

    def _end(self, committed: int) -> Fault | None:
        verdict, known = self.verdict, self._known
        if committed > verdict.last:
            text = (
                f"the journal ends with entry {verdict.last}, but the lock file beside it says "
                f"that {committed} was in it: its end is gone"
            )
            return Fault("tail", verdict.last + 1, committed, text)
        links = {each.seq: each.hash for each in self._beginnings if each.why == "deleted"}
        return (
            deposited(known.deposits, verdict, links, self._reader.link_of, known.keys)
            or self._vouchers.missing()
        )
