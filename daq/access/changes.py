"""What differs between two states of the users: for the journal, without any secret. Pure."""

from collections.abc import Iterator, Mapping

from daq.access.user import User

MOST = 20
"""Differences told one by one."""

FEW = 5
"""Tokens of a user told by name: a request to the daemon has 4 KiB."""


def differences(old: Mapping[str, User], new: Mapping[str, User]) -> list[str]:
    """``ada: role operator -> quality``, one text for each difference."""
    found = [text for name in sorted({*old, *new}) for text in _of(name, old, new)]
    more = len(found) - MOST
    return found[:MOST] + ([f"and {more} more"] if more > 0 else [])


def state(user: User | None) -> str:
    """All of a user that may be told: ``operator, password, token lims``."""
    if user is None:
        return ""
    known = [user.role, *([user.title] if user.title else [])]
    known += ["password"] if user.password else []
    known += [f"token {token.label}" for token in user.tokens[:FEW]]
    known += [f"{len(user.tokens) - FEW} more tokens"] if len(user.tokens) > FEW else []
    return ", ".join(known + (["disabled"] if user.disabled else []))


def _of(name: str, old: Mapping[str, User], new: Mapping[str, User]) -> Iterator[str]:
    before, after = old.get(name), new.get(name)
    if before == after:
        return
    if state(before) != state(after):
        yield f"{name}: {state(before) or 'nobody'} -> {state(after) or 'nobody'}"
    elif before is not None and after is not None and before.password != after.password:
        yield f"{name}: another password"
    else:
        yield f"{name}: other tokens"
