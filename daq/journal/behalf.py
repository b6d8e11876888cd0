"""On whose behalf something is journalled: the account of this machine that asked for it.

What people do passes through several hands before it is an event, and none of them has to know:
whoever takes the request sets it, and the journal adds it to the events of what people do.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec

from daq.journal.eventcodec import Data
from daq.journal.kinds import BY_PEOPLE

_OS_USER: ContextVar[str] = ContextVar("os_user", default="")


class Asker(msgspec.Struct, frozen=True):
    """Who asked for something that is done later, by another task, and why.

    ``by`` is who that is as it was said, ``os_user`` the account of this machine that said it.
    """

    by: str = ""
    why: str = ""
    os_user: str = ""

    def data(self) -> dict[str, str]:
        """As particulars of an event; what is not known is left out."""
        return {key: value for key, value in msgspec.structs.asdict(self).items() if value}


NOBODY = Asker()
"""What the daemon does by itself."""


@contextmanager
def on_behalf_of(os_user: str) -> Generator[None]:
    """Within the block, and in the tasks that begin in it, this account asks."""
    token = _OS_USER.set(os_user)
    try:
        yield
    finally:
        _OS_USER.reset(token)


def asking() -> str:
    """The account that asks; empty for what the daemon does by itself."""
    return _OS_USER.get()


def with_asker(kind: str, data: Data | None) -> Data:
    """The particulars of an event, with the account that asked when people did this."""
    found = data or {}
    asker = _OS_USER.get()
    if not asker or kind not in BY_PEOPLE or "os_user" in found:
        return found
    return {**found, "os_user": asker}
