"""The daemon's task that follows the events of the journal and sees to it that people are told."""

import asyncio
import logging
from collections.abc import Callable

from daq.journal.errors import JournalError
from daq.notification import pace, record
from daq.notification.book import Book
from daq.notification.courier import Counts, Courier
from daq.notification.errors import NotificationError
from daq.notification.matter import Matter
from daq.notification.message import Message
from daq.notification.recipient import Policy, Recipient
from daq.notification.rules import Rules
from daq.notification.sender import Sender
from daq.notification.settings import Timing
from daq.notification.source import Source
from daq.notification.words import compose, trial
from daq.pulse import Pulse

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds from one look at the clock to the next."""

BREATH = 0.2
"""Seconds in which commits gather for one look."""

RETRY = 5.0
"""Seconds to wait for a journal that cannot be read."""

MOST = 1000
"""Matters in one message; the others come with the next."""


class Notifier:
    """Tells people of alarms and events; ``clock`` gives ns since 1970 UTC."""

    def __init__(
        self,
        journal: Source,
        policy: Policy,
        sender: Sender,
        clock: Callable[[], int],
        timing: Timing | None = None,
    ) -> None:
        self.pulse = Pulse("notification")
        self._clock = clock
        self._book = Book(journal)
        self._courier = Courier(self._book, sender, clock, timing or Timing())
        self._ready = False
        self._owed_since: dict[str, float] = {}
        self._adopted = asyncio.Event()
        self.adopt(policy, timing or Timing())

    @property
    def policy(self) -> Policy:
        """Who is told of what."""
        return self._rules.policy

    @property
    def counts(self) -> dict[str, Counts]:
        """What is counted of each recipient."""
        return self._courier.counts

    @property
    def failing(self) -> dict[str, int]:
        """Who cannot be told, since when (ns)."""
        return self._book.ledger.failing

    @property
    def taken(self) -> int:
        """The number of the last entry that was taken."""
        return self._book.taken

    @property
    def matters(self) -> tuple[Matter, ...]:
        """What people have been or are to be told of, and is not over for them."""
        return tuple(self._book.ledger.matters.values())

    def adopt(self, policy: Policy, timing: Timing) -> None:
        """Go on with other rules."""
        self._rules = Rules(policy)
        self._courier.adopt((one.name for one in policy.recipients), timing)
        self._adopted.set()

    async def run(self) -> None:
        """Tell people until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    await self._turn(group)
                except JournalError as error:
                    log.warning("notification waits: %s", error)
                    self.pulse.within(RETRY)
                    await asyncio.sleep(RETRY)

    async def test(self, name: str, by: str) -> None:
        """Send somebody a message that tells of nothing.

        Raises:
            NotificationError: there is no such recipient, or it was not taken.
        """
        who = next((one for one in self.policy.recipients if one.name == name), None)
        if who is None:
            known = ", ".join(one.name for one in self.policy.recipients) or "none"
            raise NotificationError(f"no recipient {name!r}; have: {known}")
        await self._courier.try_out(name, trial(self.policy, who))
        self._book.append(record.tested(name, by), self._clock())

    async def _turn(self, group: asyncio.TaskGroup) -> None:
        self.pulse.rest()  # a disk that hangs is not cured by a restart
        if not self.policy.recipients:
            self._ready = False
            self._book.close()
            self._adopted.clear()
            await self._adopted.wait()
        if not self._ready:
            await self._book.open()
            self._ready = True
        await self._follow()
        await self._tell(group)

    async def _follow(self) -> None:
        """Until there is an event, or it is time to look at the clock."""
        end = asyncio.get_running_loop().time() + LOOK
        while (left := end - asyncio.get_running_loop().time()) > 0:
            if await self._book.follow(left):
                return
            await asyncio.sleep(BREATH)

    async def _tell(self, group: asyncio.TaskGroup) -> None:
        now, ledger, rules = self._clock(), self._book.ledger, self._rules
        ledger.lapse(now)
        ledger.drop([one.seq for one in self.matters if not rules.keeps(one, now)])
        for who in self.policy.recipients:
            if (message := self._due(who, now)) is not None:
                self._courier.start(group, who, message)
            await asyncio.sleep(0)  # thousands of alarms must not make a scan late
        self._book.save()

    def _due(self, who: Recipient, now: int) -> Message | None:
        """What somebody has to be told, if it may go now."""
        failing = frozenset(self.failing) - {who.name}
        flooded, owes = self._book.ledger.flooded, self._rules.owed
        owed = [one for one in self.matters if owes(who, one, now, failing, flooded=flooded)]
        digest = [one for one in self.matters if self._rules.digested(who, one, now)]
        self.counts[who.name].waiting = len(owed) + len(digest)
        if not self._courier.free(who.name):
            return None
        if not owed:
            self._owed_since.pop(who.name, None)
        elif self._may_go(who, owed, now):
            return compose(self.policy, who, owed[:MOST], flooded=flooded)
        return compose(self.policy, who, digest[:MOST], digest=True) if digest else None

    def _may_go(self, who: Recipient, owed: list[Matter], now: int) -> bool:
        loop_now = asyncio.get_running_loop().time()
        since = self._owed_since.setdefault(who.name, loop_now)
        critical = any(one.rank == 0 and who.name not in one.told for one in owed)
        rested = pace.may(who, self._book.ledger.pace.get(who.name), now, critical=critical)
        return rested and loop_now - since >= who.gather / 1e9
