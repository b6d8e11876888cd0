"""Takes messages to people, one at a time to each, and writes down what became of them."""

import asyncio
import logging
from collections.abc import Callable, Iterable

import msgspec

from daq.backoff import Backoff
from daq.notification import pace, record
from daq.notification.book import Book
from daq.notification.errors import SendError
from daq.notification.message import Message
from daq.notification.recipient import Recipient
from daq.notification.sender import Sender
from daq.notification.settings import Timing
from daq.notification.words import priority_of

log = logging.getLogger(__name__)

ASKED = 50.0
"""Seconds whoever asked for a test message waits at most."""


class Counts(msgspec.Struct):
    """What is counted of a recipient while the daemon runs.

    ``sent`` messages were taken, ``matters`` is what they told of; ``failures`` are attempts that
    failed, ``error`` what was wrong with the last of them, empty after a success. ``last`` is
    when a message was taken, ns since 1970 UTC, 0 for never; ``waiting`` what they are owed now.
    """

    sent: int = 0
    matters: int = 0
    failures: int = 0
    waiting: int = 0
    last: int = 0
    error: str = ""


class _Patience:
    """When somebody is tried again."""

    def __init__(self, timing: Timing) -> None:
        self._backoff = Backoff(timing.first, timing.longest)
        self.due = 0.0

    def failed(self, now: float) -> None:
        self.due = now + self._backoff.next()


class Courier:
    """Sends, retries and counts; ``clock`` gives ns since 1970 UTC."""

    def __init__(
        self, book: Book, sender: Sender, clock: Callable[[], int], timing: Timing
    ) -> None:
        self.counts: dict[str, Counts] = {}
        self._book, self._sender, self._clock, self._timing = book, sender, clock, timing
        self._patience: dict[str, _Patience] = {}
        self._under_way: set[str] = set()

    def adopt(self, names: Iterable[str], timing: Timing) -> None:
        """Go on with these recipients, whose addresses may be others: all are tried at once."""
        self.counts = {name: self.counts.get(name, Counts()) for name in names}
        self._timing = timing
        self._patience.clear()

    def free(self, name: str) -> bool:
        """Whether somebody may be tried: nothing is under way to them, no wait goes on."""
        if name in self._under_way:
            return False
        patience = self._patience.get(name)
        return patience is None or asyncio.get_running_loop().time() >= patience.due

    def start(self, group: asyncio.TaskGroup, who: Recipient, message: Message) -> None:
        """Begin to take a message to somebody who is free."""
        self._under_way.add(who.name)
        group.create_task(self._take(who, message), name=f"notify {who.name}")

    async def try_out(self, name: str, message: Message) -> None:
        """Send a message that tells of nothing.

        Raises:
            SendError: it was not taken.
        """
        sending, deadline = self._sender.begin(name, message), min(self._timing.deadline, ASKED)
        await asyncio.wait([sending], timeout=deadline)
        if not sending.done():
            raise SendError(f"no answer within {deadline:g} s")
        sending.result()
        self._restored(name, self._clock())

    async def _take(self, who: Recipient, message: Message) -> None:
        sending = self._sender.begin(who.name, message)
        try:
            await self._answered(who, message, sending)
        except asyncio.CancelledError:  # the daemon stops: what is under way may arrive
            await asyncio.wait([sending], timeout=self._timing.parting)
            if sending.done() and not sending.cancelled() and sending.exception() is None:
                self._sent(who, message)
            raise
        finally:
            self._under_way.discard(who.name)

    async def _answered(
        self, who: Recipient, message: Message, sending: "asyncio.Future[None]"
    ) -> None:
        """After the deadline say that it failed, and wait on: it may arrive all the same."""
        for limit in (self._timing.deadline, self._timing.late):
            await asyncio.wait([sending], timeout=limit)
            if sending.done():
                break
            self._failed(who, message, f"no answer within {limit:g} s")
        else:
            return
        try:
            sending.result()
        except SendError as error:
            self._failed(who, message, str(error))
        else:
            self._sent(who, message)

    def _sent(self, who: Recipient, message: Message) -> None:
        name, now, ledger = who.name, self._clock(), self._book.ledger
        counts = self.counts.setdefault(name, Counts())
        counts.sent, counts.matters = counts.sent + 1, counts.matters + len(message.matters)
        counts.last, counts.error = now, ""
        streak = pace.streak(who, ledger.pace.get(name), now)
        self._book.append(record.sent(name, message, streak=streak), now)
        self._restored(name, now)

    def _restored(self, name: str, now: int) -> None:
        self._patience.pop(name, None)
        if (since := self._book.ledger.failing.get(name)) is not None:
            log.info("%s can be told again", name)
            self._book.append(record.restored(name, (now - since) / 1e9), now)

    def _failed(self, who: Recipient, message: Message, why: str) -> None:
        name = who.name
        counts = self.counts.setdefault(name, Counts())
        counts.failures, counts.error = counts.failures + 1, why
        patience = self._patience.setdefault(name, _Patience(self._timing))
        patience.failed(asyncio.get_running_loop().time())
        if name not in self._book.ledger.failing:
            log.warning("%s cannot be told: %s", name, why)
            priority = priority_of(message.rank)
            told = record.failed(name, why, len(message.matters), priority)
            self._book.append(told, self._clock())
