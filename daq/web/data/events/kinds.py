"""The kinds of events there are, by what they are about, and which of them end another. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from daq.journal.kinds import KINDS as EVERY_KIND
from daq.journal.kinds import About

Topic: TypeAlias = Literal[
    "incident",
    "run",
    "alarm",
    "instrument",
    "bus",
    "sink",
    "journal",
    "daemon",
    "recipient",
    "user",
]

_TOPICS: Mapping[About, Topic] = {
    "incident": "incident",
    "run": "run",
    "alarm": "alarm",
    "annunciator": "alarm",
    "instrument": "instrument",
    "bus": "bus",
    "sink": "sink",
    "journal": "journal",
    "daq": "daemon",
    "loop": "daemon",
    "recipient": "recipient",
    "user": "user",
}

TOPICS: Mapping[str, Topic] = {kind.name: _TOPICS[kind.about] for kind in EVERY_KIND}
"""An event of another kind is shown as it calls itself."""

KINDS: Mapping[Topic, tuple[str, ...]] = {
    wanted: tuple(kind for kind, topic in TOPICS.items() if topic == wanted)
    for wanted in get_args(Topic)
}

BEGINS: Mapping[str, str] = {
    "alarm-returned": "alarm-raised",
    "alarm-retired": "alarm-raised",
    "flood-over": "flood-began",
    "incident-closed": "incident-opened",
    "annunciator-restored": "annunciator-failed",
    "instrument-restored": "instrument-fault",
    "instrument-speaks": "instrument-silent",
    "bus-restored": "bus-lost",
    "bus-speaks": "bus-silent",
    "sink-restored": "sink-lost",
    "entries-refused-end": "entries-refused",
    "journal-trouble-end": "journal-trouble",
    "journal-full-end": "journal-full",
    "undelivered-dropped-end": "undelivered-dropped",
    "archive-restored": "archive-failed",
    "loop-restored": "loop-stuck",
    "notification-restored": "notification-failed",
}
"""What ends, and what it had begun with."""

FAULTS = frozenset(BEGINS.values())
