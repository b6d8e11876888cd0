"""What people have to be told of and what they know already, out of the events alone. Pure.

Fed with the events it says it still needs (``kept``) and then with those after them, a new ledger
knows what this one does: so a restart neither loses nor repeats anything.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from daq.alarms.board import RANK
from daq.alarms.record import is_of_alarm, life_of
from daq.journal import kinds
from daq.journal.entry import Event
from daq.notification.kinds import BEGUN_WITH, CRASH, FAILED, FLOOD, LASTING, TELLABLE
from daq.notification.matter import ALARM, Matter, Stage, Told, stage_of
from daq.notification.record import sent_of

OUTLASTING = frozenset({ALARM, FAILED, FLOOD, kinds.INCIDENT_OPENED.name})
"""What the journal keeps when the daemon ends; of other faults it tells anew."""

LAPSES = 900_000_000_000
"""ns after a restart in which a fault that goes on has been told of anew."""

_RANKS = {"error": RANK["high"], "warning": RANK["medium"], "info": RANK["low"]}


class Pace(msgspec.Struct, frozen=True):
    """When somebody was told last (ns), how many messages came without a rest, by which event."""

    last: int
    streak: int
    seq: int


class Ledger:
    """The open matters and who knows what; ``went_on`` says that a daemon ran before this one."""

    def __init__(self, *, went_on: bool = False) -> None:
        self.matters: dict[int, Matter] = {}
        self.pace: dict[str, Pace] = {}
        self._open: dict[tuple[str, str], int] = {}
        self._running = went_on
        self._stopped = 0
        self._steps: list[int] = []
        self._early: set[int] = set()

    @property
    def failing(self) -> dict[str, int]:
        """Who cannot be told at the moment, and since when (ns)."""
        return {
            name: self.matters[seq].since
            for (kind, name), seq in self._open.items()
            if kind == FAILED
        }

    @property
    def flooded(self) -> bool:
        """Whether a flood of alarms goes on."""
        return any(kind == FLOOD for kind, _ in self._open)

    def early(self, event: Event) -> None:
        """Take an event of our own before it comes back from the journal."""
        self.take(event)
        self._early.add(event.seq)

    def take(self, event: Event) -> None:
        """The next event, in the order of the journal."""
        if event.seq in self._early:
            self._early.discard(event.seq)
        elif is_of_alarm(event):
            self._alarm(event)
        elif event.kind == kinds.NOTIFICATION_SENT.name:
            self._sent(event)
        elif event.kind in BEGUN_WITH:
            self._end(event)
        else:
            self._other(event)

    def lapse(self, now: int) -> None:
        """What was not told of anew after a restart does not go on."""
        for matter in [m for m in self.matters.values() if 0 < m.unsure <= now - LAPSES]:
            self._close(replace(matter, stage="over", changed=now, unsure=0))

    def drop(self, seqs: Iterable[int]) -> None:
        """Forget matters of which nobody has to be told any more."""
        for seq in list(seqs):
            matter = self.matters.pop(seq)
            if self._open.get(matter.key) == seq:
                del self._open[matter.key]

    def kept(self) -> list[int]:
        """The numbers of the events from which all this follows, in order."""
        found = {pace.seq for pace in self.pace.values()} | {self._stopped}
        for matter in self.matters.values():
            found |= {matter.seq, matter.newest} | {told.seq for told in matter.told.values()}
        oldest = min(self.matters, default=0)
        self._steps = [seq for seq in self._steps if oldest and seq > oldest]
        return sorted(found.union(self._steps) - {0})

    def _alarm(self, event: Event) -> None:
        try:
            stage = stage_of(life_of(event))
        except ValueError:
            return
        before = self._known((ALARM, event.subject))
        if before is not None:
            self._step(before, event, stage)
        elif stage in ("raised", "returned"):
            self._begin(event, ALARM, _rank(event))

    def _step(self, matter: Matter, event: Event, stage: Stage) -> None:
        if stage == matter.stage:
            return
        after = replace(
            matter,
            stage=stage,
            newest=event.seq,
            changed=event.time,
            by=str(event.data.get("by", "")),
            why=str(event.data.get("why", "")),
            text=event.text if stage == "raised" else matter.text,
            held=_held(event) if stage == "raised" else matter.held,
        )
        self._close(after) if stage == "over" else self._put(after)

    def _other(self, event: Event) -> None:
        if event.kind == kinds.CLOCK_STEPPED.name:
            self._stepped(event)
        if event.kind in (kinds.START.name, kinds.STOP.name):
            self._turned(event)
        elif event.kind in TELLABLE and event.severity != "info":
            known = self._known((event.kind, event.subject)) if event.kind in LASTING else None
            if known is not None:  # told anew after a restart
                self._put(replace(known, unsure=0, newest=max(known.newest, event.seq)))
            else:
                self._begin(event, event.kind, _rank(event))

    def _turned(self, event: Event) -> None:
        """The daemon began or ended: of all faults it tells anew."""
        begins = event.kind == kinds.START.name
        if begins and self._running:
            self._begin(event, CRASH, _RANKS["error"])
        self._running, self._stopped = begins, 0 if begins else event.seq
        if begins:
            for matter in [m for m in self.matters.values() if _begins_anew(m)]:
                self._put(replace(matter, unsure=event.time))

    def _begin(self, event: Event, kind: str, rank: int) -> None:
        lasting = kind == ALARM or kind in LASTING
        matter = Matter(
            seq=event.seq,
            newest=event.seq,
            kind=kind,
            subject=event.subject,
            rank=rank,
            since=event.time,
            began=event.time,
            changed=event.time,
            stage="raised",
            text=event.text,
            lasting=lasting,
            held=_held(event),
        )
        self._put(matter)
        if lasting:
            self._open[matter.key] = matter.seq

    def _end(self, event: Event) -> None:
        matter = self._known((BEGUN_WITH[event.kind], event.subject))
        if matter is not None:
            self._close(replace(matter, stage="over", newest=event.seq, changed=event.time))

    def _sent(self, event: Event) -> None:
        found = sent_of(event)
        if found is None:
            return
        if not found.digest:
            self.pace[event.subject] = Pace(event.time, found.streak, event.seq)
        for seq, stage in found.matters.items():
            if (matter := self.matters.get(seq)) is not None:
                self._put(_with(matter, event.subject, Told(stage, event.seq)))

    def _stepped(self, event: Event) -> None:
        """Waits go on for as long as they would have, whatever the clock is set to."""
        seconds = event.data.get("seconds")
        by = round(seconds * 1e9) if isinstance(seconds, (int, float)) else 0
        self._steps.append(event.seq)
        for matter in list(self.matters.values()):
            unsure = matter.unsure + by if matter.unsure else 0
            self._put(replace(matter, since=matter.since + by, unsure=unsure))
        self.pace = {name: replace(one, last=one.last + by) for name, one in self.pace.items()}

    def _known(self, key: tuple[str, str]) -> Matter | None:
        seq = self._open.get(key)
        return None if seq is None else self.matters.get(seq)

    def _put(self, matter: Matter) -> None:
        self.matters[matter.seq] = matter

    def _close(self, matter: Matter) -> None:
        """What comes after it is another."""
        self._put(matter)
        self._open.pop(matter.key, None)


def ranges(seqs: list[int]) -> tuple[tuple[int, int], ...]:
    """Ascending numbers as inclusive ranges."""
    found: list[tuple[int, int]] = []
    for seq in seqs:
        if found and found[-1][1] == seq - 1:
            found[-1] = (found[-1][0], seq)
        else:
            found.append((seq, seq))
    return tuple(found)


def _rank(event: Event) -> int:
    """As it says, or by how grave the event is."""
    return RANK.get(str(event.data.get("priority")), _RANKS[event.severity])


def _held(event: Event) -> bool:
    return bool(event.data.get("held_back"))


def _with(matter: Matter, name: str, told: Told) -> Matter:
    known: Mapping[str, Told] = {**matter.told, name: told}
    return replace(matter, told=known)


def _begins_anew(matter: Matter) -> bool:
    return matter.kind not in OUTLASTING and matter.lasting and matter.stage == "raised"
