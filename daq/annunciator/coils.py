"""An annunciator on the coils of a Modbus unit; the poller of its bus writes them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec

from daq.alarms.beacon import Beacon
from daq.alarms.board import Sort
from daq.alarms.lifecycle import Life
from daq.annunciator.choice import Choice
from daq.annunciator.diary import Diary

W = TypeVar("W", bound="Writer")


class Writer(Protocol):
    """What writes coils between the scans of a bus."""

    def want(self, steady: Mapping[int, bool], flashing: Sequence[int] = ()) -> None:
        """Which coils are to be on and off from now on, and which of them in turns."""
        ...


class Places(msgspec.Struct, frozen=True):
    """The coils, each by its address, None where there is none.

    ``flash``: the lamp goes on and off by being written; a lamp that is only switched on flashes
    by itself, or not at all.
    """

    lamp: int | None
    horn: int | None
    flash: bool = False

    def steady(self, beacon: Beacon) -> Mapping[int, bool]:
        """What stays as it is written; the horn first."""
        wanted: dict[int, bool] = {}
        if self.horn is not None:
            wanted[self.horn] = beacon.horn
        if self.lamp is not None and not self.flashing(beacon):
            wanted[self.lamp] = beacon.lamp != "off"
        return wanted

    def flashing(self, beacon: Beacon) -> tuple[int, ...]:
        """What goes on and off."""
        flashes = self.flash and beacon.lamp == "flashing" and self.lamp is not None
        return (self.lamp,) if flashes and self.lamp is not None else ()


class CoilAnnunciator:
    """Says which coils are to be on; its writer is another one whenever its bus starts anew."""

    kind = "coil"

    def __init__(self, diary: Diary, choice: Choice, places: Places) -> None:
        self.diary = diary
        self._choice, self._places = choice, places
        self._writer: Writer | None = None
        self._wanted: Beacon | None = None

    def attach(self, make: Callable[[Callable[[Exception | None], None]], W]) -> W:
        """Have a new writer; ``make`` gets what is to be called after each attempt of it."""
        self._writer = writer = make(self._attempted)
        self._tell()
        return writer

    def hear(self, alarms: Iterable[tuple[Sort, Life]]) -> None:
        """How all alarms are now."""
        wanted = self._choice.beacon(alarms)
        if wanted != self._wanted:
            self._wanted = wanted
            self._tell()

    def _tell(self) -> None:
        if self._writer is not None and self._wanted is not None:
            places, wanted = self._places, self._wanted
            self._writer.want(places.steady(wanted), places.flashing(wanted))

    def _attempted(self, error: Exception | None) -> None:
        if self._wanted is None:
            return
        if error is None:
            self.diary.did(self._wanted)
        else:
            self.diary.failed(str(error), self._wanted)
