"""Who has to be told of what at a moment: nothing but the open matters and the clock. Pure."""

from collections.abc import Iterable, Mapping

from daq.journal.kinds import KINDS
from daq.notification.duty import next_of, on_duty, within
from daq.notification.kinds import CRASH, FAILED, OFTEN_BRIEF
from daq.notification.matter import ALARM, COUNTED, NOT_TAKEN, Matter
from daq.notification.recipient import Place, Policy, Recipient

ABOUT: Mapping[str, str] = {
    **{kind.name: kind.about for kind in KINDS},
    CRASH: "daq",
    ALARM: ALARM,
}
"""What the matters of a kind are about."""


class Rules:
    """The rules of a policy. All of them judge the state of a moment and remember nothing."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._names = frozenset(one.name for one in policy.recipients)

    def wants(self, who: Recipient, matter: Matter) -> bool:
        """Whether this is something for somebody, at whatever time."""
        fits = matter.rank <= who.rank if matter.kind == ALARM else matter.kind in who.events
        if not (fits and self._exists(matter)) or (
            matter.kind == FAILED and matter.subject == who.name
        ):
            return False
        return self._near(who, matter) and not self._was_brief(matter)

    def owed(
        self,
        who: Recipient,
        matter: Matter,
        now: int,
        failing: frozenset[str] = frozenset(),
        *,
        flooded: bool = False,
    ) -> bool:
        """Whether somebody has to be told now, or told how it went on; digests apart.

        While alarms flood (``flooded``) what can wait does, and what was counted is not named.
        """
        if not self.wants(who, matter) or gathered(who, matter):
            return False
        if flooded and (matter.held or _counted(who, matter)):
            return False
        if who.name in matter.told:
            if not _news(who, matter):
                return False
        elif not matter.calls(now) or now < matter.since + self._delay(who, matter, failing):
            return False
        return self._reachable(who, matter, now)

    def digested(self, who: Recipient, matter: Matter, now: int) -> bool:
        """Whether something gathered for somebody has to be told now, however it ended."""
        if who.name in matter.told or not gathered(who, matter) or not self.wants(who, matter):
            return False
        return now >= next_of(who.digest_at, matter.since, self.policy.zone)

    def keeps(self, matter: Matter, now: int) -> bool:
        """Whether somebody may still have to be told of it."""
        if matter.kind == FAILED and matter.subject not in self._names:
            return False
        if not self._exists(matter):
            return False
        return matter.alive or any(
            self._waits(who, matter, now)
            for who in self.policy.recipients
            if self.wants(who, matter)
        )

    def _waits(self, who: Recipient, matter: Matter, now: int) -> bool:
        if who.name in matter.told:
            return not gathered(who, matter) and _news(who, matter)
        return gathered(who, matter) or matter.calls(now)

    def _reachable(self, who: Recipient, matter: Matter, now: int) -> bool:
        zone = self.policy.zone
        if not on_duty(who.shifts, now, zone):
            return False
        left_alone = who.quiet is not None and within(who.quiet, now, zone)
        return not left_alone or matter.rank <= who.quiet_rank

    def _delay(self, who: Recipient, matter: Matter, failing: frozenset[str]) -> int:
        if matter.kind == FAILED or not matter.lasting:  # nothing to wait for
            return 0
        if who.after and self._unheard(who, matter, failing):
            return 0
        return max(who.after, self.policy.grace if matter.kind in OFTEN_BRIEF else 0)

    def _unheard(self, who: Recipient, matter: Matter, failing: Iterable[str]) -> bool:
        """Whether those who should know of it before cannot be reached, and nobody does."""
        first = (one for one in self.policy.recipients if one.name in failing)
        return not matter.told and any(
            one.after < who.after and self.wants(one, matter) for one in first
        )

    def _exists(self, matter: Matter) -> bool:
        """What was taken out of the configuration never ends, and nobody can acknowledge it."""
        places = self._places(matter)
        return places is None or matter.subject in places

    def _near(self, who: Recipient, matter: Matter) -> bool:
        place = self._place(matter)
        if place is None or not (who.instruments or who.rooms):
            return True  # it is about the laboratory, or they are there for all of it
        return bool(place.instruments & who.instruments or place.rooms & who.rooms)

    def _place(self, matter: Matter) -> Place | None:
        return (self._places(matter) or {}).get(matter.subject)

    def _places(self, matter: Matter) -> Mapping[str, Place] | None:
        policy, about = self.policy, ABOUT.get(matter.kind, "")
        known = {ALARM: policy.alarms, "bus": policy.buses, "instrument": policy.instruments}
        return known.get(about)

    def _was_brief(self, matter: Matter) -> bool:
        """Whether it was one of those faults that end by themselves."""
        brief = matter.kind in OFTEN_BRIEF and not matter.told and matter.stage == "over"
        return brief and matter.changed - matter.began < self.policy.grace


def gathered(who: Recipient, matter: Matter) -> bool:
    """Whether somebody is told of such a thing in a digest alone."""
    return who.digest is not None and matter.rank >= who.digest


def _news(who: Recipient, matter: Matter) -> bool:
    """Whether it is not as who was told of it knows; that it holds again is always news.

    Of what they have not heard the name of, how it went on is none.
    """
    if _counted(who, matter):
        return matter.stage in NOT_TAKEN
    if matter.told[who.name].stage == matter.stage:
        return False
    return who.follow_up or matter.stage == "raised"


def _counted(who: Recipient, matter: Matter) -> bool:
    """Whether it was one of so many to them, without a name."""
    return who.name in matter.told and matter.told[who.name].stage == COUNTED
