"""What is so at this moment, for destinations that keep the newest of each topic."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

Content: TypeAlias = Mapping[str, Any]
"""What goes to JSON: strings, numbers, truth values."""

STATES = "_alarms/_state"
"""Below it each alarm has a topic."""

BEACON = "_beacon"
"""The topic of the worst of all alarms."""

BEACONS = "_alarms/_beacon"
"""Below it each room has a beacon."""


RUNS = "_runs"
"""Below it each instrument of a run that goes on has a topic."""


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """States, made anew whenever one changes: no entries, so that none can come too late.

    ``topics`` are by their path below the site, ``gone`` paths there were once and are no more.
    """

    topics: Mapping[str, Content] = {}
    gone: frozenset[str] = frozenset()


def together(one: Present, other: Present) -> Present:
    """Both; their paths have nothing in common."""
    if not (other.topics or other.gone):
        return one
    return Present(topics={**one.topics, **other.topics}, gone=one.gone | other.gone)


class Shown:
    """What one destination shows of what is so. Pure.

    ``begin`` with each connection: it may be another broker than before, or have forgotten.
    """

    def __init__(self) -> None:
        self._known: dict[str, Content] = {}
        self._cleared: set[str] = set()

    def begin(self) -> None:
        """Nothing is known to be shown; what was taken away need not be taken away again."""
        self._known = {}

    def due(self, present: Present) -> dict[str, Content | None]:
        """What has to be said by its path: a new content, or None where there is none any more."""
        changed: dict[str, Content | None] = {
            path: content
            for path, content in present.topics.items()
            if self._known.get(path) != content
        }
        return changed | dict.fromkeys(sorted(present.gone - self._cleared))

    def is_new(self, path: str) -> bool:
        """Whether nothing was said of it on this connection."""
        return path not in self._known

    def took(self, path: str, content: Content | None) -> None:
        """The destination has it."""
        if content is None:
            self._known.pop(path, None)
            self._cleared.add(path)
        else:
            self._known[path] = content
            self._cleared.discard(path)
