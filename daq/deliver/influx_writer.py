"""What writes to one database: bytes in, an answer out. The errors of aiohttp end here."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp

from daq.deliver.influx_answer import Answer
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError

LONGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read; the rest is dropped."""


class Writer(Protocol):
    """Posts line protocol with times in nanoseconds to one database."""

    async def post(self, body: bytes, *, compressed: bool) -> Answer:
        """Post, and wait for the answer.

        Raises:
            SinkMisconfiguredError: the address or the certificate is wrong.
            SinkUnavailableError: there is no answer.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


async def answer_to(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask, and once more if the server had closed the connection that was kept open.

    Raises:
        SinkMisconfiguredError: the address or the certificate is wrong.
        SinkUnavailableError: there is no answer.
    """
    try:
        try:
            return await ask()
        except aiohttp.ServerDisconnectedError:
            return await ask()
    except aiohttp.ClientConnectorCertificateError as error:
        raise SinkMisconfiguredError(f"certificate: {error}") from error
    except aiohttp.InvalidURL as error:
        raise SinkMisconfiguredError(f"not an address: {error}") from error
    except TimeoutError as error:
        raise SinkUnavailableError("no answer in time") from error
    except (aiohttp.ClientError, OSError) as error:
        raise SinkUnavailableError(str(error) or type(error).__name__) from error
