"""All runs that go on or are still remembered, and how they are added to. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import get_close_matches

from msgspec.structs import replace

from daq.runs import happening as happenings
from daq.runs.errors import NoSuchRunError
from daq.runs.happening import Carried, Happening, Started, What
from daq.runs.run import Run

_NS = 1_000_000_000


class Book:
    """Runs by number. Whatever is written into one is returned, to be journalled.

    Whoever journals it gives back with ``numbered`` where it stands.
    """

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._requests: dict[str, dict[str, What]] = {}

    @property
    def going(self) -> list[Run]:
        """Those that have not ended, in the order in which they began."""
        return [one for one in self.runs.values() if one.state != "ended"]

    def get(self, name: str) -> Run:
        """A run by its number.

        Raises:
            NoSuchRunError: there is none of this number here; says which there are.
        """
        if name not in self.runs:
            near = get_close_matches(name, self.runs, 3) or list(self.runs)[-3:]
            known = f"; there is {', '.join(near)}" if near else "; there is none"
            raise NoSuchRunError(f"no run {name!r}{known}")
        return self.runs[name]

    def asked(self, key: str) -> tuple[str, What] | None:
        """The run a request of this key was about, and what it did; None when it is new."""
        for name, requests in self._requests.items():
            if key in requests:
                return name, requests[key]
        return None

    def new(self, time: int, what: Started) -> Happening:
        """A run begins, under a number of its own."""
        return self.do(_name(time, self.runs), time, what)

    def do(self, name: str, time: int, what: What) -> Happening:
        """Something happens to a run."""
        done = Happening(name, time, what)
        self.apply(done)
        return done

    def apply(self, happening: Happening) -> None:
        """Take over what happened; what belongs to no known run is left out."""
        name, what = happening.id, happening.what
        one = self.runs.get(name)
        if one is None and not isinstance(what, (Started, Carried)):
            return
        made = happenings.begun(happening) if one is None else happenings.after(one, happening)
        self.runs[name] = made
        if what.key:
            self._requests.setdefault(name, {})[what.key] = what

    def numbered(self, name: str, seq: int) -> None:
        """What happened last to a run stands at this entry of the journal."""
        one = self.runs.get(name)
        if one is None:
            return
        first = one.first or seq
        last = one.last or (seq if one.state == "ended" else 0)
        if (first, last) != (one.first, one.last):
            self.runs[name] = replace(one, first=first, last=last)

    def forget(self, name: str) -> None:
        """Remember an ended run no longer."""
        del self.runs[name]
        self._requests.pop(name, None)


def _name(time: int, known: Iterable[str]) -> str:
    """The day in UTC and a number on that day, beyond all that were given before.

    After the clock was set back the day stays that of the newest run: a number names one run.
    """
    today = f"{datetime.fromtimestamp(time // _NS, UTC):%Y%m%d}"
    day = max((name.partition("-")[0] for name in known), default=today)
    day = max(day, today)
    numbers = [int(name.partition("-")[2]) for name in known if name.startswith(f"{day}-")]
    return f"{day}-{max(numbers, default=0) + 1}"
