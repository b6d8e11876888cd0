"""The events that tell of silences, and of their ends."""

from collections.abc import Sequence

from daq.acquire.poller import BusPoller
from daq.acquire.recorder import Recorder
from daq.health.hush import Over
from daq.health.silence import Verdict
from daq.journal import kinds

MOST_NAMES = 20
"""Names of instruments in one event, at most."""


class Words:
    """Writes them, each with what an alarm or a person needs of it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def instrument_silent(self, verdict: Verdict, bus: str, cause: str) -> None:
        """An instrument gives no reading of use."""
        name, groups = verdict.instrument, ", ".join(verdict.groups)
        self._recorder.append_event(
            kinds.INSTRUMENT_SILENT.name,
            name,
            f"{name}: no reading of use for {verdict.seconds:.0f} s ({groups}): {cause}",
            severity="error",
            data={
                "seconds": round(verdict.seconds, 1),
                "bus": bus,
                "groups": groups,
                "cause": cause,
            },
        )

    def instrument_speaks(self, verdict: Verdict) -> None:
        """All its groups give readings of use again."""
        name, groups = verdict.instrument, ", ".join(verdict.groups)
        self._recorder.append_event(
            kinds.INSTRUMENT_SPEAKS.name,
            name,
            f"{name}: readings of use again after {verdict.seconds:.0f} s ({groups})",
            data={"seconds": round(verdict.seconds, 1), "groups": groups},
        )

    def bus_silent(self, poller: BusPoller, seconds: float) -> None:
        """A bus is lost, and its instruments with it."""
        names, cause = [item.name for item in poller.instruments], poller.counters.trouble
        listed = _listed(names)
        self._recorder.append_event(
            kinds.BUS_SILENT.name,
            poller.name,
            f"{poller.name}: the bus is lost ({cause}): no reading of use for {seconds:.0f} s "
            f"from {_counted(names)}: {listed}",
            severity="error",
            data={
                "seconds": round(seconds, 1),
                "count": len(names),
                "instruments": listed,
                "cause": cause,
            },
        )

    def bus_speaks(self, over: Over) -> None:
        """Its instruments give readings of use again, or have a silence of their own."""
        self._recorder.append_event(
            kinds.BUS_SPEAKS.name,
            over.bus,
            f"{over.bus}: readings of use again after {over.seconds:.0f} s",
            data={"seconds": round(over.seconds, 1)},
        )


def _counted(names: Sequence[str]) -> str:
    return "its instrument" if len(names) == 1 else f"its {len(names)} instruments"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
