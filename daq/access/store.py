"""Changes the file of users: one at a time, whole or not at all."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from daq.access.errors import UsersFileError
from daq.access.file import Users, digest_of, read_users, rendered
from daq.access.user import User

MODE = 0o640
"""The group reads it: the page and the daemon run as members of it."""

LOCK_LIMIT = 10.0
"""Seconds another change may take."""

Edit = Callable[[Mapping[str, User]], User]


class Edited(msgspec.Struct, frozen=True):
    """A user before (None: there was none) and after, and the file (SHA-256) before and after."""

    before: User | None
    after: User
    file_before: str
    file_after: str


def edit(path: Path, change: Edit, tell: Callable[[Edited], None], like: Path) -> Edited:
    """Change or add one user: ``change`` says how they are then, ``tell`` journals it.

    The journal has it before the file, so that nothing is in force of which it does not know; what
    remains then is a rename. A file that is new belongs to the group of ``like``.

    Raises:
        UsersFileError: the file is wrong, or cannot be written.
        AccessError: what ``change`` finds wrong.
    """
    try:
        with _locked(path.parent):
            old = read_users(path) if path.exists() else Users({}, "")
            user = change(old.users)
            text = rendered({**old.users, user.name: user}.values())
            edited = Edited(old.users.get(user.name), user, old.digest, digest_of(text))
            with _written(path, text, like) as ready:
                tell(edited)
                ready.replace(path)
            return edited
    except OSError as error:
        raise UsersFileError(f"{path}: cannot be written: {error.strerror or error}") from error


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Only one at a time changes files of a folder; the lock goes with whoever holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    limit = time.monotonic() + LOCK_LIMIT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > limit:
                raise UsersFileError(
                    f"{folder}: somebody else changes the users; try again"
                ) from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def _written(path: Path, text: str, like: Path) -> Generator[Path]:
    """A file with this text, on the disk, beside the one it is to replace."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    ready = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            _belong(file.fileno(), path, like)
            file.flush()
            os.fsync(file.fileno())
        yield ready
    finally:
        ready.unlink(missing_ok=True)


def _belong(descriptor: int, path: Path, like: Path) -> None:
    """Group and mode of the file before, and its owner where root writes it.

    Of a new one the group that reads ``like``.
    """
    if path.exists():
        known = path.stat()
        own = os.fstat(descriptor)
        if own.st_uid != known.st_uid and own.st_uid == 0:
            os.fchown(descriptor, known.st_uid, known.st_gid)
        elif own.st_gid != known.st_gid:
            os.fchown(descriptor, -1, known.st_gid)
        os.fchmod(descriptor, known.st_mode & 0o7777 & ~0o007)
        return
    group = like.stat().st_gid
    if os.fstat(descriptor).st_gid != group:
        os.fchown(descriptor, -1, group)
    os.fchmod(descriptor, MODE)
