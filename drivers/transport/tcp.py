"""Opens a TCP connection as a link."""

import asyncio
import socket
from collections.abc import Callable
from typing import cast

from drivers.errors import OpenFailedError
from drivers.transport.link import Link, Settings

UNANSWERED_LIMIT = 10
"""Seconds sent bytes may stay unacknowledged before the connection counts as lost."""

_OPTIONS = (
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 5),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
    # Without it requests to a vanished peer pile up for minutes and all arrive at once when
    # the network returns.
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", UNANSWERED_LIMIT * 1000),
)


async def open_tcp(
    host: str,
    port: int,
    settings: Settings,
    name: str,
    *,
    open_timeout: float = 5.0,
    make: Callable[[str, Settings], Link] = Link,
) -> Link:
    """Connect to a TCP server: Modbus TCP, SCPI over TCP, or a serial line's gateway.

    ``make`` makes the link, if it is to be one of a kind.

    Raises:
        OpenFailedError: the text says why.
    """
    link = make(name, settings)
    where = f"{host}:{port}"
    try:
        async with asyncio.timeout(open_timeout):
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_connection(lambda: link, host, port)
    except TimeoutError as error:
        raise OpenFailedError(f"{where}: no answer within {open_timeout:g} s") from error
    except socket.gaierror as error:
        raise OpenFailedError(f"{where}: host name not known ({error.strerror})") from error
    except ConnectionRefusedError as error:
        raise OpenFailedError(f"{where}: refused; nothing listens on that port") from error
    except (OSError, ValueError, OverflowError) as error:
        raise OpenFailedError(f"{where}: {error}") from error
    _tune(cast("socket.socket", transport.get_extra_info("socket")))
    return link


def _tune(connection: socket.socket) -> None:
    for level, name, value in _OPTIONS:
        option = getattr(socket, name, None)  # not every platform has them all
        if option is not None:
            connection.setsockopt(level, option, value)
