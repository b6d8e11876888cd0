"""The destinations of the sink contract: a real server, a sink for it, and what arrived there."""

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, Protocol

import aiomqtt
import msgspec

from daq.deliver.influx import InfluxSink
from daq.deliver.mqtt import MqttSink
from daq.deliver.settings import InfluxSettings, MqttSettings
from daq.deliver.sink import Sink
from daq.journal import Entry, Event, Scan, Series
from drivers.model import Channel, Status
from tests.journal_samples import NOON, NS, good, series_key, time_of, values_of
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Server
from tests.servers.victoriametrics import VictoriaMetrics

SITE = "lab"
Client = Literal["direct", "aiomqtt"]
CLIENTS: tuple[Client, ...] = ("direct", "aiomqtt")
"""Who speaks MQTT: what holds for one must hold for the other."""

FORBIDDEN = "forbidden"
"""An instrument whose topic the broker's access list does not allow."""

SERIES = Series(1, series_key())


def scan(seq: int, series: Series = SERIES) -> Scan:
    width = len(series.key.channels)
    return Scan(seq, time_of(seq), series, values_of(seq, width), good(width))


def scans(numbers: Iterable[int]) -> list[Entry]:
    return [scan(seq) for seq in numbers]


def event(seq: int) -> Event:
    return Event(
        seq=seq,
        time=NOON + seq * NS,
        kind="bus-lost",
        subject="rs485-1",
        severity="error",
        text="gone",
        data={},
    )


class Target(Protocol):
    """One kind of sink and its server."""

    @property
    def server(self) -> Server:
        """The server, which a test may stop, start and kill."""
        ...

    def sink(self) -> Sink:
        """A new sink."""
        ...

    def bad_entry(self, seq: int) -> Entry:
        """An entry the destination refuses for good."""
        ...

    async def listen(self) -> None:
        """Begin to collect what arrives, for servers that keep nothing."""
        ...

    async def arrived(self, expected: int) -> set[int]:
        """The numbers of the scans that arrived, at least so many of them."""
        ...

    async def leave(self) -> None:
        """Stop collecting."""
        ...


class MqttTarget:
    """Mosquitto, which refuses the topics of one instrument, and a subscriber."""

    def __init__(self, folder: Path, version: str, client: Client = "direct") -> None:
        acl = ["topic readwrite #", f"topic deny lab/+/{FORBIDDEN}/#"]
        self.server = Mosquitto(folder, acl=acl)
        self.version = version
        self._client: Client = client
        self._subscriber: asyncio.Task[None] | None = None
        self._seen: set[int] = set()
        self._more = asyncio.Event()
        self._subscribed = asyncio.Event()

    def sink(self) -> MqttSink:
        settings = MqttSettings(
            host="127.0.0.1",
            port=self.server.port,
            site=SITE,
            version="5" if self.version == "5" else "3.1.1",
            timeout=5.0,
            client=self._client,
        )
        return MqttSink("contract", settings)

    def bad_entry(self, seq: int) -> Scan:
        if self.version == "5":
            return scan(seq, Series(2, series_key(FORBIDDEN)))
        return scan(seq, Series(2, series_key("wild+card")))

    async def listen(self) -> None:
        self._subscriber = asyncio.create_task(self._collect(), name="subscriber")
        async with asyncio.timeout(10):
            await self._subscribed.wait()

    async def _collect(self) -> None:
        client = aiomqtt.Client("127.0.0.1", self.server.port)
        try:
            async with client:
                await client.subscribe("lab/+/+/+", qos=1)
                self._subscribed.set()
                async for message in client.messages:
                    assert isinstance(message.payload, bytes)
                    self._seen.add(json.loads(message.payload)["seq"])
                    self._more.set()
        except aiomqtt.MqttError:
            return  # the server was stopped

    async def arrived(self, expected: int) -> set[int]:
        if self._subscriber is None or self._subscriber.done():
            self._subscribed.clear()
            await self.listen()
        async with asyncio.timeout(20):
            while len(self._seen) < expected:
                self._more.clear()
                await self._more.wait()
        return set(self._seen)

    async def leave(self) -> None:
        if self._subscriber is not None:
            self._subscriber.cancel()
            await asyncio.wait({self._subscriber})


class InfluxTarget:
    """InfluxDB 1.6 over its v1 API; a field that is a number already refuses text."""

    def __init__(self, folder: Path) -> None:
        self.server = InfluxDb(folder)

    def sink(self) -> InfluxSink:
        settings = InfluxSettings(url=self.server.url, site=SITE, api="v1", database="lab")
        return InfluxSink("contract", settings)

    def bad_entry(self, seq: int) -> Scan:
        key = series_key("other")
        channels = tuple(Channel(name=c.name, kind="text") for c in key.channels)
        series = Series(2, msgspec.structs.replace(key, channels=channels))
        return Scan(seq, time_of(seq), series, ("a", "b", "c"), (Status.GOOD,) * 3)

    async def listen(self) -> None:
        self.server.query("create database lab")

    async def arrived(self, expected: int) -> set[int]:
        rows = self.server.rows("select seq from scan", "lab")
        assert len(rows) >= expected
        return {row["seq"] for row in rows}

    async def leave(self) -> None:
        """Nobody listens."""


class VictoriaTarget:
    """VictoriaMetrics over the v2 API. It takes every line, so only we can refuse an entry."""

    def __init__(self, folder: Path, client: Literal["direct", "influxdb-client"]) -> None:
        self.server = VictoriaMetrics(folder)
        self._client: Literal["direct", "influxdb-client"] = client

    def sink(self) -> InfluxSink:
        settings = InfluxSettings(
            url=self.server.url,
            site=SITE,
            bucket="lab",
            token="unused",  # noqa: S106 - no secret
            client=self._client,
        )
        return InfluxSink("contract", settings)

    def bad_entry(self, seq: int) -> Scan:
        return Scan(seq, time_of(seq), SERIES, (10**400, 0.0, 0.0), good(3))

    async def listen(self) -> None:
        """It keeps everything."""

    async def arrived(self, expected: int) -> set[int]:
        found: list[Any] = self.server.export("scan_seq")
        seqs = {int(value) for series in found for value in series["values"]}
        assert len(seqs) >= expected
        return seqs

    async def leave(self) -> None:
        """Nobody listens."""


TARGETS: dict[str, Callable[[Path], Target]] = {
    "mqtt5": lambda folder: MqttTarget(folder, "5"),
    "mqtt311": lambda folder: MqttTarget(folder, "3.1.1"),
    "mqtt5-library": lambda folder: MqttTarget(folder, "5", "aiomqtt"),
    "mqtt311-library": lambda folder: MqttTarget(folder, "3.1.1", "aiomqtt"),
    "influx-v1": InfluxTarget,
    "victoria-v2": lambda folder: VictoriaTarget(folder, "direct"),
    "victoria-v2-library": lambda folder: VictoriaTarget(folder, "influxdb-client"),
}
