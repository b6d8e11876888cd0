"""What `daq users` does to one user. Pure: the users before, the user after."""

import re
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches

from msgspec.structs import replace

from daq.access.errors import NotPossibleError
from daq.access.file import LABEL, LONGEST_TITLE, MOST, MOST_TOKENS, NAME, TITLE
from daq.access.roles import Role
from daq.access.user import SHARED_NAME, Token, User

Users = Mapping[str, User]

TAKEN = frozenset({SHARED_NAME, "shared", "web", "unknown"})
"""Names that mean somebody else in the journal."""


def added(users: Users, user: User) -> User:
    """A new user; a name that anybody has had is never given again (21 CFR 11.100(a)).

    Raises:
        NotPossibleError: the name is taken, or is none.
    """
    if not NAME.fullmatch(user.name) or user.name in TAKEN:
        raise NotPossibleError(
            f"{user.name!r} cannot be a user's name: lower-case letters, digits, '.', '_', '-', "
            f"and none of {', '.join(sorted(TAKEN))}"
        )
    if len(user.title) > LONGEST_TITLE or not re.fullmatch(TITLE, user.title):
        raise NotPossibleError(f"a printed name is one line of at most {LONGEST_TITLE} characters")
    if user.name in users:
        gone = ", disabled" if users[user.name].disabled else ""
        raise NotPossibleError(
            f"there is a user {user.name} already{gone}; a name means one person for ever"
        )
    if len(users) >= MOST:
        raise NotPossibleError(f"there are {MOST} users")
    return user


def with_password(users: Users, name: str, hashed: str, time: datetime) -> User:
    """The user with another password.

    Raises:
        NotPossibleError: there is no such user, or they are disabled.
    """
    return replace(_active(users, name), password=hashed, changed=time)


def with_role(users: Users, name: str, role: Role) -> User:
    """The user in another role.

    Raises:
        NotPossibleError: there is no such user, they are disabled, or in this role.
    """
    user = _active(users, name)
    if user.role == role:
        raise NotPossibleError(f"{name} is {role} already")
    return replace(user, role=role)


def disabled(users: Users, name: str, *, disable: bool) -> User:
    """The user shut out, or let in again.

    Raises:
        NotPossibleError: there is no such user, or they are so already.
    """
    user = known(users, name)
    if user.disabled == disable:
        raise NotPossibleError(f"{name} is {'disabled' if disable else 'enabled'} already")
    return replace(user, disabled=disable)


def with_token(users: Users, name: str, token: Token) -> User:
    """The user with one more token.

    Raises:
        NotPossibleError: there is no such user, the label is taken, or there are too many.
    """
    user = _active(users, name)
    if not re.fullmatch(LABEL, token.label):
        raise NotPossibleError(
            f"{token.label!r} cannot be a label: up to 60 letters, digits, '.', '_', '@', '-'"
        )
    if any(one.label == token.label for one in user.tokens):
        raise NotPossibleError(f"{name} has a token {token.label} already; take another label")
    if len(user.tokens) >= MOST_TOKENS:
        raise NotPossibleError(f"{name} has {MOST_TOKENS} tokens; take one away with --revoke")
    return replace(user, tokens=(*user.tokens, token))


def without_token(users: Users, name: str, label: str) -> User:
    """The user with one token less.

    Raises:
        NotPossibleError: there is no such user or token.
    """
    user = known(users, name)
    left = tuple(one for one in user.tokens if one.label != label)
    if len(left) == len(user.tokens):
        have = ", ".join(one.label for one in user.tokens) or "none"
        raise NotPossibleError(f"{name} has no token {label!r}; there is {have}")
    return replace(user, tokens=left)


def known(users: Users, name: str) -> User:
    """The user of a name.

    Raises:
        NotPossibleError: there is none; says which there are.
    """
    if name not in users:
        near = get_close_matches(name, users, 3) or sorted(users)[:10]
        have = f"; there is {', '.join(near)}" if near else "; there is none yet: `daq users add`"
        raise NotPossibleError(f"there is no user {name!r}{have}")
    return users[name]


def _active(users: Users, name: str) -> User:
    user = known(users, name)
    if user.disabled:
        raise NotPossibleError(f"{name} is disabled: `daq users enable {name}` first")
    return user
