"""Opens a TCP connection as a link."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from functools import partial
from typing import cast

from drivers.errors import OpenFailedError
from drivers.transport.link import Link, Settings
from drivers.transport.receiver import Receiver
from drivers.transport.resolve import resolve

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
    end = asyncio.get_running_loop().time() + open_timeout
    try:
        async with asyncio.timeout_at(end):
            transport = await _connect(link, await resolve(host), port, end)
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


async def _connect(
    link: Link, addresses: tuple[str, ...], port: int, end: float
) -> asyncio.Transport:
    """Try one address after the other; each has its share of the time that is left."""
    loop = asyncio.get_running_loop()
    receiver = partial(Receiver, link)
    for left in range(len(addresses), 1, -1):
        with contextlib.suppress(OSError):  # a time-out is one, too
            async with asyncio.timeout((end - loop.time()) / left):
                return (await loop.create_connection(receiver, addresses[-left], port))[0]
    return (await loop.create_connection(receiver, addresses[-1], port))[0]


def _tune(connection: socket.socket) -> None:
    for level, name, value in _OPTIONS:
        option = getattr(socket, name, None)  # not every platform has them all
        if option is not None:
            connection.setsockopt(level, option, value)
