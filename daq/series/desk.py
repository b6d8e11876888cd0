"""Decides what readings and people do to series. Pure: entries in, happenings out."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from daq.journal.corrected import Corrections
from daq.journal.entry import Event, Scan
from daq.journal.eventcodec import Data
from daq.method.judge import judge
from daq.method.method import Method
from daq.series import happening as happenings
from daq.series.errors import NoSeriesError, SeriesError
from daq.series.fold import of_run
from daq.series.happening import (
    Anything,
    Begun,
    Filled,
    Happening,
    Impossible,
    Judged,
    Named,
    Over,
    Refused,
    Struck,
)
from daq.series.measured import RunSeries, estimates
from daq.series.reading import Reading, Silences, line_of, reading_of


class Rules(msgspec.Struct, frozen=True):
    """What the configuration says of series.

    ``channels`` are the names and units of those of each instrument, ``silences`` what is driven by
    a key.
    """

    methods: Mapping[str, Method] = {}
    channels: Mapping[str, Mapping[str, str]] = {}
    silences: Silences = {}


class Desk:
    """The series of the runs that go on."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.series: dict[str, RunSeries] = {}
        self._corrections = Corrections()

    def begin(self, event: Event) -> list[Happening]:
        """What follows when a run starts: a series, where it names a method of ours."""
        name = str(event.data.get("method") or "")
        if not name or event.subject in self.series:
            return []
        method = self.rules.methods.get(name)
        instrument = "" if method is None else self._measures(method, event.data)
        if method is None or not instrument:
            return [Happening(event.subject, event.time, Impossible(self._missing(name, method)))]
        unit = self.rules.channels.get(instrument, {}).get(method.channel, "")
        begun = Begun(replace(method, instrument=instrument, unit=unit), instrument, event.seq)
        return [self.do(event.subject, event.time, begun)]

    def told(self, event: Event) -> list[Happening]:
        """What follows from another event of a run."""
        one = self.series.get(event.subject)
        if one is None:
            return []
        done = of_run(event)
        if done is None:
            return []
        over = isinstance(done.what, Over) and one.judgement is None
        found = [self._judge(one, event.time)] if over else []
        self.do(one.run, event.time, done.what)
        return found

    def measured(self, scan: Scan) -> list[Happening]:
        """What follows from a scan: a line, where a key was pressed; else nothing."""
        return [done for one in self._keyed(scan) for done in self._pressed(one, scan)]

    def taken(self, one: RunSeries, reading: Reading, *, sample: str, by: str) -> list[Happening]:
        """What follows when somebody wanted this reading."""
        if why := _unfit(one, reading):
            return [self.do(one.run, reading.time, Refused(why=why, by=by))]
        line = line_of(one, reading, sample=sample or one.sample, by=by)
        found = [self.do(one.run, reading.time, Filled(line))]
        now = self.series[one.run]
        return [*found, self._judge(now, reading.time)] if now.complete else found

    def strike(self, run: str, time: int, *, number: int, by: str, why: str) -> list[Happening]:
        """Somebody strikes out a line; without a number the one that was filled last.

        Raises:
            SeriesError: there is no such series or line, or the run has ended.
        """
        one = self.going(run)
        standing = [line for line in one.lines if not line.struck]
        wanted = [line for line in standing if number in (0, line.number)]
        if not wanted:
            have = f"line {number} of {run} is not there, or struck out" if number else "no line"
            raise SeriesError(f"{have}; {len(standing)} of {one.method.count} are filled")
        return [self.do(run, time, Struck(number=wanted[-1].number, by=by, why=why))]

    def name(self, run: str, time: int, *, sample: str, by: str) -> list[Happening]:
        """Somebody names the next sample.

        Raises:
            SeriesError: there is no such series, it is complete, or the run has ended.
        """
        return [self.do(self.unfinished(run).run, time, Named(sample=sample, by=by))]

    def going(self, run: str) -> RunSeries:
        """A series whose run goes on.

        Raises:
            SeriesError: there is none.
        """
        one = self.series.get(run)
        if one is None or not one.open:
            have = ", ".join(each.run for each in self.series.values() if each.open)
            known = f"going on: {have}" if have else "no series goes on"
            raise NoSeriesError(f"no series of a run {run!r}; {known}")
        return one

    def unfinished(self, run: str) -> RunSeries:
        """A series that waits for a sample.

        Raises:
            SeriesError: there is none, it is complete, or its run rests.
        """
        one = self.going(run)
        if one.complete:
            raise SeriesError(
                f"all {one.method.count} samples of {run} are measured; strike out a line to "
                "measure it again"
            )
        if one.paused:
            raise SeriesError(f"{run} is paused: resume it first")
        return one

    def is_keyed(self, one: RunSeries) -> bool:
        """Whether its instrument sends when its own key is pressed."""
        return (one.instrument, one.method.channel) in self.rules.silences

    def reading(self, one: RunSeries, scan: Scan) -> Reading | None:
        """What a scan says for a series; None where it is of something else."""
        return reading_of(scan, one.instrument, one.method.channel, self._corrections)

    def do(self, run: str, time: int, what: Anything) -> Happening:
        """Something happens to a series."""
        done = Happening(run, time, what)
        if run in self.series:
            self.series[run] = happenings.after(self.series[run], done)
        elif isinstance(what, Begun):
            self.series[run] = happenings.begun(done)
        return done

    def forget_ended(self) -> None:
        """Remember only what goes on; the journal knows the rest."""
        self.series = {run: one for run, one in self.series.items() if one.open}

    def _measures(self, method: Method, data: Data) -> str:
        """The instrument that measures, empty when the run has none."""
        of_run = str(data.get("instruments") or "").split()
        wanted = (method.instrument,) if method.instrument else of_run
        mine = (
            n for n in wanted if n in of_run and method.channel in self.rules.channels.get(n, {})
        )
        return next(mine, "")

    def _missing(self, name: str, method: Method | None) -> str:
        if method is None:
            return f"no [method.{name}]; there is {', '.join(self.rules.methods) or 'none'}"
        where = f"{method.instrument}.{method.channel}" if method.instrument else method.channel
        return f"method {name} measures {where}, which no instrument of the run gives"

    def _keyed(self, scan: Scan) -> list[RunSeries]:
        """The series a scan of such an instrument is for: that of the run that began last."""
        mine = [
            one
            for one in self.series.values()
            if one.open and one.instrument == scan.series.key.instrument and self.is_keyed(one)
        ]
        return mine[-1:]

    def _pressed(self, one: RunSeries, scan: Scan) -> list[Happening]:
        reading = self.reading(one, scan)
        if reading is None or reading.time < one.begun:
            return []
        if reading.status is self.rules.silences[one.instrument, one.method.channel]:
            return []
        return self.taken(one, reading, sample="", by="")

    def _judge(self, one: RunSeries, time: int) -> Happening:
        return self.do(one.run, time, Judged(judge(one.method, estimates(one.standing))))


def _unfit(one: RunSeries, reading: Reading) -> str:
    """Why a reading fills nothing; empty when it does."""
    if one.complete:
        return "the series is complete"
    if one.paused:
        return "the run is paused"
    if reading.status:
        return str(reading.status)
    return "" if reading.value is not None else "no value"
