"""The series of a run: what is known of it after all that has happened so far. Plain data."""

from collections.abc import Iterable

import msgspec

from daq.method.conformity import Assessment, Estimate
from daq.method.judge import Judgement, judge_value
from daq.method.method import Method


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sample, measured.

    ``number`` counts samples from 1; one whose line was struck out is measured again, under the
    same number. ``reading`` is what the instrument said, ``value`` what that comes to under its
    certificate, ``uncertainty`` the expanded one with ``k``, from ``source``: the certificate's
    number, ``method``, or empty where none is known. ``entry`` is the number of the scan in the
    journal, ``time`` that of the reading (ns). ``struck`` is when the line was struck out (ns), 0:
    it stands.
    """

    number: int
    time: int
    entry: int
    instrument: str
    reading: float
    value: float
    unit: str = ""
    uncertainty: float | None = None
    k: float = 2.0
    source: str = ""
    sample: str = ""
    by: str = ""
    struck: int = 0
    struck_by: str = ""
    struck_why: str = ""

    @property
    def estimate(self) -> Estimate:
        """Its value with its uncertainty."""
        return Estimate(self.value, self.uncertainty, self.k)


class Refusal(msgspec.Struct, frozen=True):
    """A reading that filled no line: when (ns), and why in the words of a status or a sentence."""

    time: int
    why: str


class RunSeries(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of the series of the run ``run``.

    ``instrument`` is what measures. ``lines`` are all that were ever filled, in that order.
    ``sample`` names the next one, if it was named ahead. ``refused`` is the last reading that
    filled nothing, None once a line was filled. ``judgement`` is the last verdict, None while there
    is none, or since a line of it was struck out. ``ended`` is when the run ended (ns). ``first``
    is the number of the event that told of the run.
    """

    run: str
    method: Method
    instrument: str
    begun: int
    lines: tuple[Line, ...] = ()
    sample: str = ""
    refused: Refusal | None = None
    judgement: Judgement | None = None
    judged: int = 0
    paused: bool = False
    ended: int = 0
    first: int = 0

    @property
    def standing(self) -> tuple[Line, ...]:
        """The lines that count, by number."""
        return tuple(sorted((line for line in self.lines if not line.struck), key=_number))

    @property
    def next(self) -> int:
        """The number of the sample to be measured next; 0 when all are."""
        there = {line.number for line in self.lines if not line.struck}
        return next((n for n in range(1, self.method.count + 1) if n not in there), 0)

    @property
    def complete(self) -> bool:
        """Whether every sample has been measured."""
        return self.next == 0

    @property
    def open(self) -> bool:
        """Whether the run goes on."""
        return not self.ended

    def shown(self, line: Line) -> str:
        """The value of a line as it is reported, with its unit."""
        return f"{self.method.show(line.value)} {line.unit}".rstrip()

    def assessed(self, line: Line) -> Assessment:
        """What may be said of a line."""
        return judge_value(self.method, line.estimate)


def estimates(lines: Iterable[Line]) -> list[Estimate]:
    """What a verdict is made of."""
    return [line.estimate for line in lines]


def _number(line: Line) -> int:
    return line.number
