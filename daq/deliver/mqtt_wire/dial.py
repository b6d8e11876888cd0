"""Opens the TCP or TLS connection to a broker."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress

from drivers.transport.resolve import resolve


async def dial(
    make: Callable[[], asyncio.BaseProtocol],
    host: str,
    port: int,
    context: ssl.SSLContext | None,
    end: float,
) -> None:
    """Connect until ``end`` (the loop's time), to one address of the host after the other.

    With a context the broker has to prove that it is ``host``.

    Raises:
        TimeoutError: it took too long.
        OSError: nobody answers there, or the certificate does not fit; the text says why.
        ValueError: there can be no such host or port.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout_at(end):
        addresses = await resolve(host)

    async def connect(address: str, until: float) -> None:
        async with asyncio.timeout_at(until):
            await loop.create_connection(
                make, address, port, ssl=context, server_hostname=host if context else None
            )

    for left in range(len(addresses), 1, -1):  # each has its share of the time that is left
        with suppress(OSError):  # a time-out is one, too
            return await connect(addresses[-left], loop.time() + (end - loop.time()) / left)
    return await connect(addresses[-1], end)
