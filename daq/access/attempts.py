"""How often a password of one user may be wrong. Pure; the caller has the clock."""

from collections import OrderedDict

import msgspec

NAMES = 1000
"""Names remembered, those of nobody included: whether there is a user is told to no one."""


class Rule(msgspec.Struct, frozen=True):
    """After ``most`` wrong passwords within ``seconds`` a user is locked for as long."""

    most: int = 5
    seconds: float = 900.0


class _Failures(msgspec.Struct):
    count: int
    since: float
    locked: float = 0.0


class Failures:
    """Wrong passwords by name; ``now`` is seconds of a steady clock."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._known: OrderedDict[str, _Failures] = OrderedDict()

    def locked(self, name: str, now: float) -> bool:
        """Whether the user may not try now, not even with the right password."""
        found = self._known.get(name)
        return found is not None and now < found.locked

    def failed(self, name: str, now: float) -> bool:
        """A password was wrong; whether that has locked the user."""
        found = self._known.setdefault(name, _Failures(0, now))
        if now - found.since > self.rule.seconds or 0 < found.locked <= now:
            found.count, found.since, found.locked = 0, now, 0.0
        found.count += 1
        self._forget(name)
        if found.count < self.rule.most or found.locked:
            return False
        found.locked = now + self.rule.seconds
        return True

    def passed(self, name: str) -> None:
        """A password was right, or was set anew."""
        self._known.pop(name, None)

    def _forget(self, newest: str) -> None:
        self._known.move_to_end(newest)
        while len(self._known) > NAMES:
            self._known.popitem(last=False)
