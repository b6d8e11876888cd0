"""The life of one alarm after ISA-18.2-2016 and IEC 62682:2014, clause 5.2 in both. Pure.

A state is never stored but follows from five facts: whether the condition holds, whether somebody
has to acknowledge, and the three ways in which an alarm is kept from people: shelved by an
operator until a moment, suppressed by design, out of service.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from daq.alarms.errors import NotPossibleError


class State(Enum):
    """The states of the standards; the letters are theirs."""

    NORMAL = "normal"  # A
    UNACKNOWLEDGED = "unacknowledged"  # B
    ACKNOWLEDGED = "acknowledged"  # C
    RETURNED = "returned unacknowledged"  # D
    SHELVED = "shelved"  # G
    SUPPRESSED = "suppressed by design"  # H
    OUT_OF_SERVICE = "out of service"  # I


What: TypeAlias = Literal[
    "raised",
    "returned",
    "acknowledged",
    "shelved",
    "unshelved",
    "suppressed",
    "unsuppressed",
    "out-of-service",
    "in-service",
    "retired",
]
"""What can happen to an alarm."""

BY_PEOPLE: frozenset[What] = frozenset(
    {"acknowledged", "shelved", "unshelved", "out-of-service", "in-service"}
)
"""What people do; the rest is done by the rules, ``unshelved`` also by the time, ``retired`` by
who takes an alarm out of the configuration."""


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an alarm; ``shelved`` until then, ns since 1970 UTC, 0 when it is not."""

    active: bool = False
    pending: bool = False
    shelved: int = 0
    suppressed: bool = False
    out: bool = False

    @property
    def hidden(self) -> bool:
        """Whether it is kept from people."""
        return bool(self.shelved or self.suppressed or self.out)

    @property
    def state(self) -> State:
        """The state of the standards."""
        if self.out:
            return State.OUT_OF_SERVICE
        if self.shelved:
            return State.SHELVED
        if self.suppressed:
            return State.SUPPRESSED
        if self.pending:
            return State.UNACKNOWLEDGED if self.active else State.RETURNED
        return State.ACKNOWLEDGED if self.active else State.NORMAL

    @property
    def resting(self) -> bool:
        """Whether there is nothing to remember."""
        return self == Life()


def step(life: Life, what: What, until: int = 0) -> Life:
    """The life after something happened; the same when the rules say what is known already.

    ``until`` belongs to ``shelved``.

    Raises:
        NotPossibleError: people ask for what does not fit the state.
    """
    if what in BY_PEOPLE and not _fits(life, what):
        raise NotPossibleError(f"is {life.state.value}: cannot be {_asked(what)}")
    return _STEPS[what](life, until)


def _raised(life: Life) -> Life:
    newly = not life.active and not life.hidden
    return replace(life, active=True, pending=life.pending or newly)


def _shown(life: Life) -> Life:
    """What comes back to people while its condition holds is new to them."""
    return replace(life, pending=life.active and not life.hidden)


def _fits(life: Life, what: What) -> bool:
    return {
        "acknowledged": life.pending,
        "shelved": not life.out,
        "unshelved": bool(life.shelved),
        "out-of-service": not life.out,
        "in-service": life.out,
    }[what]


def _asked(what: What) -> str:
    return {"out-of-service": "taken out of service", "in-service": "put into service"}.get(
        what, what
    )


_STEPS: Mapping[What, Callable[[Life, int], Life]] = {
    "raised": lambda life, _: _raised(life),
    "returned": lambda life, _: replace(life, active=False),
    "acknowledged": lambda life, _: replace(life, pending=False),
    "shelved": lambda life, until: replace(life, shelved=until, pending=False),
    "unshelved": lambda life, _: _shown(replace(life, shelved=0)),
    "suppressed": lambda life, _: replace(life, suppressed=True, pending=False),
    "unsuppressed": lambda life, _: (
        _shown(replace(life, suppressed=False)) if life.suppressed else life
    ),
    "out-of-service": lambda life, _: replace(life, out=True, pending=False),
    "in-service": lambda life, _: _shown(replace(life, out=False)),
    "retired": lambda _life, _: Life(),
}
