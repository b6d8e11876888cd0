"""Answers the commands ``alarms`` and ``alarm`` of the control socket."""

from collections.abc import Callable, Iterator
from itertools import islice

from daq.alarms.board import Sort
from daq.alarms.errors import AlarmError
from daq.alarms.latest import Latest
from daq.alarms.lifecycle import BY_PEOPLE, Life, What
from daq.alarms.watcher import Watcher
from daq.control.alarms import AlarmDone, AlarmPage, AlarmRequest, AlarmsRequest, AlarmStatus
from daq.control.server import RefusedError

AT_ONCE = 500
"""Alarms in one answer."""

REASONED: frozenset[What] = frozenset({"shelved", "out-of-service", "commented"})
"""What needs words."""


class Alarms:
    """The alarms of the watcher, for who asks on the socket."""

    def __init__(self, watcher: Watcher, clock: Callable[[], int]) -> None:
        self._watcher, self._clock = watcher, clock

    def page(self, request: AlarmsRequest) -> AlarmPage:
        """The alarms beyond as many as the request says have been told.

        Raises:
            RefusedError: what the journal knows of alarms is still being read.
        """
        if not self._watcher.ready:
            raise RefusedError("what the journal knows of alarms is still being read; try again")
        first = max(request.after, 0)
        found = list(islice(self._statuses(), first, first + AT_ONCE + 1))
        return AlarmPage(found[:AT_ONCE], more=len(found) > AT_ONCE)

    def _statuses(self) -> Iterator[AlarmStatus]:
        for sort, life in self._watcher.board:
            yield _status(sort, life, self._watcher.latest)

    def act(self, request: AlarmRequest) -> AlarmDone:
        """Do what people ask; who and, where something is hidden, why must be given.

        Raises:
            RefusedError: it is not complete, there is no such alarm, or it does not fit.
        """
        what = _what(request)
        until = self._clock() + round(request.seconds * 1e9) if what == "shelved" else 0
        try:
            change = self._watcher.ask(
                request.alarm, what, by=request.by, why=request.reason, until=until
            )
        except AlarmError as error:
            raise RefusedError(str(error)) from error
        return AlarmDone(request.alarm, change.life.state.value, change.life.shelved)


def _status(sort: Sort, life: Life, latest: Latest) -> AlarmStatus:
    last, raised = latest.last.get(sort.name), latest.raised(sort.name)
    return AlarmStatus(
        name=sort.name,
        state=life.state.value,
        priority=sort.priority,
        title=sort.title,
        group=sort.group,
        active=life.active,
        since=last.time if last else 0,
        until=life.shelved,
        text=last.text if last else "",
        by=str(last.data.get("by", "")) if last else "",
        raised=raised.time if raised else 0,
        saw=str(raised.data.get("saw", "")) if raised else "",
        first_out=bool(raised and raised.data.get("first_out")),
    )


def _what(request: AlarmRequest) -> What:
    if request.action not in BY_PEOPLE:
        known = ", ".join(sorted(BY_PEOPLE))
        raise RefusedError(f"unknown action {request.action!r}; there is: {known}")
    what = request.action
    if not request.by.strip():
        raise RefusedError("who says so is missing")
    if what in REASONED and not request.reason.strip():
        raise RefusedError("the reason is missing")
    if what == "shelved" and request.seconds < 1:
        raise RefusedError("a shelf has an end, a second or more from now")
    return what
