"""The pump with everything real: a journal on disk, a broker, a database."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Self

import aiomqtt
import msgspec

from daq.deliver.influx import InfluxSink
from daq.deliver.mqtt import MqttSink
from daq.deliver.pump import Pump
from daq.deliver.settings import InfluxSettings, MqttSettings, PumpSettings
from daq.deliver.sink import Sink
from daq.journal import Journal, JournalReader, Scan
from tests.contract.sink_targets import FORBIDDEN
from tests.delivery import delivered, fill
from tests.delivery import pumping as pumping_with
from tests.journal_samples import append, running, series_key, until
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto

pytest_plugins = ["tests.servers.fixtures"]

SCANS = "lab/lab/meter/power"
QUICK = PumpSettings(retry_first=0.02, retry_longest=0.2, live_limit=200, backlog_batch=50)


def mqtt(server: Mosquitto) -> MqttSink:
    return MqttSink(
        "broker", MqttSettings(host="127.0.0.1", port=server.port, site="lab", timeout=5.0)
    )


def influx(server: InfluxDb) -> InfluxSink:
    return InfluxSink(
        "history", InfluxSettings(url=server.url, site="lab", api="v1", database="lab")
    )


def pumping(
    journal: Journal, sink: Sink, settings: PumpSettings = QUICK
) -> AbstractAsyncContextManager[Pump]:
    return pumping_with(journal, sink, settings)


class Subscriber:
    """Everything published below ``lab``, across restarts of the broker."""

    def __init__(self, server: Mosquitto) -> None:
        self._server = server
        self.messages: list[tuple[str, dict[str, Any], bool]] = []
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._collect(), name="subscriber")
        await self.ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def ready(self) -> None:
        async with asyncio.timeout(20):
            await self._ready.wait()

    async def _collect(self) -> None:
        while True:
            with suppress(aiomqtt.MqttError):
                async with aiomqtt.Client("127.0.0.1", self._server.port) as client:
                    await client.subscribe("lab/#", qos=1)
                    self._ready.set()
                    async for message in client.messages:
                        assert isinstance(message.payload, bytes)
                        content = json.loads(message.payload)
                        self.messages.append((str(message.topic), content, message.retain))
            self._ready.clear()
            await asyncio.sleep(0.02)

    def scans(self, *, historical: bool | None = None) -> list[int]:
        """Sequence numbers of the scans heard, without what was retained from before."""
        return [
            content["seq"]
            for topic, content, retained in self.messages
            if topic == SCANS
            and not retained
            and historical in (None, content.get("historical", False))
        ]

    def events(self) -> list[str]:
        return [content["kind"] for topic, content, _ in self.messages if topic.endswith("_events")]


def scans_of(path: Path) -> list[int]:
    with JournalReader(path) as reader:
        found = reader.entries(0, 1_000_000)
    return [entry.seq for entry in found if isinstance(entry, Scan)]


async def retained_seq(server: Mosquitto, topic: str = SCANS) -> int:
    async with aiomqtt.Client("127.0.0.1", server.port) as client:
        await client.subscribe(topic, qos=1)
        async with asyncio.timeout(10):
            message = await anext(client.messages)
    assert isinstance(message.payload, bytes)
    return int(json.loads(message.payload)["seq"])


async def test_everything_journalled_arrives_at_broker_and_database(
    private_mosquitto: Mosquitto, private_influxdb: InfluxDb, tmp_path: Path
) -> None:
    private_influxdb.query("create database lab")
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(running(tmp_path / "j.db"))
        heard = await stack.enter_async_context(Subscriber(private_mosquitto))
        broker = await stack.enter_async_context(pumping(journal, mqtt(private_mosquitto)))
        history = await stack.enter_async_context(pumping(journal, influx(private_influxdb)))
        last = await fill(journal, 2000)
        await delivered(broker, last)
        await delivered(history, last)
        await until(lambda: len(heard.scans()) >= 2000)
    journalled = scans_of(tmp_path / "j.db")
    assert sorted(heard.scans()) == journalled
    rows = private_influxdb.rows("select seq from scan", "lab")
    assert sorted(row["seq"] for row in rows) == journalled


async def test_a_broker_outage_costs_nothing_and_the_newest_come_first(
    private_mosquitto: Mosquitto, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(running(tmp_path / "j.db"))
        heard = await stack.enter_async_context(Subscriber(private_mosquitto))
        pump = await stack.enter_async_context(pumping(journal, mqtt(private_mosquitto)))
        await delivered(pump, await fill(journal, 100))
        await until(lambda: len(heard.scans()) == 100)
        private_mosquitto.kill()
        await until(lambda: pump.statistics.fault != "")
        before = len(heard.scans())
        await fill(journal, 1000)
        private_mosquitto.start()
        await until(lambda: "sink-restored" in heard.events() or not pump.statistics.fault)
        await heard.ready()
        last = await fill(journal, 100)
        await delivered(pump, journal.committed)
        await until(lambda: last in heard.scans())
        assert await retained_seq(private_mosquitto) == last
        assert pump.statistics.historical >= 700
    assert before == 100
    backlog = heard.scans(historical=True)
    assert backlog == sorted(backlog)
    live = heard.scans(historical=False)
    assert live == sorted(live)
    with JournalReader(tmp_path / "j.db") as reader:
        cursor = reader.cursors()["broker"]
        events = [e.kind for e in reader.entries(0, 10_000) if not isinstance(e, Scan)]
    assert cursor.backlog == ()
    assert events == ["sink-lost", "sink-restored"]


async def test_restarts_in_mid_delivery_lose_nothing(
    private_mosquitto: Mosquitto, private_influxdb: InfluxDb, tmp_path: Path
) -> None:
    """Ten runs that are stopped at any moment; the last one may finish."""
    private_influxdb.query("create database lab")
    async with Subscriber(private_mosquitto) as heard:
        for run in range(10):
            async with AsyncExitStack() as stack:
                journal = await stack.enter_async_context(running(tmp_path / "j.db"))
                pumps = [
                    await stack.enter_async_context(pumping(journal, sink))
                    for sink in (mqtt(private_mosquitto), influx(private_influxdb))
                ]
                last = await fill(journal, 137)
                if run == 9:
                    for pump in pumps:
                        await delivered(pump, last)
        journalled = set(scans_of(tmp_path / "j.db"))
        await until(lambda: set(heard.scans()) >= journalled)
        assert await retained_seq(private_mosquitto) == max(journalled)
    assert set(heard.scans()) == journalled
    rows = private_influxdb.rows("select seq from scan", "lab")
    assert sorted(row["seq"] for row in rows) == sorted(journalled)


async def test_what_the_broker_denies_is_in_quarantine_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    acl = ["topic readwrite #", f"topic deny lab/+/{FORBIDDEN}/#"]
    with Mosquitto(tmp_path / "server", acl=acl) as server:
        async with (
            running(tmp_path / "j.db") as journal,
            Subscriber(server) as heard,
            pumping(journal, mqtt(server)) as pump,
        ):
            allowed, forbidden = journal.series(series_key()), journal.series(series_key(FORBIDDEN))
            denied: list[int] = []
            for number in range(100):
                append(journal, allowed, number)
                denied.append(append(journal, forbidden, number))
            last = denied[-1]
            await journal.wait_beyond(last - 1)
            await delivered(pump, last)
            await until(lambda: len(heard.scans()) == 100)
            assert pump.statistics.refused == 100
    with JournalReader(tmp_path / "j.db") as reader:
        found = {entry.seq: entry.reason for entry in reader.quarantined("broker")}
    assert sorted(found) == denied
    assert set(found.values()) == {
        f"lab/lab/{FORBIDDEN}/power: not authorized to publish to this topic"
    }


async def test_the_retained_value_never_goes_back_whatever_happens(
    private_mosquitto: Mosquitto, tmp_path: Path
) -> None:
    """The pump is stopped in mid-delivery and started again with a backlog, several times."""
    small = msgspec.structs.replace(QUICK, live_limit=30, backlog_batch=10)
    newest = 0
    for run in range(6):
        async with (
            running(tmp_path / "j.db") as journal,
            pumping(journal, mqtt(private_mosquitto), small) as pump,
        ):
            last = await fill(journal, 97)
            if run % 2:
                await until(lambda pump=pump: pump.statistics.delivered > 0)
                found = await retained_seq(private_mosquitto)
                assert found >= newest
                newest = found
            else:
                await delivered(pump, last)
                newest = await retained_seq(private_mosquitto)
                assert newest == last


async def test_a_slow_series_is_retained_at_once_after_an_outage_in_which_the_broker_forgot(
    private_mosquitto: Mosquitto, tmp_path: Path
) -> None:
    """Mosquitto keeps nothing here; the backlog would need an hour to reach the oven's scan."""
    ovens = msgspec.structs.replace(QUICK, backlog_rate=0.1, backlog_batch=1)
    async with (
        running(tmp_path / "j.db") as journal,
        pumping(journal, mqtt(private_mosquitto), ovens) as pump,
    ):
        idle = append(journal, journal.series(series_key("idle")), 1)
        await delivered(pump, idle)
        private_mosquitto.kill()
        await until(lambda: pump.statistics.fault != "")
        await fill(journal, 300)
        oven = append(journal, journal.series(series_key("oven")), 1)
        await fill(journal, 300)
        private_mosquitto.start()
        await until(lambda: not pump.statistics.fault)
        assert await retained_seq(private_mosquitto, "lab/lab/oven/power") == oven
        assert await retained_seq(private_mosquitto, "lab/lab/idle/power") == idle
        assert pump.statistics.backlog > 300
