"""Who is who on the page: users of their own, or whoever knows the one shared secret."""

import asyncio
import time
from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import msgspec

from daq.access.attempts import Failures, Rule
from daq.access.file import now
from daq.access.follow import Following
from daq.access.hashes import is_password
from daq.access.user import SHARED_NAME, Person, User, person
from daq.config.access import AccessConfig
from daq.web.access.diary import Diary
from daq.web.access.keys import Keys

NAME_LIMIT = 60
"""Characters of a name."""

Trouble: TypeAlias = Literal["wrong", "expired"]
"""Why somebody is not let in."""


class Begun(msgspec.Struct, frozen=True):
    """Who began a session; ``stamp`` changes with the password, and ends it then."""

    name: str
    stamp: str = ""


class Register(Protocol):
    """What tells who somebody is."""

    named: bool
    """Whether people are users of their own, with a name that is theirs alone."""

    def of_token(self, token: str) -> Person | None:
        """Who sends this token; None for what is none."""
        ...

    def still(self, begun: Begun) -> Person | None:
        """Who goes on with a session; None when it may not go on."""
        ...

    async def prove(self, name: str, password: str, address: str) -> Begun | Trouble:
        """Whether somebody is who they say; what to tell them if not."""
        ...


class SharedSecret:
    """One password and one token for all: whoever knows it says a name, which is believed."""

    named = False

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of_token(self, token: str) -> Person | None:
        """Whoever knows the token."""
        return Person(name=SHARED_NAME) if self._keys.is_token(token) else None

    def still(self, begun: Begun) -> Person | None:
        """Whoever they said they are."""
        return Person(name=begun.name)

    async def prove(self, name: str, password: str, address: str) -> Begun | Trouble:
        """Whether they know the password, or the token."""
        del address
        return Begun(_plain(name)) if self._keys.is_password(password) else "wrong"


class KnownUsers:
    """Users with roles, out of a file that is followed while the page runs."""

    named = True

    def __init__(
        self,
        following: Following,
        config: AccessConfig,
        diary: Diary,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._following, self._config, self._diary = following, config, diary
        self._clock = clock
        self._failures = Failures(Rule(config.attempts, config.lock))
        self._one = asyncio.Semaphore(1)
        """A hash takes 64 MiB: whoever tries a thousand at once gets them one by one."""

    def of_token(self, token: str) -> Person | None:
        """The user to whom the token belongs."""
        user = self._following.of_token(token)
        return None if user is None else person(user)

    def still(self, begun: Begun) -> Person | None:
        """The user, unless they were disabled or given another password meanwhile."""
        user = self._following.user(begun.name)
        return person(user) if user is not None and _stamp(user) == begun.stamp else None

    async def prove(self, name: str, password: str, address: str) -> Begun | Trouble:
        """Whether the password is the user's, and neither locked nor too old.

        Raises:
            AccessError: the package argon2-cffi is missing.
        """
        user = self._following.user(name)
        fits = await self._fits("" if user is None else user.password, password)
        # Looked at after the hash: a locked user takes as long as another, and hears the same.
        locked = self._failures.locked(name, self._clock())
        if user is None or locked or not fits:
            self._failed(name, user, address, locked=locked)
            return "wrong"
        self._failures.passed(name)
        return "expired" if self._is_old(user) else Begun(name, _stamp(user))

    async def _fits(self, kept: str, password: str) -> bool:
        async with self._one:
            return await asyncio.to_thread(is_password, kept, password)

    def _failed(self, name: str, user: User | None, address: str, *, locked: bool) -> None:
        known = "unknown" if user is None else user.name
        self._diary.failed(known, address)
        if not locked and self._failures.failed(name, self._clock()) and user is not None:
            self._diary.locked(known, address, self._config.lock)

    def _is_old(self, user: User) -> bool:
        if self._config.max_age is None or user.changed is None:
            return False
        return (now() - user.changed).total_seconds() > self._config.max_age


def _stamp(user: User) -> str:
    return user.password


def _plain(given: str) -> str:
    """A name fit for a log and for an event."""
    kept = "".join(c for c in given if c.isalnum() or c in " .@-_").strip()
    return kept[:NAME_LIMIT] or "web"
