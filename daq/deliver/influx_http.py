"""Writes to an InfluxDB over a thin HTTP connection: ``/write?db=`` and ``/api/v2/write``."""

import asyncio
import base64
import ssl
from urllib.parse import urlencode, urlsplit

import h11

from daq.deliver.http_connection import Headers, HttpConnection
from daq.deliver.influx_answer import Answer
from daq.deliver.settings import InfluxSettings
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError
from daq.plain import one_line


class HttpWriter:
    """A client of one database or bucket; see Writer."""

    def __init__(self, settings: InfluxSettings, context: ssl.SSLContext | None) -> None:
        host, port, secure = _place(settings.url)
        if secure and context is None:
            context = ssl.create_default_context()
        self._connection = HttpConnection(host, port, context if secure else None)
        self._target = target_of(settings)
        self._headers = _headers(settings)
        self._timeout = settings.timeout

    async def post(self, body: bytes, *, compressed: bool) -> Answer:
        """See Writer."""
        headers = [*self._headers, ("Content-Encoding", "gzip")] if compressed else self._headers
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._connection.post(self._target, headers, body)
        except h11.LocalProtocolError:  # its text quotes the header, and the token in it
            raise SinkMisconfiguredError(
                "the token cannot stand in a request: are there blanks around it?"
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise SinkMisconfiguredError(f"certificate: {error.verify_message}") from error
        except TimeoutError as error:
            raise SinkUnavailableError("no answer in time") from error
        except (OSError, h11.RemoteProtocolError) as error:
            raise SinkUnavailableError(one_line(str(error)) or type(error).__name__) from error
        text = response.body.decode(errors="replace")
        return Answer(response.status, text, response.headers.get("retry-after"))

    async def close(self) -> None:
        """See Writer."""
        self._connection.close()


def target_of(settings: InfluxSettings) -> str:
    """The path and query of the write request."""
    base = urlsplit(settings.url).path.rstrip("/")
    if settings.api == "v1":
        query = {"db": settings.database, "precision": "ns"}
        if settings.retention_policy:
            query["rp"] = settings.retention_policy
        return f"{base}/write?{urlencode(query)}"
    query = {"org": settings.org, "bucket": settings.bucket, "precision": "ns"}
    return f"{base}/api/v2/write?{urlencode(query)}"


def _headers(settings: InfluxSettings) -> Headers:
    """Secrets go into a header; as part of the query they would stand in server logs."""
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Accept-Encoding", "identity"),  # a few bytes may unpack to gigabytes
        ("User-Agent", "lab-daq"),
    ]
    if settings.api == "v2" and settings.token:
        headers.append(("Authorization", f"Token {settings.token}"))
    elif settings.api == "v1" and settings.user is not None:
        pair = f"{settings.user}:{settings.password or ''}".encode()
        headers.append(("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
    return headers


def _place(url: str) -> tuple[str, int, bool]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SinkMisconfiguredError(f"not an address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SinkMisconfiguredError(f"not an address: {url}; write http://host:8086")
    secure = parts.scheme == "https"
    return parts.hostname, port or (443 if secure else 80), secure
