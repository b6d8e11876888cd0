"""The write API of InfluxDB 2 and 3, ``/api/v2/write``, by influxdb-client.

The fall-back for what the direct client leaves out. The errors of aiohttp end here.
"""

import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.service.write_service import WriteService

from daq.deliver.http_connection import LONGEST_ANSWER
from daq.deliver.influx_answer import Answer
from daq.deliver.settings import InfluxSettings
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError
from daq.plain import one_line


class LibraryWriter:
    """A client of one bucket; see Writer.

    The lines are finished and compressed already, so its write service is called directly: its
    write API above would look at each line again and compress at the slowest level.
    """

    def __init__(self, settings: InfluxSettings, context: ssl.SSLContext | None) -> None:
        self._org, self._bucket = settings.org, settings.bucket
        client: Any = InfluxDBClientAsync(
            settings.url,
            settings.token or "",
            settings.org,
            timeout=int(settings.timeout * 1000),
            ssl_context=context,
            allow_redirects=False,
            client_session_kwargs=_session_options(),
        )
        self._client = client
        self._service: Any = WriteService(client.api_client)

    async def post(self, body: bytes, *, compressed: bool) -> Answer:
        """See Writer."""
        return await _answer_to(
            lambda: self._ask(body, {"content_encoding": "gzip"} if compressed else {})
        )

    async def close(self) -> None:
        """See Writer."""
        await self._client.close()

    async def _ask(self, body: bytes, encoding: dict[str, str]) -> Answer:
        # Without preloading: the client would read an answer of any length.
        reply = await self._service.post_write_async(
            self._org, self._bucket, body, precision="ns", _preload_content=False, **encoding
        )
        return await _read_answer(reply)


def _session_options() -> dict[str, Any]:
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


async def _read_answer(reply: aiohttp.ClientResponse) -> Answer:
    """The answer, of which at most ``LONGEST_ANSWER`` bytes are read."""
    text = bytearray()
    async with reply:
        while room := LONGEST_ANSWER - len(text):
            chunk = await reply.content.read(room)
            if not chunk:
                break
            text += chunk
    return Answer(reply.status, text.decode(errors="replace"), reply.headers.get("Retry-After"))


async def _answer_to(ask: Callable[[], Awaitable[Answer]]) -> Answer:
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
