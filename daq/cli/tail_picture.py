"""What `daq tail` draws: a head, the newest readings, the last events; fed by the journal."""

import time
from collections import deque
from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from daq.build.setup import Setup
from daq.cli.following import Follower
from daq.cli.newest import Newest
from daq.cli.tail_table import event_line, readings_table, summary
from daq.control.wrong import words
from daq.journal.entry import Entry, Event, Scan
from drivers.model import Channel

HEAD = 4
"""Lines that are neither readings nor events: the head, and the names of columns."""

EVENTS_SHARE = 4
"""One line in so many is for events, if there are any."""

QUIET = 5.0
"""Seconds without any scan after which the head asks whether a daemon runs."""


class TailPicture:
    """The newest readings of a laboratory and its last events, as they stand in the journal."""

    def __init__(self, setup: Setup, follower: Follower, events: int, instrument: str) -> None:
        self._site = setup.config.site.name
        self._titles = {name: item.title for name, item in setup.config.instrument.items()}
        self._follower = follower
        self._instrument = instrument
        self._newest = Newest(_awaited(setup))
        self._newest.recall(follower.latest())
        self._events = deque(follower.last(events, self._told), events)

    def picture(self, width: int, height: int) -> Sequence[RenderableType]:
        """All of it, for a window."""
        for entry in self._follower.news():
            if isinstance(entry, Scan):
                self._newest.take(entry)
            elif self._told(entry):
                self._events.append(entry)
        now = time.time_ns()
        readings = self._newest.readings(now, self._instrument)
        told = [event for event in self._events if isinstance(event, Event)]
        told = told[-max(height // EVENTS_SHARE, 1) :]
        room = height - HEAD - (len(told) + 1 if told else 0)
        parts: list[RenderableType] = [self._head(now), summary(readings), ""]
        parts.append(readings_table(readings, self._titles, width, room))
        parts += ["", *(event_line(event, now) for event in reversed(told))] if told else []
        return parts

    def _told(self, entry: Entry) -> bool:
        return isinstance(entry, Event) and self._instrument in ("", entry.subject)

    def _head(self, now: int) -> Text:
        clock = time.strftime("%H:%M:%S", time.localtime(now // 1_000_000_000))
        head = Text.assemble((self._site, "bold"), f"  {clock}  entry {self._follower.after}")
        age = (now - self._newest.time) / 1e9
        if not self._newest.time:
            head.append("  no scan yet: does the daemon run?", "bold red")
        elif age > QUIET and self._newest.silent(now):
            head.append(f"  nothing new for {words(age)}: does the daemon run?", "bold red")
        return head


def _awaited(setup: Setup) -> Mapping[tuple[str, str], tuple[Channel, ...]]:
    found: dict[tuple[str, str], tuple[Channel, ...]] = {}
    for name, item in setup.config.instrument.items():
        channels = {channel.name: channel for channel in setup.profile(item).channels}
        for group, settings in item.group.items():
            wanted = setup.channels(item, settings)
            found[name, group] = tuple(channels[channel] for channel in wanted)
    return found
