"""Where changes of users are journalled: by the daemon, or without one."""

import asyncio

from daq.build.journal import journal_settings
from daq.build.office import check_owner
from daq.config.config import Config
from daq.control.client import NotRunningError
from daq.control.peer import own_account
from daq.control.people import PeopleRequest, tell_people
from daq.daemon.people import tell
from daq.journal.behalf import on_behalf_of
from daq.journal.errors import JournalError
from daq.journal.journal import Journal


def journal_people(config: Config, request: PeopleRequest) -> bool:
    """Journal it; false where there is no journal yet, and so nothing that could be proved by it.

    Raises:
        DeclinedError: the daemon's disk does not take it.
        JournalError: without a daemon, the journal cannot be written.
        NotOursError: without a daemon, the journal is another user's.
    """
    try:
        tell_people(config.socket, request)
    except NotRunningError:
        if not config.journal.path.exists():
            return False
        check_owner(config.journal.path)
        asyncio.run(_without_daemon(config, request))
    return True


async def _without_daemon(config: Config, request: PeopleRequest) -> None:
    journal = await Journal.open(config.journal.path, journal_settings(config.journal))
    try:
        with on_behalf_of(own_account()):
            seq = tell(journal, request)
        if not seq:
            raise JournalError(f"{config.journal.path}: there is no room for what changes")
    finally:
        await journal.close()
