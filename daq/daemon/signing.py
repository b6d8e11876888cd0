"""Answers the command ``run-sign``: proves once more who somebody is, and signs a run.

Imported when somebody signs for the first time. The daemon looks at the password itself: what the
page or a command says of somebody would be a signature that whoever reaches the socket can give.
"""

import asyncio
import time
from collections.abc import Callable

from daq.access.attempts import Failures, Rule
from daq.access.errors import AccessError, NotSignedError
from daq.access.file import now, read_users
from daq.access.hashes import is_password
from daq.access.signing import PERMISSION, check_signing, signed_digest
from daq.access.user import User, person
from daq.config.access import AccessConfig
from daq.control.people import PeopleRequest
from daq.control.server import RefusedError
from daq.control.signing import RunSigned, RunSignRequest
from daq.daemon.people import tell
from daq.daemon.running import Running
from daq.journal.errors import JournalError
from daq.journal.journal import Journal
from daq.journal.reader import JournalReader
from daq.runs.errors import RunError
from daq.runs.happening import Happening, Signed
from daq.runs.keeper import Keeper
from daq.runs.past import find_run
from daq.runs.record import event_of
from daq.runs.run import Run

DURABLE = 2.0
"""Seconds for the disk."""

WRONG = "user or password is wrong, or the user is locked after too many wrong ones"
"""Which of them it is, nobody is told."""


class Signing:
    """Has runs signed, one at a time: a hash takes 64 MiB, and a check must hold until the event.

    ``clock`` dates what is journalled.
    """

    def __init__(
        self, running: Running, journal: Journal, keeper: Keeper, clock: Callable[[], int]
    ) -> None:
        self._running, self._journal = running, journal
        self._keeper, self._clock = keeper, clock
        self._failures = Failures(Rule())
        self._one = asyncio.Lock()

    async def sign(self, request: RunSignRequest) -> RunSigned:
        """Sign a run.

        Raises:
            RefusedError: the password is wrong, or it cannot be signed so; why.
        """
        async with self._one:
            try:
                user = await self._proved(request)
                run = await asyncio.to_thread(self._run, request.run)
                return await self._signed(request, user, run)
            except (AccessError, RunError, JournalError) as error:
                raise RefusedError(str(error)) from error

    async def _proved(self, request: RunSignRequest) -> User:
        """Whose password it is.

        Raises:
            AccessError: nobody's, it is too old, or the role may not sign so.
        """
        config = self._running.config.access
        if config.users is None:
            raise NotSignedError("only users can sign, and [access] users is not set")
        users = (await asyncio.to_thread(read_users, config.users)).users
        found = users.get(request.user)
        user = None if found is None or found.disabled else found
        kept = "" if user is None else user.password
        fits = await asyncio.to_thread(is_password, kept, request.password)
        locked = self._failures.locked(request.user, time.monotonic())
        if user is None or locked or not fits:
            self._failed(request.user, user, config, locked=locked)
            raise NotSignedError(WRONG)
        self._failures.passed(request.user)
        _check_user(user, request, config)
        return user

    def _failed(self, name: str, user: User | None, config: AccessConfig, *, locked: bool) -> None:
        known = "unknown" if user is None else user.name
        tell(self._journal, PeopleRequest(kind="sign-in-failed", user=known))
        self._failures.rule = Rule(config.attempts, config.lock)
        if not locked and self._failures.failed(name, time.monotonic()) and user is not None:
            request = PeopleRequest(kind="user-locked", user=known, seconds=config.lock)
            tell(self._journal, request)

    def _run(self, name: str) -> Run:
        """As the journal has it: the daemon remembers the latest alone, and less exactly."""
        with JournalReader(self._running.config.journal.path) as reader:
            return find_run(reader, name)

    async def _signed(self, request: RunSignRequest, user: User, run: Run) -> RunSigned:
        check_signing(run, user.name, request.meaning)
        digest = signed_digest(run, user.name, request.meaning)
        if digest != request.digest:
            raise NotSignedError(f"{run.id} is not what was shown; look at it again, then sign")
        what = Signed(
            by=user.name,
            name=user.printed,
            meaning=request.meaning,
            digest=digest,
            why=request.reason.strip(),
        )
        durable = await self._tell(run.id, what)
        return RunSigned(run.id, request.meaning, len(run.signatures) + 1, durable)

    async def _tell(self, name: str, what: Signed) -> bool:
        """Journal it; whether the disk has it. A run of long ago nobody but the journal knows."""
        self._keeper.check_ready()
        if name in self._keeper.desk.book.runs:
            return (await self._keeper.ask(lambda desk, moment: desk.sign(name, moment, what)))[1]
        record = event_of(Happening(name, self._clock(), what))
        seq = self._journal.append_event(
            record.kind, record.subject, record.text, data=record.data, time=record.time
        )
        try:
            async with asyncio.timeout(DURABLE):
                await self._journal.wait_beyond(seq - 1)
        except TimeoutError:
            return False
        return seq > 0


def _check_user(user: User, request: RunSignRequest, config: AccessConfig) -> None:
    if not person(user).may(PERMISSION[request.meaning]):
        raise NotSignedError(
            f"{user.name} has the role {user.role}, which does not sign as {request.meaning}"
        )
    if config.max_age is None or user.changed is None:
        return
    if (now() - user.changed).total_seconds() > config.max_age:
        raise NotSignedError(f"the password of {user.name} is too old: `daq users passwd`")
