"""Which events people can be told of, beside alarms, and which of them end another. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from daq.journal import kinds

Tellable: TypeAlias = Literal[
    "crash",
    "configuration-refused",
    "instrument-fault",
    "instrument-silent",
    "bus-lost",
    "bus-silent",
    "sink-lost",
    "sink-switched",
    "entries-refused",
    "undelivered-dropped",
    "journal-trouble",
    "journal-full",
    "journal-damaged",
    "retention-failed",
    "archive-failed",
    "loop-stuck",
    "clock-stepped",
    "suspended",
    "annunciator-failed",
    "flood-began",
    "incident-opened",
    "calibration-due",
    "certificate-mismatch",
    "programme-step",
    "programme-ended",
    "notification-failed",
]
"""The kinds of events, as docs/reference/events.md has them; ``crash`` is a ``start`` without a
``stop`` before it."""

TELLABLE: frozenset[str] = frozenset(get_args(Tellable))

CRASH = "crash"

FAILED = kinds.NOTIFICATION_FAILED.name

FLOOD = kinds.FLOOD_BEGAN.name

USUAL: tuple[Tellable, ...] = (
    "crash",
    "configuration-refused",
    "instrument-silent",
    "bus-silent",
    "sink-lost",
    "undelivered-dropped",
    "journal-trouble",
    "journal-full",
    "journal-damaged",
    "retention-failed",
    "archive-failed",
    "loop-stuck",
    "annunciator-failed",
    "flood-began",
    "calibration-due",
    "programme-step",
    "notification-failed",
)
"""What people are told of when nobody has said otherwise."""

BEGUN_WITH: Mapping[str, str] = {
    kinds.INSTRUMENT_RESTORED.name: kinds.INSTRUMENT_FAULT.name,
    kinds.INSTRUMENT_SPEAKS.name: kinds.INSTRUMENT_SILENT.name,
    kinds.BUS_RESTORED.name: kinds.BUS_LOST.name,
    kinds.BUS_SPEAKS.name: kinds.BUS_SILENT.name,
    kinds.SINK_RESTORED.name: kinds.SINK_LOST.name,
    kinds.ENTRIES_REFUSED_END.name: kinds.ENTRIES_REFUSED.name,
    kinds.UNDELIVERED_DROPPED_END.name: kinds.UNDELIVERED_DROPPED.name,
    kinds.JOURNAL_TROUBLE_END.name: kinds.JOURNAL_TROUBLE.name,
    kinds.JOURNAL_FULL_END.name: kinds.JOURNAL_FULL.name,
    kinds.ARCHIVE_RESTORED.name: kinds.ARCHIVE_FAILED.name,
    kinds.LOOP_RESTORED.name: kinds.LOOP_STUCK.name,
    kinds.INCIDENT_CLOSED.name: kinds.INCIDENT_OPENED.name,
    kinds.FLOOD_OVER.name: kinds.FLOOD_BEGAN.name,
    kinds.ANNUNCIATOR_RESTORED.name: kinds.ANNUNCIATOR_FAILED.name,
    kinds.NOTIFICATION_RESTORED.name: kinds.NOTIFICATION_FAILED.name,
}
"""What an event ends."""

LASTING = frozenset(BEGUN_WITH.values())

OFTEN_BRIEF = frozenset(
    {
        kinds.INSTRUMENT_FAULT.name,
        kinds.BUS_LOST.name,
        kinds.SINK_LOST.name,
        kinds.ENTRIES_REFUSED.name,
    }
)
"""Faults of which nobody is told before they have lasted: most end by themselves."""
