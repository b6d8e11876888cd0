"""What the daemon answers to a request to take its configuration anew."""

from pathlib import Path

import msgspec

from daq.control.client import ask
from daq.control.request import By, Reason, Request

DEADLINE = 60.0
"""Seconds for a reload: what has to stop for it may take its time."""


class ReloadRequest(Request, tag="reload", frozen=True):
    """``path`` is the file that is meant; whichever the daemon was started with when empty.

    ``by`` and ``reason`` go into the event that tells of it.
    """

    path: str = ""
    by: By = ""
    reason: Reason = ""


class Reloaded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it. With ``errors`` nothing was changed, and the old configuration runs on.

    ``config_hash`` is of the configuration in force now. ``added``, ``removed`` and
    ``restarted`` name parts: ``bus rs485-1, sink broker``; ``applied`` names keys.
    """

    path: str
    config_hash: str
    changed: bool = False
    added: str = ""
    removed: str = ""
    restarted: str = ""
    applied: str = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def ask_reload(path: Path, config: Path, *, by: str = "", reason: str = "") -> Reloaded:
    """Have the daemon take its configuration anew; ``config`` is the file that is meant.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it runs with another file, is stopping, or is too old.
    """
    request = ReloadRequest(path=str(config), by=by, reason=reason)
    return ask(path, request, Reloaded, DEADLINE)
