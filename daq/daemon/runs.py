"""Answers the commands of the control socket about runs."""

from itertools import islice

from daq.control.run_status import run_status_of
from daq.control.runs import (
    RunDone,
    RunMarkRequest,
    RunPage,
    RunPauseRequest,
    RunResumeRequest,
    RunsRequest,
    RunStartRequest,
    RunStopRequest,
)
from daq.control.server import Commands, RefusedError, command
from daq.runs.errors import RunError
from daq.runs.happening import Ended, Marked, Paused, Resumed, Started
from daq.runs.keeper import Decide, Keeper

AT_ONCE = 200
"""Runs in one answer."""


class Runs:
    """The runs of the keeper, for who asks on the socket."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    @property
    def commands(self) -> Commands:
        """All of them."""
        return {
            **command(RunsRequest, self.page),
            **command(RunStartRequest, self.start),
            **command(RunMarkRequest, self.mark),
            **command(RunPauseRequest, self.pause),
            **command(RunResumeRequest, self.resume),
            **command(RunStopRequest, self.stop),
        }

    def page(self, request: RunsRequest) -> RunPage:
        """The runs beyond as many as the request says have been told.

        Raises:
            RefusedError: what the journal knows of runs is still being read.
        """
        try:
            self._keeper.check_ready()
        except RunError as error:
            raise RefusedError(str(error)) from error
        known = self._keeper.desk.book.runs.values()
        ordered = sorted(known, key=lambda one: (one.state == "ended", -one.begun, one.id))
        first = max(request.after, 0)
        found = [run_status_of(one) for one in islice(ordered, first, first + AT_ONCE + 1)]
        return RunPage(found[:AT_ONCE], more=len(found) > AT_ONCE)

    async def start(self, request: RunStartRequest) -> RunDone:
        """Start a run.

        Raises:
            RefusedError: it is not complete, or names what is not there.
        """
        what = Started(
            by=request.by.strip(),
            operator=request.operator.strip() or request.by.strip(),
            instruments=request.instruments,
            sample=request.sample.strip(),
            order=request.order.strip(),
            standard=request.standard.strip(),
            method=request.method.strip(),
            programme=request.programme.strip(),
            cost_centre=request.cost_centre.strip(),
            why=request.reason.strip(),
            key=request.key,
        )
        return await self._done(request.by, lambda desk, time: desk.start(time, what))

    async def mark(self, request: RunMarkRequest) -> RunDone:
        """Note something.

        Raises:
            RefusedError: it is not complete, there is no such run, or it has ended.
        """
        _need(request.text, "the text of the mark")
        what = Marked(by=request.by.strip(), text=request.text.strip(), key=request.key)
        return await self._done(request.by, lambda desk, time: desk.mark(request.run, time, what))

    async def pause(self, request: RunPauseRequest) -> RunDone:
        """Let a run rest.

        Raises:
            RefusedError: it is not complete, there is no such run, or it does not go on.
        """
        what = Paused(by=request.by.strip(), why=request.reason.strip(), key=request.key)
        return await self._done(request.by, lambda desk, time: desk.pause(request.run, time, what))

    async def resume(self, request: RunResumeRequest) -> RunDone:
        """Let a run go on.

        Raises:
            RefusedError: it is not complete, there is no such run, or it is not paused.
        """
        what = Resumed(by=request.by.strip(), why=request.reason.strip(), key=request.key)
        return await self._done(request.by, lambda desk, time: desk.resume(request.run, time, what))

    async def stop(self, request: RunStopRequest) -> RunDone:
        """End a run.

        Raises:
            RefusedError: it is not complete, there is no such run, or it has ended.
        """
        if request.outcome == "aborted":
            _need(request.reason, "the reason why it is aborted")
        what = Ended(
            by=request.by.strip(),
            outcome=request.outcome,
            conclusion=request.reason.strip(),
            key=request.key,
        )
        return await self._done(request.by, lambda desk, time: desk.end(request.run, time, what))

    async def _done(self, by: str, decide: Decide) -> RunDone:
        _need(by, "who says so")
        try:
            one, durable, repeated = await self._keeper.ask(decide)
        except RunError as error:
            raise RefusedError(str(error)) from error
        return RunDone(run_status_of(one), durable, repeated)


def _need(text: str, what: str) -> None:
    if not text.strip():
        raise RefusedError(f"{what} is missing")
