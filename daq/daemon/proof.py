"""Whether somebody is the user they say: their password, asked for once more. Imported when needed.

The daemon looks at the password itself: what the page or a command says of somebody would be a
proof that whoever reaches the socket can give.
"""

import asyncio
import time

from daq.access.attempts import Failures, Rule
from daq.access.errors import NotProvedError
from daq.access.file import now, read_users
from daq.access.hashes import is_password
from daq.access.user import User
from daq.config.access import AccessConfig
from daq.control.people import PeopleRequest
from daq.daemon.people import tell
from daq.daemon.running import Running
from daq.journal.journal import Journal

WRONG = "user or password is wrong, or the user is locked after too many wrong ones"
"""Which of them it is, nobody is told."""


class Proof:
    """Compares passwords with those of the file of users, one at a time: a hash takes 64 MiB."""

    def __init__(self, running: Running, journal: Journal) -> None:
        self._running, self._journal = running, journal
        self._failures = Failures(Rule())
        self._one = asyncio.Lock()

    @property
    def config(self) -> AccessConfig:
        """What is in force of users."""
        return self._running.config.access

    async def prove(self, name: str, password: str) -> User:
        """The user whose name and password these are; a wrong one is journalled.

        Raises:
            NotProvedError: they are nobody's, or the user is locked; or there are no users.
            UsersFileError: the file of users is wrong.
            AccessError: the package argon2-cffi is missing.
        """
        async with self._one:
            if self.config.users is None:
                raise NotProvedError("there are no users: [access] users is not set")
            users = (await asyncio.to_thread(read_users, self.config.users)).users
            found = users.get(name)
            user = None if found is None or found.disabled else found
            kept = "" if user is None else user.password
            fits = await asyncio.to_thread(is_password, kept, password)
            locked = self._failures.locked(name, time.monotonic())
            if user is None or locked or not fits:
                self._failed(name, user, locked=locked)
                raise NotProvedError(WRONG)
            self._failures.passed(name)
            return user

    def check_age(self, user: User) -> None:
        """See that a password is not too old.

        Raises:
            NotProvedError: it is.
        """
        if self.config.max_age is None or user.changed is None:
            return
        if (now() - user.changed).total_seconds() > self.config.max_age:
            raise NotProvedError(f"the password of {user.name} is too old: `daq users passwd`")

    def _failed(self, name: str, user: User | None, *, locked: bool) -> None:
        known = "unknown" if user is None else user.name
        tell(self._journal, PeopleRequest(kind="sign-in-failed", user=known))
        self._failures.rule = Rule(self.config.attempts, self.config.lock)
        if not locked and self._failures.failed(name, time.monotonic()) and user is not None:
            request = PeopleRequest(kind="user-locked", user=known, seconds=self.config.lock)
            tell(self._journal, request)
