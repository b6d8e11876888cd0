"""The users in force: the file as it is now. A change of it takes effect with the next look."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from daq.access.changes import differences
from daq.access.errors import UsersFileError
from daq.access.file import read_users
from daq.access.hashes import is_token, token_hash
from daq.access.user import User

log = logging.getLogger(__name__)

Stamp = tuple[int, int, int]


class InForce(msgspec.Struct, frozen=True):
    """Another state of the file came into force: its SHA-256, the one before, what differs."""

    digest: str
    previous: str
    differences: list[str]


class Following:
    """Reads the file when it has changed. One that is wrong is refused; the users before stay.

    ``tell`` is called with each state that came into force after the first.
    """

    def __init__(self, path: Path, tell: Callable[[InForce], None]) -> None:
        self._path, self._tell = path, tell
        self._stamp = _stamp(path)
        self._users = read_users(path)

    @property
    def digest(self) -> str:
        """SHA-256 of the file whose users are in force."""
        return self._users.digest

    def users(self) -> Mapping[str, User]:
        """The users in force now."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            self._read()
        return self._users.users

    def user(self, name: str) -> User | None:
        """The user of this name, unless there is none or they are disabled."""
        found = self.users().get(name)
        return None if found is None or found.disabled else found

    def of_token(self, token: str) -> User | None:
        """Whose token this is; None for what is no token of anybody."""
        given = token_hash(token)
        found = None
        # All of them are looked at, so that the time says nothing of which one it was.
        for user in self.users().values():
            for kept in user.tokens:
                if is_token(kept.sha256, given):
                    found = user
        return None if found is None or found.disabled else found

    def _read(self) -> None:
        try:
            fresh = read_users(self._path)
        except UsersFileError as error:
            log.error("users: %s; those of before stay in force", error)  # noqa: TRY400 - it says all
            return
        old, self._users = self._users, fresh
        if fresh.digest != old.digest:
            self._tell(InForce(fresh.digest, old.digest, differences(old.users, fresh.users)))


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
