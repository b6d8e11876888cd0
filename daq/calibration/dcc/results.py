"""Results of a DCC: what was shown, what it really was, how sure that is. In our units."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

import msgspec

from daq.calibration.certificate import Point
from daq.calibration.dcc.document import every, has_type, words
from daq.calibration.dcc.numbers import Numbers, all_of
from daq.calibration.dcc.units import code_of, conversion
from daq.calibration.errors import DccError

READ, REFERENCE, ERROR = "basic_measuredValue", "basic_referenceValue", "basic_measurementError"

_LESS_WANTED = ("\\kelvin", "\\one")
"""People read degrees and per cent; D-SI gives them beside these."""


class Result(msgspec.Struct, frozen=True):
    """One table of a DCC: its name there, and its quantities, each in one or several units."""

    name: str
    read: list[Numbers]
    reference: list[Numbers]
    error: list[Numbers]

    @property
    def unit(self) -> str:
        """The UCUM code in which its readings are given; empty when no code is known."""
        units = sorted((one.unit for one in self.read), key=lambda unit: unit in _LESS_WANTED)
        return next((code for unit in units if (code := code_of(unit))), "")

    def points(self, unit: str) -> tuple[tuple[Point, ...], float]:
        """The points in a unit (UCUM), and the coverage factor.

        Raises:
            DccError: they are not given in this unit, or do not go together.
        """
        read, reference = _values(self.read, unit), self._reference(unit)
        if len(read) != len(reference):
            raise DccError(f"{self.name}: {len(read)} readings for {len(reference)} references")
        uncertainties, k = self._uncertainties(unit, len(read))
        return tuple(
            Point(reading=x, reference=y, uncertainty=u)
            for x, y, u in zip(read, reference, uncertainties, strict=True)
        ), k

    def _reference(self, unit: str) -> tuple[float, ...]:
        if self.reference:
            return _values(self.reference, unit)
        errors, _ = _differences(self.error, unit)
        read = _values(self.read, unit)
        return tuple(_rounded(x - e) for x, e in zip(read, errors, strict=False))

    def _uncertainties(self, unit: str, count: int) -> tuple[Sequence[float | None], float]:
        for quantity in (self.error, self.read, self.reference):
            stated = [one for one in quantity if one.uncertainties]
            if not stated:
                continue
            scale = _scale(stated[0].unit, unit)
            k = next((one.k for one in stated if one.k is not None), 2.0)
            found = [_rounded(u * scale) for u in stated[0].uncertainties]
            return (found * count if len(found) == 1 else found), k
        return [None] * count, 2.0


def results(root: Element) -> list[Result]:
    """The tables of a DCC that hold readings; not those from before an adjustment."""
    path = "dcc:measurementResults/dcc:measurementResult/dcc:results/dcc:result"
    return [found for result in every(root, path) for found in _tables(result)]


def _tables(result: Element) -> Iterator[Result]:
    name = words(result, "dcc:name") or "a result without a name"
    for table in [*every(result, "dcc:data/dcc:list"), *every(result, "dcc:data")]:
        read, reference, error = (_of_type(table, kind) for kind in (READ, REFERENCE, ERROR))
        if read and (reference or error):
            yield Result(name, read, reference, error)


def _of_type(table: Element, kind: str) -> list[Numbers]:
    return all_of(one for one in every(table, "dcc:quantity") if has_type(one, kind))


def _values(given: Sequence[Numbers], unit: str) -> tuple[float, ...]:
    """In the unit itself where the DCC has it, else converted."""
    same = [one for one in given if code_of(one.unit) == unit]
    for one in [*same, *given]:
        way = conversion(one.unit, unit)
        if way == (1.0, 0.0):
            return one.values
        if way is not None:
            return tuple(_rounded(value * way[0] + way[1]) for value in one.values)
    units = ", ".join(one.unit for one in given) or "none"
    raise DccError(f"is given in {units}, which cannot be had in {unit or 'a unit known here'}")


def _differences(given: Sequence[Numbers], unit: str) -> tuple[tuple[float, ...], float]:
    scale = _scale(given[0].unit, unit)
    return tuple(value * scale for value in given[0].values), scale


def _scale(source: str, unit: str) -> float:
    """Of differences: a kelvin is a degree."""
    way = conversion(source, unit)
    if way is None:
        raise DccError(f"an uncertainty in {source} cannot be had in {unit}")
    return way[0]


def _rounded(value: float) -> float:
    """Without the noise of the conversion: no certificate has twelve figures."""
    return float(f"{value:.12g}")
