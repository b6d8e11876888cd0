"""Answers the commands of the control socket about incidents."""

from collections.abc import Callable
from itertools import islice

import msgspec

from daq.control.incident_status import detail_of, status_of
from daq.control.incidents import (
    IncidentCloseRequest,
    IncidentDetail,
    IncidentDone,
    IncidentNoteRequest,
    IncidentOpenRequest,
    IncidentPage,
    IncidentRequest,
    IncidentsRequest,
    IncidentTickRequest,
)
from daq.control.server import Commands, RefusedError, command
from daq.incidents.desk import Desk
from daq.incidents.errors import IncidentError
from daq.incidents.follower import Follower
from daq.incidents.happening import Happening
from daq.journal.errors import JournalError

AT_ONCE = 200
"""Incidents, or lines of a course, in one answer."""


class Incidents:
    """The incidents of the follower, for who asks on the socket."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower

    @property
    def commands(self) -> Commands:
        """All of them."""
        return {
            **command(IncidentsRequest, self.page),
            **command(IncidentRequest, self.detail),
            **command(IncidentOpenRequest, self.open),
            **command(IncidentNoteRequest, self.note),
            **command(IncidentTickRequest, self.tick),
            **command(IncidentCloseRequest, self.close),
        }

    def page(self, request: IncidentsRequest) -> IncidentPage:
        """The incidents beyond as many as the request says have been told.

        Raises:
            RefusedError: what the journal knows of incidents is still being read.
        """
        known = self._known().book.incidents.values()
        ordered = sorted(known, key=lambda one: (not one.is_open, -one.opened, one.id))
        first = max(request.after, 0)
        found = [status_of(one) for one in islice(ordered, first, first + AT_ONCE + 1)]
        return IncidentPage(found[:AT_ONCE], more=len(found) > AT_ONCE)

    async def detail(self, request: IncidentRequest) -> IncidentDetail:
        """One incident, and some of its course.

        Raises:
            RefusedError: there is no such incident, or the journal cannot be read.
        """
        try:
            one = self._known().book.get(request.incident)
            events = await self._follower.course(one)
        except IncidentError as error:
            raise RefusedError(
                f"{error}; older ones are in the journal: `daq incident show`"
            ) from error
        except JournalError as error:
            raise RefusedError(str(error)) from error
        first = max(request.after, 0)
        detail = detail_of(one, events[first : first + AT_ONCE])
        return msgspec.structs.replace(detail, more=len(events) > first + AT_ONCE)

    async def open(self, request: IncidentOpenRequest) -> IncidentDone:
        """Open an incident by hand.

        Raises:
            RefusedError: it is not complete, or names what is not there.
        """
        _need(request.title, "what is the matter")
        return await self._done(
            request.by,
            lambda desk, time: desk.open_by_hand(
                request.title.strip(),
                time,
                by=request.by.strip(),
                why=request.reason,
                alarms=tuple(dict.fromkeys(request.alarms)),
                instruments=tuple(dict.fromkeys(request.instruments)),
                procedure=request.procedure,
            ),
        )

    async def note(self, request: IncidentNoteRequest) -> IncidentDone:
        """Note something.

        Raises:
            RefusedError: it is not complete, there is no such incident, or it is closed.
        """
        _need(request.text, "the text of the note")
        return await self._done(
            request.by,
            lambda desk, time: desk.note(
                request.incident, time, by=request.by.strip(), text=request.text.strip()
            ),
        )

    async def tick(self, request: IncidentTickRequest) -> IncidentDone:
        """Tick off a step.

        Raises:
            RefusedError: it is not complete, there is no such incident or step, or it is so.
        """
        if request.tick == "skipped":
            _need(request.reason, "the reason why the step does not apply")
        return await self._done(
            request.by,
            lambda desk, time: desk.tick(
                request.incident,
                time,
                step=request.step,
                tick=request.tick,
                by=request.by.strip(),
                why=request.reason,
            ),
        )

    async def close(self, request: IncidentCloseRequest) -> IncidentDone:
        """Close an incident.

        Raises:
            RefusedError: it is not complete, there is no such incident, or steps are waiting.
        """
        _need(request.reason, "what came of it")
        return await self._done(
            request.by,
            lambda desk, time: desk.close(
                request.incident, time, by=request.by.strip(), why=request.reason
            ),
        )

    def _known(self) -> Desk:
        try:
            self._follower.check_ready()
        except IncidentError as error:
            raise RefusedError(str(error)) from error
        return self._follower.desk

    async def _done(self, by: str, decide: Callable[[Desk, int], list[Happening]]) -> IncidentDone:
        _need(by, "who says so")
        try:
            one, durable = await self._follower.ask(decide)
        except IncidentError as error:
            raise RefusedError(str(error)) from error
        return IncidentDone(status_of(one), durable)


def _need(text: str, what: str) -> None:
    if not text.strip():
        raise RefusedError(f"{what} is missing")
