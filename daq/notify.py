"""Tells systemd how the service is (the sd_notify protocol); does nothing elsewhere."""

import os
import socket

PATIENCE = 1.0
"""Seconds a service manager may take to accept a datagram; nobody measures meanwhile."""


def notify(state: str) -> None:
    """Send states such as ``READY=1``, one a line, to the service manager, if there is one.

    Source: sd_notify(3). Failure to notify is never a reason to stop measuring.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.settimeout(PATIENCE)
            channel.connect(address)
            channel.sendall(state.encode())
    except OSError:
        return
