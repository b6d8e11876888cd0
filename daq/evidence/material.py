"""Everything a journal has that is evidence of a subject, but for the readings themselves."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

import msgspec

from daq.evidence.completeness import Completeness, Coverage
from daq.evidence.concern import Concern
from daq.evidence.episodes import Episode, episodes
from daq.evidence.outages import Outage, outages
from daq.evidence.results import Result, Results
from daq.evidence.subject import Subject
from daq.journal import kinds
from daq.journal.entry import Entry, Event, Scan, Series
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.runs.interruption import interruptions


class Certified(msgspec.Struct, frozen=True):
    """A certificate as the journal has it: its number, its hash, its canonical JSON."""

    number: str
    hash: str
    canonical: str


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of the journal from the first entry of a pack to the last.

    ``missing`` are in the journal no more or never were; ``lost`` is how many of any time the
    events of the period own up to.
    """

    first: int
    last: int
    missing: int
    lost: int


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; ``configurations`` are hashes in the order they were in force."""

    subject: Subject
    station: str
    site: str
    upto: int
    events: tuple[Event, ...]
    episodes: tuple[Episode, ...]
    outages: tuple[Outage, ...]
    coverage: tuple[Coverage, ...]
    results: tuple[Result, ...]
    series: tuple[Series, ...]
    certificates: tuple[Certified, ...]
    configurations: tuple[str, ...]
    numbers: Numbers

    @property
    def scans(self) -> int:
        """How many there are."""
        return sum(one.present for one in self.coverage)


def gather(
    reader: JournalReader,
    subject: Subject,
    concern: Concern,
    progress: Callable[[int, int], None] | None = None,
) -> Material:
    """Read what there is.

    Raises:
        JournalError: the journal cannot be read.
    """
    upto = reader.last
    told = [event for event in reader.events(Query(end=subject.end)) if event.seq <= upto]
    concern = _with_alarms(reader, told, subject, concern)
    known = (*_outages(reader, told, subject), *_before(reader, subject))
    results = Results()
    completeness = Completeness(
        subject.start, subject.end, known, concern.buses, _wanted(reader, subject)
    )
    series: dict[int, Series] = {}
    first = last = 0
    for scan in _upto(reader.scans(subject.query, progress), upto):
        results.take(scan)
        completeness.take(scan)
        series[scan.series.id] = scan.series
        first, last = first or scan.seq, scan.seq
    within = tuple(one for one in told if subject.start <= one.time and concern.covers(one))
    ends = [seq for seq in (first, last, *(one.seq for one in within)) if seq]
    return Material(
        subject=subject,
        station=reader.station,
        site=next((one.key.site for one in series.values()), ""),
        upto=upto,
        events=within,
        episodes=_episodes(told, concern, subject),
        outages=tuple(
            one
            for one in known
            if one.overlap(subject.start, subject.end) > 0 and _concerns(one, concern)
        ),
        coverage=completeness.done(),
        results=results.done(),
        series=tuple(sorted(series.values(), key=attrgetter("id"))),
        certificates=_certificates(told, series.values()),
        configurations=_configurations(told, subject.start),
        numbers=_numbers(reader, min(ends, default=0), max(ends, default=0), within),
    )


def entries_of(reader: JournalReader, material: Material) -> Iterator[Entry]:
    """Scans and events of a pack in the order of the journal."""
    scans = scans_of(reader, material)
    return iter(heapq.merge(scans, material.events, key=attrgetter("seq")))


def scans_of(reader: JournalReader, material: Material) -> Iterator[Scan]:
    """The scans of a pack in the order of the journal."""
    return _upto(reader.scans(material.subject.query), material.upto)


def _with_alarms(
    reader: JournalReader, told: Iterable[Event], subject: Subject, concern: Concern
) -> Concern:
    """With alarms that are configured no more: a reading of its instruments raised them."""
    found = set(concern.alarms)
    for event in told:
        cause = event.data.get("cause")
        if (
            event.kind == kinds.ALARM_RAISED.name
            and event.time >= subject.start
            and event.subject not in found
            and isinstance(cause, int)
            and any(_is_of(one, concern) for one in reader.entries(cause - 1, 1, cause))
        ):
            found.add(event.subject)
    return msgspec.structs.replace(concern, alarms=frozenset(found))


def _is_of(entry: Entry, concern: Concern) -> bool:
    return isinstance(entry, Scan) and entry.series.key.instrument in concern.instruments


def _upto(scans: Iterator[Scan], last: int) -> Iterator[Scan]:
    """Without what was committed since; a pack is of one moment."""
    return (scan for scan in scans if scan.seq <= last)


def _outages(reader: JournalReader, told: Sequence[Event], subject: Subject) -> tuple[Outage, ...]:
    later = reader.events(Query(start=subject.end))
    following = next((one for one in later if one.kind == kinds.START.name), None)
    lives = [one for one in told if one.kind in _LIVES]
    first = next((one.seq for one in reversed(lives) if one.time < subject.start), 0)
    within = [one for one in told if one.seq >= first]
    if following is not None:
        within.append(following)
    return outages(told, interruptions(within, lambda seq: _last_before(reader, seq)))


_LIVES = frozenset({kinds.START.name, kinds.STOP.name})
_LOOKED_BACK = 1000


def _last_before(reader: JournalReader, seq: int) -> int:
    """Entries of several instruments stand in the order they came, not in that of their times."""
    found = reader.entries(max(seq - 1 - _LOOKED_BACK, 0), _LOOKED_BACK, seq - 1)
    return max((entry.time for entry in found), default=0)


def _before(reader: JournalReader, subject: Subject) -> tuple[Outage, ...]:
    there = reader.statistics()
    if not there.entries or there.first_time <= subject.start:
        return ()
    return (Outage(subject.start, there.first_time, "before-the-journal"),)


def _wanted(reader: JournalReader, subject: Subject) -> list[tuple[str, str, float]]:
    """The scan groups that instruments named in a subject had last."""
    keys = [one.key for one in reader.series() if one.key.instrument in subject.instruments]
    found = {(key.instrument, key.group): key.interval for key in keys}
    return [(instrument, group, interval) for (instrument, group), interval in found.items()]


def _episodes(told: Iterable[Event], concern: Concern, subject: Subject) -> tuple[Episode, ...]:
    """Those that held within the period, also when they began before it."""
    found = episodes(event for event in told if concern.covers(event))
    return tuple(one for one in found if not one.returned or one.returned >= subject.start)


def _concerns(outage: Outage, concern: Concern) -> bool:
    names = concern.instruments | set(concern.buses.values())
    return concern.everything or not outage.subject or outage.subject in names


def _certificates(told: Iterable[Event], series: Iterable[Series]) -> tuple[Certified, ...]:
    """Those that series name, as far as the journal still has them."""
    wanted = {one.hash: one.certificate for each in series for one in each.key.calibrations}
    found: dict[str, str] = {}
    for event in told:
        digest = str(event.data.get("hash") or "")
        if event.kind == kinds.CERTIFICATE_IN_FORCE.name and digest in wanted:
            found[digest] = str(event.data.get("certificate") or "")
    return tuple(
        Certified(number, digest, found.get(digest, ""))
        for digest, number in sorted(wanted.items(), key=lambda pair: (pair[1], pair[0]))
    )


def _configurations(told: Iterable[Event], start: int) -> tuple[str, ...]:
    found: list[str] = []
    for event in told:
        digest = event.data.get("config_hash")
        if event.kind not in _CONFIGURED or not isinstance(digest, str):
            continue
        if event.time <= start:
            found = [digest]
        elif not found or found[-1] != digest:
            found.append(digest)
    return tuple(found)


_CONFIGURED = frozenset({kinds.START.name, kinds.CONFIGURATION_CHANGED.name})


def _numbers(reader: JournalReader, first: int, last: int, events: Iterable[Event]) -> Numbers:
    missing = last - first + 1 - reader.present(first, last) if last else 0
    lost = 0
    for event in events:
        count: Mapping[str, object] = event.data
        if event.kind in _LOSSES and isinstance(found := count.get("count"), int):
            lost += found
    return Numbers(first=first, last=last, missing=missing, lost=lost)


_LOSSES = frozenset({kinds.JOURNAL_TROUBLE_END.name, kinds.JOURNAL_FULL_END.name})
