"""How often somebody is told: never a storm, whatever happens. Pure."""

from daq.notification.ledger import Pace
from daq.notification.recipient import Recipient

MOST = 16
"""Doublings that make a difference."""


def may(who: Recipient, pace: Pace | None, now: int, *, critical: bool) -> bool:
    """Whether the next message may go; a new critical alarm waits for the shortest pause only."""
    if pace is None or now < pace.last:  # a clock that was set, and nobody knows by how much
        return True
    return now - pace.last >= (who.pause if critical else wait(who, pace))


def streak(who: Recipient, pace: Pace | None, now: int) -> int:
    """How many messages have come without a rest when one goes now."""
    if pace is None or not 0 <= now - pace.last < 2 * wait(who, pace):
        return 0
    return min(pace.streak + 1, MOST)


def wait(who: Recipient, pace: Pace) -> int:
    """The pause after the last message, ns."""
    return min(who.pause * 2**pace.streak, max(who.pause_longest, who.pause))
