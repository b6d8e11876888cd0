"""Months of instruments in a journal, as ``tests/cases/usage`` describes them."""

import asyncio
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from daq.build.usage import build_usage
from daq.config.load import load_config
from daq.journal import JournalSettings, Series, SeriesKey, kinds
from daq.journal.entry import Event
from daq.journal.files import Files
from daq.journal.intake import Intake
from daq.journal.losses import Counters
from daq.journal.store import Store
from daq.journal.trend.keeper import SpanKeeper
from daq.runs.book import Book
from daq.runs.happening import Ended, Happening, Paused, Resumed, Started
from daq.runs.record import event_of
from daq.usage.plan import Plan
from drivers.model import Channel, Status, Value

NS = 1_000_000_000
CASES = Path(__file__).parent / "cases" / "usage"

SATURDAY = 5
MINUTE = 60 * NS


def event(
    kind: str,
    minute: float,
    subject: str = "oven",
    severity: Literal["info", "warning", "error"] = "warning",
    **data: str | float,
) -> Event:
    return Event(
        seq=1,
        time=round(minute * MINUTE),
        kind=kind,
        subject=subject,
        severity=severity,
        text="",
        data=dict(data),
    )


def key(instrument: str, channel: str, unit: str, interval: float = 60.0) -> SeriesKey:
    return SeriesKey(
        site="hall",
        instrument=instrument,
        group="all",
        model="some-model",
        asset="",
        interval=interval,
        channels=(Channel(name=channel, unit=unit),),
    )


class Writer:
    """A journal whose entries are given in the order of their time; no daemon runs."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path, lambda: 0)
        self._intake = Intake(
            JournalSettings(max_pending=2**31), lambda: 0, self._store.found, Counters()
        )

    def series(self, key: SeriesKey) -> Series:
        return self._intake.series(key)

    def scan(self, series: Series, time: int, value: Value, status: Status = Status.GOOD) -> None:
        self._intake.scan(series, time, (value,), (status,))

    def event(
        self,
        kind: str,
        subject: str,
        time: int,
        severity: Literal["info", "warning", "error"] = "info",
        **data: str | float | None,
    ) -> None:
        event = Event(
            seq=0,
            time=time,
            kind=kind,
            subject=subject,
            severity=severity,
            text=kind,
            data=dict(data),
        )
        self._intake.event(event)

    def close(self) -> None:
        self._store.write(self._intake.take())
        self._store.close()


def summarise(path: Path) -> None:
    """Let the summaries be made that the daemon would have made by now."""

    async def catch_up() -> None:
        files = await Files.open(path, lambda: 0)
        try:
            await SpanKeeper(files, 1.0).catch_up()
        finally:
            await files.close()

    asyncio.run(catch_up())


class Case(msgspec.Struct, frozen=True):
    """A folder of ``tests/cases/usage``: what is configured and what happened."""

    folder: Path

    @property
    def plan(self) -> Plan:
        return build_usage(load_config(self.folder / "daq.toml", environ={}))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo("Europe/Berlin")

    @property
    def happened(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "month.toml").read_text("utf-8"))

    def time(self, clock: datetime) -> int:
        return round(clock.replace(tzinfo=self.zone).timestamp()) * NS

    def _runs(self) -> Iterator[tuple[int, Any]]:
        book = Book()
        for run in sorted(self.happened["run"], key=lambda run: run["from"]):
            begun, ended = self.time(run["from"]), self.time(run["to"])
            told = {key: run[key] for key in ("sample", "cost_centre") if key in run}
            instruments = tuple(run["instruments"])
            what = Started(by="Li", operator="Li", instruments=instruments, **told)
            new = book.new(begun, what)
            done = [new, Happening(new.id, ended, Ended(by="Li"))]
            if "pause" in run:
                done.append(Happening(new.id, self.time(run["pause"]["from"]), Paused(by="Li")))
                done.append(Happening(new.id, self.time(run["pause"]["to"]), Resumed(by="Li")))
            for one in done:
                told = event_of(one)
                yield one.time, (told.kind, told.subject, told.severity, told.data)

    def fill(self, path: Path) -> None:
        """A journal in which it happened."""
        with closing(Writer(path)) as writer:
            meter = writer.series(key("meter", "power", "W"))
            for time, what in sorted(self._entries(), key=lambda entry: entry[0]):
                if isinstance(what, float):
                    writer.scan(meter, time, what)
                else:
                    kind, subject, severity, data = what
                    writer.event(kind, subject, time, severity, **data)
        summarise(path)

    def _entries(self) -> Iterator[tuple[int, Any]]:
        said = self.happened
        start, away = self.time(said["from"]), said["away"]
        yield start - NS, (kinds.START.name, "daq", "info", {})
        yield self.time(away["from"]), (kinds.STOP.name, "daq", "info", {})
        yield self.time(away["to"]), (kinds.START.name, "daq", "info", {})
        for fault in said["fault"]:
            time, seconds = self.time(fault["from"]), fault["seconds"]
            told = {"reason": "timeout", "error": "TimeoutError"}
            yield time, (kinds.INSTRUMENT_FAULT.name, fault["instrument"], "warning", told)
            end = time + seconds * NS
            yield (
                end,
                (kinds.INSTRUMENT_RESTORED.name, fault["instrument"], "info", {"seconds": seconds}),
            )
        yield from self._runs()
        yield from self._readings(start, (self.time(away["from"]), self.time(away["to"])))

    def _readings(self, start: int, away: tuple[int, int]) -> Iterator[tuple[int, float]]:
        watts, zone = self.happened["watts"], self.zone
        for time in range(start, self.time(self.happened["to"]), 60 * NS):
            if away[0] <= time < away[1]:
                continue
            clock = datetime.fromtimestamp(time // NS, zone)
            works = clock.weekday() < SATURDAY and watts["from"] <= clock.hour < watts["to"]
            yield time, watts["working" if works else "resting"]
