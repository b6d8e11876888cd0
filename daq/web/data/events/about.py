"""What events are about: names of the laboratory, and what people call them. Pure."""

from collections.abc import Mapping

import msgspec

from daq.web.data.events.kinds import TOPICS, Topic
from daq.web.data.snapshot import Snapshot

ITSELF = ("daq", "journal")
"""Subjects that are there in every laboratory: the daemon and its journal."""


class Subjects(msgspec.Struct, frozen=True):
    """What there is that an event may be about; ``titles`` is what people call instruments."""

    instruments: tuple[str, ...] = ()
    buses: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    titles: Mapping[str, str] = {}

    @property
    def all(self) -> frozenset[str]:
        """Every one of them."""
        return frozenset((*self.instruments, *self.buses, *self.sinks, *self.alarms, *ITSELF))


def subjects(snapshot: Snapshot) -> Subjects:
    """What the configuration and the daemon have."""
    listed, status = snapshot.register.instruments, snapshot.heard.status
    instruments = {one.name for one in listed}
    buses = {one.bus for one in listed if one.bus}
    sinks: set[str] = set()
    if status is not None:
        instruments |= {one.name for one in status.instruments}
        buses |= {one.name for one in status.buses}
        sinks = {one.name for one in status.sinks}
    titles = {one.name: one.title for one in listed if one.title}
    return Subjects(
        tuple(sorted(instruments, key=lambda name: titles.get(name, name).casefold())),
        tuple(sorted(buses)),
        tuple(sorted(sinks)),
        tuple(sorted(one.name for one in snapshot.register.alarms if one.priority != "none")),
        titles,
    )


def topic(kind: str) -> Topic | None:
    """What events of a kind are about; None when the kind is not known here."""
    return TOPICS.get(kind)
