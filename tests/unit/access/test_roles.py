"""Which role may do what, as a table beside the one of the product."""

import pytest

from daq.access.roles import ALLOWED, PERMISSIONS, ROLES, SHARED, Permission, Role, may
from daq.access.user import Person

TABLE = {  # viewer, operator, quality, admin, shared
    "look": "yyyyy",
    "own": "yyyy-",
    "act": "-yyyy",
    "alarms": "-yyyy",
    "alarms-service": "--yyy",
    "incidents": "-yyyy",
    "quarantine": "-yyyy",
    "quarantine-drop": "--yyy",
    "runs": "-yyyy",
    "sign-performed": "-yy--",
    "sign-reviewed": "--y--",
    "sign-approved": "--y--",
    "audit": "--yyy",
}


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_role_may_what_the_table_says(role: Role | None, permission: Permission) -> None:
    allowed = TABLE[permission][[*ROLES, None].index(role)] == "y"
    assert Person(name="x", role=role).may(permission) == allowed
    if role is not None:
        assert may(role, permission) == allowed


def test_nothing_is_missing_in_the_tables() -> None:
    assert set(TABLE) == set(PERMISSIONS)
    assert set(ALLOWED) == set(ROLES)


def test_nobody_signs_with_what_all_share() -> None:
    assert not {one for one in SHARED if one.startswith("sign-")}
