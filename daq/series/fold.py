"""Series out of events, in the order of the journal. Pure."""

from typing import TYPE_CHECKING

from daq.journal.entry import Event
from daq.series import happening as happenings
from daq.series.happening import Begun, Happening, Over, Rested
from daq.series.record import happening_of

if TYPE_CHECKING:
    from daq.series.measured import RunSeries

RUN_STARTED, RUN_PAUSED, RUN_RESUMED, RUN_ENDED = (
    "run-started",
    "run-paused",
    "run-resumed",
    "run-ended",
)


class Fold:
    """Series by run.

    What tells that a series began stands behind the event of its run, and what happened to the run
    in between is remembered for it.
    """

    def __init__(self) -> None:
        self.series: dict[str, RunSeries] = {}
        self._before: dict[str, list[Happening]] = {}

    def take(self, event: Event) -> None:
        """Take over what happened.

        Raises:
            ValueError: the event does not carry what its kind has to.
        """
        done = of_run(event) or happening_of(event)
        if done is None:
            return
        if done.run in self.series:
            self.series[done.run] = happenings.after(self.series[done.run], done)
        elif isinstance(done.what, Begun):
            one = happenings.begun(done)
            for each in self._before.pop(done.run, ()):
                one = happenings.after(one, each)
            self.series[done.run] = one
        elif isinstance(done.what, (Rested, Over)):
            self._before.setdefault(done.run, []).append(done)


def of_run(event: Event) -> Happening | None:
    """What an event of the run itself does to its series."""
    if event.kind in (RUN_PAUSED, RUN_RESUMED):
        return Happening(event.subject, event.time, Rested(paused=event.kind == RUN_PAUSED))
    return Happening(event.subject, event.time, Over()) if event.kind == RUN_ENDED else None
