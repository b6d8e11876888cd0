"""The kinds of events there are, by what they are about, and which of them end another. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Topic: TypeAlias = Literal["alarm", "instrument", "bus", "sink", "journal", "daemon"]

KINDS: Mapping[Topic, tuple[str, ...]] = {
    "alarm": (
        "alarm-raised",
        "alarm-returned",
        "alarm-acknowledged",
        "alarm-shelved",
        "alarm-unshelved",
        "alarm-suppressed",
        "alarm-unsuppressed",
        "alarm-out-of-service",
        "alarm-in-service",
    ),
    "instrument": (
        "instrument-fault",
        "instrument-restored",
        "instrument-silent",
        "instrument-speaks",
        "instrument-found",
    ),
    "bus": ("bus-lost", "bus-restored", "bus-silent", "bus-speaks"),
    "sink": (
        "sink-lost",
        "sink-restored",
        "sink-switched",
        "entries-refused",
        "entries-refused-end",
        "quarantine-released",
        "quarantine-dropped",
        "undelivered-dropped",
        "undelivered-dropped-end",
    ),
    "journal": (
        "journal-trouble",
        "journal-trouble-end",
        "journal-full",
        "journal-full-end",
        "journal-damaged",
        "journal-migrated",
        "retention-failed",
    ),
    "daemon": (
        "start",
        "stop",
        "configuration-changed",
        "configuration-refused",
        "clock-stepped",
        "suspended",
        "loop-stuck",
        "loop-restored",
    ),
}
"""Those of ``daq.journal.kinds``; an event of another kind is shown as it calls itself."""

TOPICS: Mapping[str, Topic] = {kind: topic for topic, kinds in KINDS.items() for kind in kinds}

BEGINS: Mapping[str, str] = {
    "alarm-returned": "alarm-raised",
    "instrument-restored": "instrument-fault",
    "instrument-speaks": "instrument-silent",
    "bus-restored": "bus-lost",
    "bus-speaks": "bus-silent",
    "sink-restored": "sink-lost",
    "entries-refused-end": "entries-refused",
    "journal-trouble-end": "journal-trouble",
    "journal-full-end": "journal-full",
    "undelivered-dropped-end": "undelivered-dropped",
    "loop-restored": "loop-stuck",
}
"""What ends, and what it had begun with."""

FAULTS = frozenset(BEGINS.values())
