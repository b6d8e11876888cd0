"""Answers the command ``password``: a user chooses another one. Imported when it is needed."""

import asyncio

from daq.access import manage
from daq.access.changes import state
from daq.access.errors import AccessError, NotProvedError, WeakPasswordError
from daq.access.file import now
from daq.access.hashes import hashed
from daq.access.passwords import check_password
from daq.access.store import Edited, edit
from daq.control.password import PasswordRequest, PasswordSet
from daq.control.people import PeopleRequest
from daq.control.server import RefusedError
from daq.daemon.people import People
from daq.daemon.proof import Proof

LIMIT = 5.0
"""Seconds for the journal to take it."""


class OwnPassword:
    """Changes passwords for who knows the old one: then nobody else knows the new one."""

    def __init__(self, proof: Proof, people: People) -> None:
        self._proof, self._people = proof, people

    async def change(self, request: PasswordRequest) -> PasswordSet:
        """Change it.

        Raises:
            RefusedError: the old one is wrong, the new one not good enough, or the file of users
                cannot be written.
        """
        try:
            user = await self._proof.prove(request.user, request.password)
            if request.new == request.password:
                raise WeakPasswordError("the new password is the old one")
            check_password(request.new, user.name, self._proof.config.min_length)
            kept = await asyncio.to_thread(hashed, request.new)
            await asyncio.to_thread(self._edit, user.name, kept, asyncio.get_running_loop())
        except AccessError as error:
            raise RefusedError(str(error)) from error
        return PasswordSet(user.name)

    def _edit(self, name: str, kept: str, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: a lock and a disk are waited for."""
        path = self._proof.config.users
        if path is None:  # a reload took it away meanwhile
            raise NotProvedError("there are no users: [access] users is not set")

        def tell(edited: Edited) -> None:
            told = self._people.tell(_request(edited))
            asyncio.run_coroutine_threadsafe(told, loop).result(LIMIT)

        edit(path, lambda users: manage.with_password(users, name, kept, now()), tell, path)


def _request(edited: Edited) -> PeopleRequest:
    return PeopleRequest(
        kind="user-password-set",
        user=edited.after.name,
        by=edited.after.name,
        before=state(edited.before),
        after=state(edited.after),
        file_before=edited.file_before,
        file_after=edited.file_after,
    )
