"""Answers the command ``run-sign``: proves once more who somebody is, and signs a run.

Imported when somebody signs for the first time.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from daq.access.errors import AccessError, NotSignedError
from daq.access.signing import PERMISSION, check_signing, signed_digest
from daq.access.user import User, person
from daq.alarms.telling import append, on_disk
from daq.control.server import RefusedError
from daq.control.signing import RunSigned, RunSignRequest
from daq.daemon.proof import Proof
from daq.journal.errors import JournalError
from daq.journal.journal import Journal
from daq.journal.reader import JournalReader
from daq.runs.errors import RunError
from daq.runs.happening import Happening, Signed
from daq.runs.keeper import Keeper
from daq.runs.past import find_run
from daq.runs.record import event_of
from daq.runs.run import Run


class Signing:
    """Has runs signed, one at a time: what was checked must hold until the event.

    ``path`` is the journal's file, ``clock`` dates what is journalled.
    """

    def __init__(
        self, proof: Proof, keeper: Keeper, journal: Journal, path: Path, clock: Callable[[], int]
    ) -> None:
        self._proof, self._keeper = proof, keeper
        self._journal, self._path, self._clock = journal, path, clock
        self._one = asyncio.Lock()

    async def sign(self, request: RunSignRequest) -> RunSigned:
        """Sign a run.

        Raises:
            RefusedError: the password is wrong, or it cannot be signed so; why.
        """
        async with self._one:
            try:
                user = await self._proof.prove(request.user, request.password)
                self._proof.check_age(user)
                _check_role(user, request)
                run = await asyncio.to_thread(self._run, request.run)
                return await self._signed(request, user, run)
            except (AccessError, RunError, JournalError) as error:
                raise RefusedError(str(error)) from error

    def _run(self, name: str) -> Run:
        """As the journal has it: the daemon remembers the latest alone, and less exactly."""
        with JournalReader(self._path) as reader:
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
        seq = append(self._journal, record)
        return await on_disk(self._journal, seq) and seq > 0


def _check_role(user: User, request: RunSignRequest) -> None:
    if not person(user).may(PERMISSION[request.meaning]):
        raise NotSignedError(
            f"{user.name} has the role {user.role}, which does not sign as {request.meaning}"
        )
