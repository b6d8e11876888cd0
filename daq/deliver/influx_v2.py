"""The write API of InfluxDB 2 and 3, ``/api/v2/write``, by influxdb-client."""

import ssl
from typing import Any

from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.service.write_service import WriteService

from daq.deliver.influx_answer import Answer
from daq.deliver.influx_writer import answer_to, read_answer, session_options
from daq.deliver.settings import InfluxSettings


class V2Writer:
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
            client_session_kwargs=session_options(),
        )
        self._client = client
        self._service: Any = WriteService(client.api_client)

    async def post(self, body: bytes, *, compressed: bool) -> Answer:
        """See Writer."""
        return await answer_to(
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
        return await read_answer(reply)
