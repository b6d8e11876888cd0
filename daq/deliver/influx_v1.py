"""The write API of InfluxDB 1.x, ``/write?db=``, by aiohttp: before 1.8 there is no other."""

import ssl

import aiohttp

from daq.deliver.influx_answer import Answer
from daq.deliver.influx_writer import answer_to, read_answer, session_options
from daq.deliver.settings import InfluxSettings


class V1Writer:
    """A client of one database; see Writer."""

    def __init__(self, settings: InfluxSettings, context: ssl.SSLContext | None) -> None:
        self._url = settings.url.rstrip("/") + "/write"
        self._query = {"db": settings.database, "precision": "ns"}
        if settings.retention_policy:
            self._query["rp"] = settings.retention_policy
        options = session_options()
        options["headers"] |= _authorization(settings)
        self._session = aiohttp.ClientSession(
            **options,
            timeout=aiohttp.ClientTimeout(total=settings.timeout),
            connector=aiohttp.TCPConnector(ssl=context or True),
        )

    async def post(self, body: bytes, *, compressed: bool) -> Answer:
        """See Writer."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        if compressed:
            headers["Content-Encoding"] = "gzip"
        return await answer_to(lambda: self._ask(body, headers))

    async def close(self) -> None:
        """See Writer."""
        await self._session.close()

    async def _ask(self, body: bytes, headers: dict[str, str]) -> Answer:
        reply = await self._session.post(
            self._url, params=self._query, data=body, headers=headers, allow_redirects=False
        )
        return await read_answer(reply)


def _authorization(settings: InfluxSettings) -> dict[str, str]:
    """User and password in a header; as part of the query they would stand in server logs."""
    if settings.user is None:
        return {}
    return {"Authorization": aiohttp.encode_basic_auth(settings.user, settings.password or "")}
