"""Decides what people do to runs. Pure: what is asked for in, happenings out."""

import logging
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from daq.journal.entry import Event
from daq.runs.book import Book
from daq.runs.errors import NotPossibleError
from daq.runs.happening import Ended, Happening, Marked, Paused, Resumed, Signed, Started, What
from daq.runs.record import happening_of
from daq.runs.rules import Rules
from daq.runs.run import Run

log = logging.getLogger(__name__)

MOST_MARKS = 1000
"""Marks of a run; one with more of them is no notebook but a series of readings."""

MOST_PAUSES = 1000
MOST_GOING = 100
"""Runs that go on at a time: with so many, nobody ends them, and one more helps nobody."""


class Desk:
    """The runs of a laboratory.

    ``rules`` are asked for whenever a run begins: a reload may have changed them. Each of what
    people do returns the run it was done to and what is to be journalled, which is None when the
    same request (``key``) had been carried out before.
    """

    def __init__(self, rules: Callable[[], Rules] = Rules) -> None:
        self.book = Book()
        self._rules = rules

    def restore(self, events: Iterable[Event]) -> None:
        """Go on from what the journal knows, in its order.

        An event that does not carry what it has to is left out: the rest is needed.
        """
        for event in events:
            try:
                happening = happening_of(event)
            except ValueError as error:
                log.warning("left out of runs: %s", error)
                continue
            if happening is not None:
                self.book.apply(happening)
                self.book.numbered(happening.id, event.seq)

    def start(self, time: int, what: Started) -> tuple[str, Happening | None]:
        """A run begins.

        Raises:
            RunError: it names what there is not, an instrument is in another run, or too many
                go on.
        """
        what = replace(what, instruments=tuple(dict.fromkeys(what.instruments)))
        if done := self._done(what):
            return done, None
        rules = self._rules()
        rules.check(what)
        if not rules.shared:
            self._check_free(what.instruments)
        if len(self.book.going) >= MOST_GOING:
            raise NotPossibleError(f"{MOST_GOING} runs go on: end some of them first")
        new = self.book.new(time, what)
        return new.id, new

    def mark(self, name: str, time: int, what: Marked) -> tuple[str, Happening | None]:
        """Somebody notes something.

        Raises:
            RunError: there is no such run, it has ended, or is full of marks.
        """
        return self._do(name, time, what, _check_marks)

    def pause(self, name: str, time: int, what: Paused) -> tuple[str, Happening | None]:
        """It is to rest.

        Raises:
            RunError: there is no such run, or it does not go on.
        """
        return self._do(name, time, what, _check_runs)

    def resume(self, name: str, time: int, what: Resumed) -> tuple[str, Happening | None]:
        """It is to go on.

        Raises:
            RunError: there is no such run, or it is not paused.
        """
        return self._do(name, time, what, _check_paused)

    def end(self, name: str, time: int, what: Ended) -> tuple[str, Happening | None]:
        """It is over.

        Raises:
            RunError: there is no such run, or it has ended.
        """
        return self._do(name, time, what, lambda _: None)

    def sign(self, name: str, time: int, what: Signed) -> tuple[str, Happening | None]:
        """Somebody stands for it; who may, and for what, is decided before.

        Raises:
            RunError: there is no such run, or it goes on.
        """
        if done := self._done(what, name):
            return done, None
        one = self.book.get(name)
        if one.state != "ended":
            raise NotPossibleError(f"{name} goes on; it can be signed when it has ended")
        return name, self.book.do(name, time, what)

    def meant(self, name: str) -> str:
        """The number of the run that is meant: without a name the only one that goes on.

        Raises:
            NotPossibleError: none goes on, or several do.
        """
        if name:
            return name
        going = [one.id for one in self.book.going]
        if len(going) == 1:
            return going[0]
        have = f"{', '.join(going[-10:])} go on" if going else "none goes on"
        raise NotPossibleError(f"say which run is meant: {have}")

    def _do(
        self, name: str, time: int, what: What, check: Callable[[Run], None]
    ) -> tuple[str, Happening | None]:
        if done := self._done(what, name):
            return done, None
        name = self.meant(name)
        one = self.book.get(name)
        if one.state == "ended":
            raise NotPossibleError(f"{name} has ended")
        check(one)
        return name, self.book.do(name, time, what)

    def _done(self, what: What, name: str = "") -> str:
        """The run to which this very request was done before; empty when it is new."""
        before = self.book.asked(what.key) if what.key else None
        if before is None:
            return ""
        run, did = before
        if did != what or name not in ("", run):
            raise NotPossibleError(
                f"the key {what.key!r} was used for another request, of run {run}: "
                "give every request a key of its own"
            )
        return run

    def _check_free(self, instruments: Iterable[str]) -> None:
        for one in self.book.going:
            taken = [name for name in instruments if name in one.instruments]
            if taken:
                raise NotPossibleError(
                    f"{', '.join(taken)} in use by run {one.id}; end that first, or set "
                    "`shared = true` in [runs]"
                )


def _check_marks(one: Run) -> None:
    if len(one.marks) >= MOST_MARKS:
        raise NotPossibleError(f"{one.id} has {MOST_MARKS} marks; start another run")


def _check_runs(one: Run) -> None:
    if one.state == "paused":
        raise NotPossibleError(f"{one.id} is paused already")
    if len(one.pauses) >= MOST_PAUSES:
        raise NotPossibleError(f"{one.id} was paused {MOST_PAUSES} times; start another run")


def _check_paused(one: Run) -> None:
    if one.state != "paused":
        raise NotPossibleError(f"{one.id} is not paused")
