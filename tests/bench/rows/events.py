"""The log of events: a rare one found among 100,000, in a journal of millions of scans.

No index: the journal's own format is read, block by block, and what was read of it is remembered.
"""

import random
import tempfile
import time
from contextlib import closing
from pathlib import Path

from daq.journal import JournalReader, JournalSettings
from daq.journal.entry import Event
from daq.journal.intake import Intake
from daq.journal.losses import Counters
from daq.journal.store import Store
from daq.web import eventlog
from daq.web.data.events.wanted import Wanted, terms_of
from daq.web.eventlog import EventLog
from tests.bench.figure import Figure
from tests.journal_samples import NS, good, series_key

SECONDS = 1.0
SCANS = 5_000_000
EVENTS = 100_000
PAGE = 100
ENDLESS = 3600.0


def measure(*, quick: bool) -> list[Figure]:
    """Seconds of a search that has to look at every event, after the first."""
    share = 10 if quick else 1
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "journal.db"
        _fill(path, SCANS // share, EVENTS // share)
        size = path.stat().st_size
        with closing(JournalReader(path)) as reader:
            newest = _searched(EventLog(), reader, "")
            log = EventLog()
            first = _searched(log, reader, "#7;")
            again = min(_searched(log, reader, "#7;") for _ in range(5))
    return [
        Figure(
            row="events",
            what=f"one of {EVENTS // share:,} events found among {SCANS // share:,} scans",
            value=again,
            unit="s",
            target=SECONDS,
            better="less",
            detail={
                "the first time": first,
                "the newest hundred": newest,
                "the journal's MB": size / 1e6,
            },
        )
    ]


def _searched(log: EventLog, reader: JournalReader, text: str) -> float:
    """Seconds of a search, however long it takes."""
    budget, eventlog.BUDGET = eventlog.BUDGET, ENDLESS
    try:
        started = time.perf_counter()
        found = log.search(reader, Wanted(terms=terms_of(text, {}, {}, 5)), PAGE, runs=True)
        taken = time.perf_counter() - started
    finally:
        eventlog.BUDGET = budget
    assert len(found.events) == (1 if text else PAGE)
    return taken


def _event(number: int, moment: int) -> Event:
    return Event(
        seq=0,
        time=moment,
        kind="bus-restored" if number % 2 else "bus-lost",
        subject=f"rs485-{number // 2 % 7}",
        severity="info",
        text=f"rs485: the port was away, or is back, event #{number};",
        data={"seconds": number / 7, "times": 1},
    )


def _fill(path: Path, scans: int, events: int) -> None:
    """A journal of 20 instruments; buses come and go evenly over all of it."""
    chance, start, every = random.Random(1), time.time_ns() - scans * NS // 20, scans // events
    settings = JournalSettings(max_pending=2**31)
    with closing(Store(path, time.time_ns)) as store:
        intake = Intake(settings, time.time_ns, store.found, Counters())
        series = [intake.series(series_key(f"meter{number}", width=4)) for number in range(20)]
        for number in range(scans):
            moment = start + number * NS // 20
            values = (230 + chance.random(), 5.0, float(number), 50.0)
            intake.scan(series[number % 20], moment, values, good(4))
            if number % every == 0:
                intake.event(_event(number // every, moment))
            if number % 50_000 == 0 or number == scans - 1:
                store.write(intake.take())
                intake.settle(written=True)
