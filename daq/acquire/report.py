"""What is told of an instrument and a bus: its state, an event when a fault begins and ends."""

from collections.abc import Callable, Collection

from daq.acquire.counters import BusCounters, InstrumentCounters
from daq.acquire.recorder import Recorder
from daq.acquire.trouble import Trouble
from daq.calibration.calibration import Calibration
from daq.journal import kinds
from daq.journal.kinds import Kind
from drivers.errors import DriverError, IdentityError, TransportError
from drivers.model import Identity


class _Report:
    """What instruments and buses have alike."""

    def __init__(
        self,
        name: str,
        counters: InstrumentCounters | BusCounters,
        recorder: Recorder,
        clock: Callable[[], int],
    ) -> None:
        self._name = name
        self._state_of = counters
        self._recorder = recorder
        self._clock = clock
        self._trouble = Trouble()

    def _rested(self, now: float, state: str, kind: Kind, what: str) -> None:
        """It is well; an event once the fault counts as over."""
        self._state(state)
        over = self._trouble.rests(now)
        if not self._trouble.active:
            self._state_of.trouble = ""
        if over:
            seconds, times = self._trouble.seconds, self._trouble.times
            self._recorder.append_event(
                kind.name,
                self._name,
                f"{self._name}: {what} after {seconds:.1f} s{_often(times)}",
                data={"seconds": seconds, "times": times},
            )

    def _state(self, state: str) -> None:
        if self._state_of.state != state:
            self._state_of.state, self._state_of.since = state, self._clock()


class InstrumentReport(_Report):
    """One instrument's state. ``now`` is seconds of a steady clock, ``clock`` the time."""

    def __init__(
        self, name: str, counters: InstrumentCounters, recorder: Recorder, clock: Callable[[], int]
    ) -> None:
        super().__init__(name, counters, recorder, clock)
        self._counters = counters
        self._found = False

    def found(self, identity: Identity) -> None:
        """It was identified, as the one that is wanted."""
        if self._found:
            return
        self._found = True
        self._state("answering")
        self._recorder.append_event(
            kinds.INSTRUMENT_FOUND.name,
            self._name,
            f"{self._name}: answers",
            data={"serial_number": identity.serial_number, "firmware": identity.firmware},
        )

    def foreign(self, identity: Identity, certificates: Collection[Calibration]) -> None:
        """It is not the instrument that was calibrated."""
        numbers = sorted({one.certificate for one in certificates})
        theirs = sorted({one.serial_number for one in certificates})
        self._recorder.append_event(
            kinds.CERTIFICATE_MISMATCH.name,
            self._name,
            f"{self._name}: serial number {identity.serial_number!r} answers, certificate "
            f"{', '.join(numbers)} is of {', '.join(theirs)}: no correction is made with it",
            severity="warning",
            data={
                "certificates": ", ".join(numbers),
                "serial_number": identity.serial_number,
                "calibrated": ", ".join(theirs),
            },
        )

    def disconnected(self) -> None:
        """Its bus is gone, which has events of its own."""
        self._state("disconnected")

    def fault(self, state: str, error: DriverError, now: float) -> None:
        """It does not answer (``silent``), or not with what is wanted (``refusing``)."""
        wrong = isinstance(error, IdentityError)
        begins = not self._trouble.active
        told = self._trouble.strikes("wrong" if wrong else state, now)
        self._counters.faults += begins
        self._counters.trouble = str(error)
        self._state(state)
        if told:
            self._recorder.append_event(
                kinds.INSTRUMENT_FAULT.name,
                self._name,
                f"{self._name}: {error}",
                severity="error" if wrong else "warning",
                data={"reason": error.status.reason, "error": type(error).__name__},
            )

    def well(self, now: float) -> None:
        """Everything that was asked for was answered."""
        if self._counters.state == "answering" and not self._trouble.active:
            return
        self._rested(now, "answering", kinds.INSTRUMENT_RESTORED, "answers again")


class BusReport(_Report):
    """One bus's state; ``now`` and ``clock`` as of ``InstrumentReport``."""

    def __init__(
        self, name: str, counters: BusCounters, recorder: Recorder, clock: Callable[[], int]
    ) -> None:
        super().__init__(name, counters, recorder, clock)
        self._counters = counters

    def lost(self, error: TransportError, now: float) -> None:
        """The line cannot be opened, or was lost."""
        self._counters.trouble = str(error)
        self._state("lost")
        if self._trouble.strikes(error.kind, now):
            self._recorder.append_event(
                kinds.BUS_LOST.name,
                self._name,
                f"{self._name}: {error}",
                severity="error",
                data={"reason": error.status.reason, "error": type(error).__name__},
            )

    def connected(self, now: float) -> None:
        """An exchange was finished on it."""
        if self._counters.state == "connected" and not self._trouble.active:
            return
        self._rested(now, "connected", kinds.BUS_RESTORED, "back in use")


def _often(times: int) -> str:
    return f"; it came and went {times} times" if times > 1 else ""
