"""A laboratory whose people are told, without a daemon: events, rules, and who was told what."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from msgspec.structs import asdict

from daq.alarms.board import Board, Priority, Sort
from daq.alarms.errors import AlarmError
from daq.alarms.lifecycle import What
from daq.alarms.record import event_of
from daq.journal.entry import Event, Severity
from daq.journal.eventcodec import Data
from daq.notification import pace, record
from daq.notification.ledger import Ledger
from daq.notification.matter import Heard, Matter
from daq.notification.recipient import Policy, Recipient
from daq.notification.rules import Rules
from daq.notification.words import compose

NS = 1_000_000_000
MINUTE = 60 * NS
HOUR = 60 * MINUTE
MONDAY = round(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()) * NS
"""Noon of a Monday."""

ALARMS: Mapping[str, Priority] = {"fire": "critical", "hot": "high", "warm": "medium", "dry": "low"}


def recipient(name: str = "li", **settings: object) -> Recipient:
    """Somebody who is told at once, and without a pause unless a test wants one."""
    given = {"gather": 0, "pause": 0, "pause_longest": 0} | settings
    return Recipient(name=name, **given)  # pyright: ignore[reportArgumentType]


def policy(*recipients: Recipient, zone: tzinfo = UTC, **settings: object) -> Policy:
    """Who is told."""
    given: dict[str, object] = {"titles": {"fire": "Fire in the oven"}} | settings
    return Policy(site="lab", zone=zone, recipients=recipients, **given)  # pyright: ignore[reportArgumentType]


class House:
    """Events in a journal that is a list, a ledger that follows it, and messages that arrive.

    ``told`` has every message as recipient, matter and stage; ``down`` are those whose way fails.
    """

    def __init__(self, rules: Policy, alarms: Mapping[str, Priority] = ALARMS) -> None:
        self.now = MONDAY
        self.events: list[Event] = []
        self.board = Board(Sort(name=name, priority=rank) for name, rank in alarms.items())
        self.rules = Rules(rules)
        self.ledger = Ledger()
        self.told: list[tuple[str, int, Heard]] = []
        self.messages: list[tuple[str, str]] = []
        self.down: set[str] = set()
        self.flooded = False
        self.saved: tuple[int, list[int]] = (0, [])
        self._taken = 0
        self.event("start", "daq")
        self.turn()

    def event(
        self, kind: str, subject: str, severity: Severity = "info", data: Data | None = None
    ) -> Event:
        """Something happens."""
        event = Event(
            seq=len(self.events) + 1,
            time=self.now,
            kind=kind,
            subject=subject,
            severity=severity,
            text=f"{kind} of {subject}",
            data=data or {},
        )
        self.events.append(event)
        return event

    def alarm(self, name: str, what: What, by: str = "") -> bool:
        """Something happens to an alarm; whether it fits its state."""
        until = self.now + HOUR if what == "shelved" else 0
        try:
            if not self.board.changes(name, what):
                return False
            held = self.flooded and what == "raised" and self.board.sort(name).priority == "low"
            told = {"by": by, "text": "saw it", "held_back": held}
            change = self.board.apply(name, what, self.now, until=until, **told)
        except AlarmError:
            return False
        self.events.append(Event(seq=len(self.events) + 1, **asdict(event_of(change))))
        return True

    def flood(self, how: str) -> None:
        """A flood of alarms ``began``, or is ``over``."""
        self.flooded = how == "began"
        self.event(f"flood-{how}", "daq", "warning" if self.flooded else "info")

    def turn(self, seconds: float = 0) -> None:
        """Let time go by, and do what the notifier does in a turn."""
        self.now += round(seconds * NS)
        self.take()
        self.ledger.lapse(self.now)
        unneeded = [one.seq for one in self.matters if not self.rules.keeps(one, self.now)]
        self.ledger.drop(unneeded)
        for who in self.rules.policy.recipients:
            self._tell(who)
        self.save()

    def take(self) -> None:
        """Take what has happened since."""
        for event in self.events[self._taken :]:
            self.ledger.take(event)
        self._taken = len(self.events)

    def save(self) -> None:
        """Commit."""
        kept = [seq for seq in self.ledger.kept() if seq <= self._taken]
        self.saved = self._taken, kept

    def restart(self, *, orderly: bool) -> None:
        """The daemon begins again with what was committed last."""
        if orderly:
            self.event("stop", "daq")
        self.ledger = Ledger(went_on=True)
        self._taken, kept = self.saved
        for seq in kept:
            self.ledger.take(self.events[seq - 1])
        self.event("start", "daq")
        self.turn()

    @property
    def matters(self) -> tuple[Matter, ...]:
        """What is open."""
        return tuple(self.ledger.matters.values())

    def stages(self, name: str) -> list[tuple[str, Heard]]:
        """What somebody was told: the subject of each matter, and its stage."""
        return [
            (self.events[seq - 1].subject, stage) for who, seq, stage in self.told if who == name
        ]

    def _tell(self, who: Recipient) -> None:
        failing = frozenset(self.ledger.failing) - {who.name}
        flooded, owes = self.ledger.flooded, self.rules.owed
        owed = [one for one in self.matters if owes(who, one, self.now, failing, flooded=flooded)]
        digest = [one for one in self.matters if self.rules.digested(who, one, self.now)]
        critical = any(one.rank == 0 and who.name not in one.told for one in owed)
        if owed and pace.may(who, self.ledger.pace.get(who.name), self.now, critical=critical):
            self._send(who, owed, digest=False, flooded=flooded)
        if digest:
            self._send(who, digest, digest=True)

    def _send(
        self, who: Recipient, matters: Iterable[Matter], *, digest: bool, flooded: bool = False
    ) -> None:
        message = compose(self.rules.policy, who, matters, digest=digest, flooded=flooded)
        if who.name in self.down:
            if who.name not in self.ledger.failing:
                self._append(record.failed(who.name, "no way", len(message.matters), "high"))
            return
        streak = pace.streak(who, self.ledger.pace.get(who.name), self.now)
        for seq, stage in message.matters.items():
            self.told.append((who.name, seq, stage))
        self.messages.append((who.name, message.title))
        self._append(record.sent(who.name, message, streak=streak))
        if who.name in self.ledger.failing:
            self._append(record.restored(who.name, 1.0))

    def _append(self, told: record.Record) -> None:
        event = Event(seq=len(self.events) + 1, time=self.now, **asdict(told))
        self.events.append(event)
        self.ledger.early(event)
