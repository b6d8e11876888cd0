"""From matters to a message, in the language of who is told. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from daq.alarms.board import RANK
from daq.notification.duty import local
from daq.notification.flood import parted
from daq.notification.matter import ALARM, COUNTED, NOT_TAKEN, Heard, Matter
from daq.notification.message import Message, Tone
from daq.notification.recipient import Policy, Recipient
from daq.notification.text import words
from daq.plain import one_line

LINES = 20
"""Matters a message describes; of the others it gives the number."""

_PRIORITIES = {rank: name for name, rank in RANK.items()}


def compose(
    policy: Policy,
    who: Recipient,
    matters: Iterable[Matter],
    *,
    digest: bool = False,
    flooded: bool = False,
) -> Message:
    """One message of all these matters, the most urgent first; there must be at least one.

    While alarms flood (``flooded``) new ones are counted, and only the first of them is named.
    """
    urgent = sorted(matters, key=lambda matter: _urgency(who, matter))
    named, counted = parted(policy, who, urgent) if flooded else (urgent, [])
    told = counted and not (urgent[0].rank == 0 and urgent[0].stage in NOT_TAKEN)
    writer = _Writer(policy, who)
    heard: dict[int, Heard] = {one.seq: one.stage for one in (*named, *counted[:1])}
    heard.update((one.seq, COUNTED) for one in counted[1:])
    return Message(
        title=writer.flood(counted) if told else writer.title(urgent, digest=digest),
        body="\n".join(writer.body(named, counted)),
        tone=_tone(urgent[0]),
        matters=heard,
        names=tuple(dict.fromkeys(matter.subject for matter in urgent)),
        rank=min(matter.rank for matter in urgent),
        digest=digest,
    )


def trial(policy: Policy, who: Recipient) -> Message:
    """A message that tells of nothing."""
    text = words(who.language)
    return Message(
        title=text["title.test"].format(site=policy.site),
        body=text["foot.test"].format(recipient=who.title or who.name),
    )


def priority_of(rank: int) -> str:
    """``critical`` for 0, and so on."""
    return _PRIORITIES.get(rank, "none")


class _Writer:
    def __init__(self, policy: Policy, who: Recipient) -> None:
        self._policy, self._who = policy, who
        self._text = words(who.language)

    def title(self, urgent: Sequence[Matter], *, digest: bool) -> str:
        first, count = urgent[0], len(urgent)
        key = "digest" if digest else "one" if count == 1 else "many"
        return (
            self._text[f"title.{key}"]
            .format(
                site=self._policy.site,
                count=count,
                priority=self._priority(first.rank),
                what=self._what(first),
                stage=self._stage(first),
            )
            .rstrip()
        )

    def flood(self, counted: Sequence[Matter]) -> str:
        return self._text["title.flood"].format(
            site=self._policy.site, count=len(counted), what=self._what(counted[0])
        )

    def _stage(self, matter: Matter) -> str:
        """An event says by itself that it has happened."""
        if matter.kind != ALARM and matter.stage == "raised":
            return ""
        return self._text[f"stage.{matter.stage}"]

    def body(self, urgent: Sequence[Matter], counted: Sequence[Matter] = ()) -> Iterator[str]:
        for matter in urgent[:LINES]:
            yield from self._described(matter)
        if rest := urgent[LINES:]:
            yield self._rest(rest)
        if counted:
            yield self._flood(counted)
            yield from self._described(counted[0])
        yield ""
        yield from self._foot([*urgent, *counted], flooded=bool(counted))

    def _described(self, matter: Matter) -> Iterator[str]:
        yield self._line(matter)
        if detail := _detail(matter):
            yield self._text["line.detail"].format(detail=detail)

    def _flood(self, counted: Sequence[Matter]) -> str:
        when = self._when(min(matter.began for matter in counted))
        return self._text["line.flood"].format(
            count=len(counted), when=when, priorities=self._priorities(counted)
        )

    def _line(self, matter: Matter) -> str:
        told = {"priority": self._priority(matter.rank), "seq": matter.seq}
        told |= {"what": self._what(matter), "when": self._when(matter.changed)}
        if matter.kind == ALARM:
            return self._text["line.alarm"].format(stage=self._since(matter), **told)
        return self._text["line.event" + ("-over" * (matter.stage == "over"))].format(**told)

    def _since(self, matter: Matter) -> str:
        by = self._text["since.by"].format(by=one_line(matter.by)) if matter.by else ""
        by += self._text["since.why"].format(why=one_line(matter.why)) if matter.why else ""
        began, when = self._when(matter.began), self._when(matter.changed)
        return self._text[f"since.{matter.stage}"].format(began=began, when=when, by=by)

    def _rest(self, rest: Sequence[Matter]) -> str:
        return self._text["line.more"].format(count=len(rest), priorities=self._priorities(rest))

    def _priorities(self, some: Sequence[Matter]) -> str:
        counts = sorted(Counter(matter.rank for matter in some).items())
        return ", ".join(
            self._text["line.priorities"].format(count=count, priority=self._priority(rank))
            for rank, count in counts
        )

    def _foot(self, urgent: Sequence[Matter], *, flooded: bool) -> Iterator[str]:
        if flooded:
            yield self._text["foot.flood"]
        if any(matter.kind == ALARM and matter.stage in NOT_TAKEN for matter in urgent):
            if self._who.after:
                yield self._text["foot.escalated"]
            yield self._text["foot.acknowledge"]
        if self._policy.page:
            yield self._text["foot.page"].format(page=self._policy.page)
        yield self._text["foot.zone"].format(zone=self._policy.zone)

    def _what(self, matter: Matter) -> str:
        if matter.kind != ALARM:
            kind = self._text[f"kind.{matter.kind}"]
            return self._text["what.event"].format(kind=kind, name=one_line(matter.subject))
        title = one_line(self._policy.titles.get(matter.subject, ""))
        if not title:
            return matter.subject
        return self._text["what.titled"].format(title=title, name=matter.subject)

    def _priority(self, rank: int) -> str:
        return self._text[f"priority.{priority_of(rank)}"]

    def _when(self, moment: int) -> str:
        return local(moment, self._policy.zone).strftime("%Y-%m-%d %H:%M:%S")


def _urgency(who: Recipient, matter: Matter) -> tuple[bool, int, int]:
    """What calls before what is over or known, then by priority and age."""
    known = who.name in matter.told and matter.told[who.name].stage != COUNTED
    return matter.stage not in NOT_TAKEN or known, matter.rank, matter.seq


def _detail(matter: Matter) -> str:
    """What the condition saw, or what the event says; of an end there is nothing to see."""
    if matter.stage not in NOT_TAKEN:
        return ""
    if matter.kind != ALARM:
        return one_line(matter.text)
    return one_line(matter.text.partition(": raised, ")[2])


def _tone(matter: Matter) -> Tone:
    if matter.stage not in NOT_TAKEN:
        return "success"
    return "failure" if matter.rank <= RANK["high"] else "warning"
