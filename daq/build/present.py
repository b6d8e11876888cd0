"""From the lives of alarms to the topics that show them. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from daq.alarms.beacon import Beacon, beacon
from daq.alarms.board import Sort
from daq.alarms.lifecycle import Life
from daq.deliver.present import BEACON, BEACONS, STATES, Content, Present
from daq.journal.entry import Event
from daq.timefmt import rfc3339


class Picture:
    """Makes topics of alarms; those of an alarm that has not changed are not made anew."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Sort, Life, Event | None, Content]] = {}

    def present(
        self,
        alarms: Iterable[tuple[Sort, Life]],
        last: Mapping[str, Event],
        rooms: Mapping[str, frozenset[str]],
        gone: Iterable[str],
    ) -> Present:
        """What is so now; nothing without alarms.

        ``last`` are the events of alarms that say so, ``gone`` names of a roll.
        """
        alarms = list(alarms)
        paths = frozenset(map(_path, gone))
        if not alarms:  # a lamp for nothing would look as if all were well
            return Present(gone=paths | {BEACON} if paths else paths)
        topics = {
            f"{STATES}/{sort.name}": self._state(sort, life, last.get(sort.name))
            for sort, life in alarms
        }
        topics[BEACON] = _beacon(beacon(alarms))
        for room, within in _by_room(alarms, rooms):
            topics[f"{BEACONS}/{room}"] = _beacon(beacon(within))
        return Present(topics=topics, gone=paths - topics.keys())

    def _state(self, sort: Sort, life: Life, event: Event | None) -> Content:
        made = self._made.get(sort.name)
        if made is None or made[0] is not sort or made[1] is not life or made[2] is not event:
            made = self._made[sort.name] = (sort, life, event, _state(sort, life, event))
        return made[3]


def _by_room(
    alarms: Iterable[tuple[Sort, Life]], rooms: Mapping[str, frozenset[str]]
) -> list[tuple[str, list[tuple[Sort, Life]]]]:
    found: dict[str, list[tuple[Sort, Life]]] = {}
    for sort, life in alarms:
        for room in rooms.get(sort.name, ()):
            found.setdefault(room, []).append((sort, life))
    return sorted(found.items(), key=lambda item: item[0])


def names_on_roll(
    alarms: Iterable[tuple[Sort, Life]], rooms: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The names of alarms and rooms, as a roll has them."""
    names = [sort.name for sort, _ in alarms]
    places = {room for name in names for room in rooms.get(name, ())}
    return (*names, *(f"@{room}" for room in sorted(places)))


def _path(name: str) -> str:
    return f"{BEACONS}/{name[1:]}" if name.startswith("@") else f"{STATES}/{name}"


def _state(sort: Sort, life: Life, event: Event | None) -> Content:
    content: dict[str, object] = {
        "alarm": sort.name,
        "state": life.state.value,
        "priority": sort.priority,
        "active": life.active,
        "unacknowledged": life.pending,
    }
    content |= {key: text for key, text in _words(sort, life) if text}
    if event is not None:
        content |= {"time": rfc3339(event.time), "event": event.seq, "text": event.text}
    return content


def _words(sort: Sort, life: Life) -> Iterator[tuple[str, str]]:
    yield "title", sort.title
    yield "group", sort.group
    yield "until", rfc3339(life.shelved) if life.shelved else ""


def _beacon(worst: Beacon) -> Content:
    content: dict[str, object] = {
        "state": worst.state,
        "lamp": worst.lamp,
        "horn": worst.horn,
        "unacknowledged": worst.unacknowledged,
        "active": worst.active,
    }
    named = {"priority": worst.priority, "alarm": worst.alarm, "title": worst.title}
    return content | {key: text for key, text in named.items() if text}
