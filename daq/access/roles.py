"""Which role may do what: the one table of it. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

Role: TypeAlias = Literal["viewer", "operator", "quality", "admin"]

Permission: TypeAlias = Literal[
    "look",
    "own",
    "act",
    "alarms",
    "alarms-service",
    "incidents",
    "quarantine",
    "quarantine-drop",
    "runs",
    "sign-performed",
    "sign-reviewed",
    "sign-approved",
    "audit",
]
"""What somebody may be let do; ``own`` is to change their own password, ``act`` is whatever changes
something and has no word of its own,
``alarms-service`` takes an alarm out of service or puts it back."""

ROLES: tuple[Role, ...] = get_args(Role)
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

_DAILY: frozenset[Permission] = frozenset(
    {"look", "own", "act", "alarms", "incidents", "quarantine", "runs"}
)
_SENIOR: frozenset[Permission] = frozenset({"alarms-service", "quarantine-drop", "audit"})
_PERFORMING: frozenset[Permission] = frozenset({"sign-performed"})
_VOUCHING: frozenset[Permission] = frozenset({"sign-performed", "sign-reviewed", "sign-approved"})

ALLOWED: Mapping[Role, frozenset[Permission]] = {
    "viewer": frozenset({"look", "own"}),
    "operator": _DAILY | _PERFORMING,
    "quality": _DAILY | _SENIOR | _VOUCHING,
    # Who keeps the keys does not vouch for results: 21 CFR 11.10(g) asks for authority checks, and
    # a person who does both work has two users.
    "admin": _DAILY | _SENIOR,
}
"""What each role may."""

SHARED: frozenset[Permission] = ALLOWED["admin"] - {"own"}
"""What the one shared password or token of ``[web]`` may: all but sign, for a signature belongs to
one person (21 CFR 11.100(a))."""


def may(role: Role, permission: Permission) -> bool:
    """Whether a role has a permission."""
    return permission in ALLOWED[role]
