"""Who is at the other end of a Unix socket: the kernel knows, whatever the other end says."""

import os
import pwd
import socket
import struct
from asyncio.trsock import TransportSocket

_CREDENTIALS = struct.Struct("iII")
"""``struct ucred``: process, user, group (unix(7))."""

UNSEEN = 65_534
"""What the kernel says of an account outside the user name space (user_namespaces(7))."""


def peer_of(connection: socket.socket | TransportSocket | None) -> str:
    """The account of the process at the other end; empty when there is none any more."""
    if connection is None:
        return ""
    try:
        kept = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    except OSError:
        return ""
    _, uid, _ = _CREDENTIALS.unpack(kept)
    return account(uid)


def account(uid: int) -> str:
    """The name of an account; ``user 4711`` where it has none (any more).

    One that a user name space hides is said to be unseen: to call it nobody would be wrong.
    """
    if uid == UNSEEN != os.getuid():
        return "unseen account"
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def own_account() -> str:
    """The account this process runs as."""
    return account(os.getuid())
