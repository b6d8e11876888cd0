"""What writes to one database: bytes in, an answer out. The errors of aiohttp end here."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp

from daq.deliver.influx_answer import Answer
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError
from daq.plain import one_line

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


def session_options() -> dict[str, Any]:
    """What a session with a database may do: nothing that a server can use against us.

    No cookies are kept; nothing is unpacked, for a few bytes may unpack to gigabytes; proxies
    and passwords of the environment (``HTTP_PROXY``, ``.netrc``) are not looked at, so that a
    token goes nowhere but to the address configured.
    """
    return {
        "cookie_jar": aiohttp.DummyCookieJar(),
        "auto_decompress": False,
        "headers": {"Accept-Encoding": "identity"},
        "trust_env": False,
    }


async def read_answer(reply: aiohttp.ClientResponse) -> Answer:
    """The answer, of which at most ``LONGEST_ANSWER`` bytes are read."""
    text = bytearray()
    async with reply:
        while room := LONGEST_ANSWER - len(text):
            chunk = await reply.content.read(room)
            if not chunk:
                break
            text += chunk
    return Answer(reply.status, text.decode(errors="replace"), reply.headers.get("Retry-After"))


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
        raise SinkMisconfiguredError(f"certificate: {one_line(str(error))}") from error
    except aiohttp.InvalidURL as error:
        raise SinkMisconfiguredError(f"not an address: {error}") from error
    except TimeoutError as error:
        raise SinkUnavailableError("no answer in time") from error
    except (aiohttp.ClientError, OSError) as error:
        raise SinkUnavailableError(one_line(str(error)) or type(error).__name__) from error
