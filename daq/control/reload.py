"""What the daemon answers to a request to take its configuration anew."""

import msgspec


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
