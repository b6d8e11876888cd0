"""What a changed configuration asks of a running daemon. Pure."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec
from pydantic import BaseModel

from daq.build.setup import Setup
from daq.build.target import Target
from daq.config.config import Config

T = TypeVar("T")

PARTS = frozenset({"bus", "instrument", "sink", "profiles", "calibration"})
"""Tables that say what runs: parts come, go and restart with them."""

OF_OTHERS = frozenset({"access", "cost", "evidence", "lab", "web"})
"""Tables that others read when they need them: commands, reports, simulators, page, who signs."""

IN_PLACE = frozenset(
    {
        *("site.title", "journal.max_size", "journal.max_age", "shift", "recipient", "usage"),
        *(f"utilisation.{key}" for key in ("time_zone", "planned", "closed", "fault_after")),
    }
)
IN_PLACE_TABLES = frozenset({"notification", "runs"})
"""Keys, and tables with all their keys, that take effect without a restart of anything. Every other
key needs a new start."""

BY_NAME = frozenset({"alarm", "incident", "method", "procedure", "programme"})
"""Tables of tables that take effect so, each by itself."""

IN_ORDER = frozenset({"incident", "procedure"})
"""Of these the first that fits counts: another order is a change."""

SHOWN = {"title": "", "room": "", "alarms": False}
"""What an instrument is called, where it stands, what watches it: it is not read otherwise."""


class Moves(msgspec.Struct, frozen=True):
    """Names of parts that come, go, or are stopped and started anew."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    restarted: tuple[str, ...] = ()

    @property
    def ending(self) -> tuple[str, ...]:
        """What has to be stopped."""
        return self.removed + self.restarted

    @property
    def beginning(self) -> tuple[str, ...]:
        """What has to be started."""
        return self.added + self.restarted


class Changes(msgspec.Struct, frozen=True):
    """What has to be done to buses and sinks, and the keys that change nothing of them."""

    buses: Moves
    sinks: Moves
    applied: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        moved = (*self.buses.beginning, *self.buses.ending, *self.sinks.beginning)
        return bool((*moved, *self.sinks.ending, *self.applied))

    def words(self) -> dict[str, str]:
        """All of it in words: what was added, removed, restarted, applied."""
        words = {
            what: ", ".join(
                [f"bus {name}" for name in getattr(self.buses, what)]
                + [f"sink {name}" for name in getattr(self.sinks, what)]
            )
            for what in ("added", "removed", "restarted")
        }
        return words | {"applied": ", ".join(self.applied)}


def moves(old: Mapping[str, T], new: Mapping[str, T]) -> Moves:
    """The way from one set of parts to another; equal parts stay as they are."""
    return Moves(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        restarted=tuple(name for name in new if name in old and new[name] != old[name]),
    )


def changes(old: Target, new: Target) -> Changes:
    """What is to be done.

    A bus is the least of acquisition that restarts: its instruments share one line.
    """
    return Changes(
        moves(_buses(old.setup), _buses(new.setup)),
        moves(old.sinks, new.sinks),
        tuple(dict.fromkeys(_applied(old, new))),
    )


def _applied(old: Target, new: Target) -> Iterator[str]:
    yield from map(_dotted, _differences(old.setup.config, new.setup.config))
    if old.addresses != new.addresses:  # a URL was renewed where it is kept
        yield "recipient"


def needs_restart(old: Config, new: Config) -> list[tuple[str, ...]]:
    """The keys that differ and cannot be changed while the daemon runs."""
    return [
        key
        for key in _differences(old, new)
        if (key[0] not in BY_NAME | IN_PLACE_TABLES and _dotted(key) not in IN_PLACE)
        or (key[0] == "method" and not old.method)  # nothing runs that would take it
    ]


def _differences(old: Config, new: Config) -> Iterator[tuple[str, ...]]:
    for table in sorted(type(old).model_fields.keys() - PARTS - OF_OTHERS):
        before, after = getattr(old, table), getattr(new, table)
        if before == after:
            if table in IN_ORDER and [*before] != [*after]:
                yield (table,)
            continue
        if table in BY_NAME:
            yield from ((table, name) for name in _unequal(before, after))
        elif isinstance(before, BaseModel) and type(before) is type(after):
            for key in type(before).model_fields:
                if getattr(before, key) != getattr(after, key):
                    yield table, key
        else:
            yield (table,)


def _unequal(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    return [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def _dotted(key: tuple[str, ...]) -> str:
    return ".".join(key)


def _buses(setup: Setup) -> dict[str, object]:
    """Each bus that is used, with all that decides how it is polled."""
    return {name: _bus(setup, name) for name in setup.used_buses}


def _bus(setup: Setup, name: str) -> object:
    members = {key: item.model_copy(update=SHOWN) for key, item in setup.members(name).items()}
    profiles = {
        item.profile: setup.profile(item).model_copy(update={"alarm": {}})
        for item in members.values()
    }
    calibrations = {key: setup.calibrations.get(key, ()) for key in members}
    return setup.config.bus[name], members, profiles, calibrations
