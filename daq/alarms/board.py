"""All alarms of a daemon: their lives, and what is told of each change. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Literal, TypeAlias

import msgspec

from daq.alarms.errors import AlarmError, NotPossibleError
from daq.alarms.lifecycle import BY_PEOPLE, Life, What, step

Priority: TypeAlias = Literal["critical", "high", "medium", "low", "none"]
"""How much depends on it; ``none`` is a condition that other rules use and nobody is told of."""

RANK: Mapping[str, int] = {"critical": 0, "high": 1, "medium": 2, "low": 3, "none": 4}


CALLING: frozenset[What] = frozenset({"raised", "unshelved", "unsuppressed"})
"""What may make an alarm one that people have to look at."""


class Sort(msgspec.Struct, frozen=True, kw_only=True):
    """What does not change about an alarm. ``group`` is where the first one out is marked."""

    name: str
    priority: Priority = "medium"
    title: str = ""
    group: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an alarm's life: what happened, when, by whom, why, and the life after it.

    ``time`` is ns since 1970 UTC; ``cause`` the number of the journal's entry that led to it, 0
    for what people did. ``first`` says that it was the first of its group to be raised,
    ``held_back`` that it can wait until a flood of alarms is over. ``began`` is the time of the
    reading with which the condition of what was raised began to hold, else 0.
    """

    sort: Sort
    what: What
    time: int
    life: Life
    text: str = ""
    by: str = ""
    why: str = ""
    cause: int = 0
    first: bool = False
    held_back: bool = False
    began: int = 0

    @property
    def calls(self) -> bool:
        """Whether rules or time have made it an alarm that people have to look at."""
        return self.life.pending and self.cause > 0 and self.what in CALLING


class Board:
    """The lives of all alarms by name. Alarms of priority ``none`` are not among them."""

    def __init__(self, sorts: Iterable[Sort]) -> None:
        self._sorts = {sort.name: sort for sort in sorts if sort.priority != "none"}
        self._lives = dict.fromkeys(self._sorts, Life())
        self._groups: dict[str, list[str]] = {}
        for sort in self._sorts.values():
            self._groups.setdefault(sort.group, []).append(sort.name)

    def __iter__(self) -> Iterator[tuple[Sort, Life]]:
        """Every alarm, in the order of the configuration."""
        for name, sort in self._sorts.items():
            yield sort, self._lives[name]

    def __contains__(self, name: str) -> bool:
        return name in self._sorts

    def sort(self, name: str) -> Sort:
        """What does not change about an alarm that is there."""
        return self._sorts[name]

    def life(self, name: str) -> Life:
        """The life of an alarm.

        Raises:
            AlarmError: there is none of this name; says which was probably meant.
        """
        if name not in self._lives:
            near = get_close_matches(name, self._lives, 3)
            meant = f"did you mean {' or '.join(near)}?" if near else "`daq alarms list` lists them"
            raise AlarmError(f"no alarm {name!r}; {meant}")
        return self._lives[name]

    def restore(self, name: str, life: Life) -> None:
        """Take over what the journal knows; alarms that are configured no more are left out."""
        if name in self._lives:
            self._lives[name] = life

    def apply(self, name: str, what: What, time: int, *, until: int = 0, **told: object) -> Change:
        """Let something happen to an alarm; ``told`` are further fields of the change.

        Raises:
            AlarmError: there is no such alarm.
            NotPossibleError: it does not fit the state the alarm is in.
        """
        before, sort = self.life(name), self._sorts[name]
        try:
            after = step(before, what, until)
        except NotPossibleError as error:
            raise NotPossibleError(f"{name} {error}") from error
        first = what == "raised" and not before.active and not self._stands(sort)
        self._lives[name] = after
        fields = {"sort": sort, "what": what, "time": time, "life": after, "first": first}
        return Change(**{**fields, **told})  # pyright: ignore[reportArgumentType]

    def changes(self, name: str, what: What) -> bool:
        """Whether this, which is not asked by people, would change anything."""
        before = self.life(name)
        return what in BY_PEOPLE or step(before, what) != before

    def over(self, time: int) -> list[str]:
        """The alarms whose shelf ends at or before this time."""
        return [name for name, life in self._lives.items() if 0 < life.shelved <= time]

    def next_end(self) -> int:
        """When the next shelf ends; 0 when nothing is shelved."""
        return min((life.shelved for life in self._lives.values() if life.shelved), default=0)

    def _stands(self, sort: Sort) -> bool:
        """Whether another alarm of its group is raised, or waits to be acknowledged."""
        if not sort.group:
            return True
        others = (self._lives[name] for name in self._groups[sort.group] if name != sort.name)
        return any((life.active or life.pending) and not life.hidden for life in others)
