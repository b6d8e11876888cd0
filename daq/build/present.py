"""From the lives of alarms to the topics that show them. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from daq.alarms.beacon import Beacon, beacon
from daq.alarms.board import Sort
from daq.alarms.lifecycle import Life
from daq.deliver.present import BEACON, BEACONS, STATES, Content, Present
from daq.journal.entry import Event
from daq.timefmt import rfc3339


def present(
    alarms: Iterable[tuple[Sort, Life]],
    last: Mapping[str, Event],
    rooms: Mapping[str, frozenset[str]],
    gone: Iterable[str],
) -> Present:
    """What is so now. ``last`` are the events of alarms that say so, ``gone`` names of a roll."""
    alarms = list(alarms)
    topics = {f"{STATES}/{sort.name}": _state(sort, life, last) for sort, life in alarms}
    topics[BEACON] = _beacon(beacon(alarms))
    for room in sorted({room for sort, _ in alarms for room in rooms.get(sort.name, ())}):
        within = [(sort, life) for sort, life in alarms if room in rooms.get(sort.name, ())]
        topics[f"{BEACONS}/{room}"] = _beacon(beacon(within))
    return Present(topics=topics, gone=frozenset(map(_path, gone)) - topics.keys())


def names_on_roll(
    alarms: Iterable[tuple[Sort, Life]], rooms: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The names of alarms and rooms, as a roll has them."""
    names = [sort.name for sort, _ in alarms]
    places = {room for name in names for room in rooms.get(name, ())}
    return (*names, *(f"@{room}" for room in sorted(places)))


def _path(name: str) -> str:
    return f"{BEACONS}/{name[1:]}" if name.startswith("@") else f"{STATES}/{name}"


def _state(sort: Sort, life: Life, last: Mapping[str, Event]) -> Content:
    content: dict[str, object] = {
        "alarm": sort.name,
        "state": life.state.value,
        "priority": sort.priority,
        "active": life.active,
        "unacknowledged": life.pending,
    }
    content |= {key: text for key, text in _words(sort, life) if text}
    if event := last.get(sort.name):
        content |= {"time": rfc3339(event.time), "seq": event.seq, "text": event.text}
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
