"""Whether somebody is let do something, in words when not."""

from daq.access.roles import Permission
from daq.access.user import Person
from daq.web.errors import NotAllowedError


def lets(needs: Permission, person: Person | None) -> bool:
    """Whether this is let; to look needs no role: the gate decides who may."""
    return needs == "look" or (person is not None and person.may(needs))


def permit(needs: Permission, person: Person | None) -> None:
    """Let it pass.

    Raises:
        NotAllowedError: nobody has signed in, or their role may not do this.
    """
    if lets(needs, person):
        return
    if person is None:
        raise NotAllowedError("sign-in")
    if person.role is None:
        raise NotAllowedError("shared")
    raise NotAllowedError("role", who=person.name, role=person.role)
