"""Journals what was decided and waits for the disk: the same for all who follow the journal."""

import asyncio
from typing import Protocol

from daq.alarms.record import Record
from daq.journal.entry import Severity
from daq.journal.eventcodec import Data

DURABLE = 2.0
"""Seconds who asks may wait for the disk; a client of the socket has 5."""


class Appending(Protocol):
    """A journal that takes events."""

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
        time: int | None = None,
    ) -> int:
        """Journal an event; returns its number, or 0 when there was no room."""
        ...


class Committing(Protocol):
    """A journal that says what is durable."""

    async def wait_beyond(self, seq: int) -> int:
        """Wait until the newest durable entry is beyond ``seq``; returns its number."""
        ...


def append(journal: Appending, record: Record) -> int:
    """Journal a record; its number, or 0 when there was no room."""
    return journal.append_event(
        record.kind,
        record.subject,
        record.text,
        severity=record.severity,
        data=record.data,
        time=record.time,
    )


async def on_disk(journal: Committing, seq: int, within: float | None = None) -> bool:
    """Whether everything up to an entry is durable within so many seconds, else ``DURABLE``."""
    try:
        async with asyncio.timeout(DURABLE if within is None else within):
            await journal.wait_beyond(seq - 1)
    except TimeoutError:
        return False
    return True
