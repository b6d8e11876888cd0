"""The write API of InfluxDB 2 and 3, ``/api/v2/write``, by influxdb-client."""

import ssl
from typing import TYPE_CHECKING, Any, cast

from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService

from daq.deliver.influx_answer import Answer
from daq.deliver.influx_writer import LONGEST_ANSWER, answer_to
from daq.deliver.settings import InfluxSettings

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        try:
            answer = await self._service.post_write_async(
                self._org,
                self._bucket,
                body,
                precision="ns",
                _return_http_data_only=False,
                **encoding,
            )
        except ApiException as error:
            return _answer_of(cast("Any", error))
        return Answer(int(answer[1]))


def _answer_of(error: Any) -> Answer:  # noqa: ANN401 - an untyped library's exception
    body = error.body or b""
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
    headers: Mapping[str, str] = error.headers or {}
    return Answer(int(error.status or 0), text[:LONGEST_ANSWER], headers.get("Retry-After"))
