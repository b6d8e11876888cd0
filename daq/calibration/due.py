"""When calibrations are due, and when that has to be told. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.dates import begin_of, days_left


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate in force for some channels of an instrument, with the day it is due.

    ``due`` and ``calibrated`` are ISO 8601; ``due`` is empty where it is never due.
    """

    instrument: str
    certificate: str
    hash: str
    laboratory: str
    calibrated: str
    due: str
    channels: tuple[str, ...]

    def days(self, now: int) -> int | None:
        """Days until it is past due: 0 on the last day, below 0 when it is past; None: never."""
        return days_left(self.due, now) if self.due else None


def due_list(calibrations: Mapping[str, Sequence[Calibration]]) -> tuple[Due, ...]:
    """What is in force, what is due first first, and what is never due last."""
    found = [due for name, some in calibrations.items() for due in _of(name, some)]
    return tuple(sorted(found, key=lambda one: (not one.due, one.due, one.instrument)))


def reminder(due: Due, days: Sequence[int], before: int, now: int) -> int | None:
    """Which of some days before the due date has come between two looks (ns since 1970 UTC).

    The last of them, where several have; None when none has. 0 is the moment it is past due.
    """
    if not due.due:
        return None
    come = [day for day in days if before < _moment(due.due, day) <= now]
    return min(come, default=None)


def _moment(due: str, day: int) -> int:
    """The first ns of the day so many days before the due date; of the day after it for 0."""
    last = date.fromisoformat(due)
    return begin_of(last - timedelta(days=day) if day else last + timedelta(days=1))


def _of(instrument: str, calibrations: Sequence[Calibration]) -> Iterator[Due]:
    channels: dict[str, list[Calibration]] = {}
    for one in calibrations:
        channels.setdefault(one.hash, []).append(one)
    for some in channels.values():
        first = some[0]
        yield Due(
            instrument=instrument,
            certificate=first.certificate,
            hash=first.hash,
            laboratory=first.laboratory,
            calibrated=first.calibrated,
            due=first.due,
            channels=tuple(one.channel for one in some),
        )
