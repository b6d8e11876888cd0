"""Pump, journal and real servers with the network between them, and the servers, at their worst.

Each ends in the same count: every scan of the journal is at the destination; in InfluxDB once.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

import aiomqtt
import msgspec
import pytest

from daq.deliver.influx import InfluxSink
from daq.deliver.mqtt import MqttSink
from daq.deliver.pump import Pump
from daq.deliver.settings import InfluxSettings, MqttSettings, PumpSettings
from daq.deliver.sink import Sink
from daq.journal import Event, Journal, JournalReader, Scan
from drivers.model import Channel, Status
from tests.contract.sink_targets import Client
from tests.delivery import delivered, fill, pumping
from tests.journal_samples import append, running, series_key, time_of, until
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Server
from tests.servers.proxy import Proxy

QUICK = PumpSettings(
    retry_first=0.02, retry_longest=0.1, live_limit=200, backlog_batch=100, write_timeout=5.0
)
SCANS = "lab/lab/meter/power"


class Far(Protocol):
    """A server and what has arrived there."""

    server: Server

    def sink(self, port: int) -> Sink:
        """A sink that reaches the server at this port."""
        ...

    async def count(self, expected: set[int]) -> list[int]:
        """The number of every scan that arrived, once for each time, when all expected did."""
        ...


class Broker:
    """Mosquitto, which keeps messages for a subscriber that comes later."""

    duplicates = True

    def __init__(self, folder: Path, client: Client = "direct") -> None:
        self._speaks: Client = client
        options = ["persistence true", f"persistence_location {folder}/"]
        self.server = Mosquitto(folder, options=options)

    def sink(self, port: int) -> Sink:
        return MqttSink(
            "far",
            MqttSettings(host="127.0.0.1", port=port, site="lab", timeout=1.0, client=self._speaks),
        )

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            "127.0.0.1", self.server.port, identifier="later", clean_session=False
        )

    async def subscribe(self) -> None:
        async with self._client() as client:
            await client.subscribe(SCANS, qos=1)

    async def count(self, expected: set[int]) -> list[int]:
        found: list[int] = []
        async with self._client() as client, asyncio.timeout(20):
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                found.append(json.loads(message.payload)["seq"])
                if expected <= set(found):
                    break
        return found


class Database:
    """InfluxDB 1.6."""

    duplicates = False

    def __init__(self, folder: Path) -> None:
        self.server = InfluxDb(folder)

    def sink(self, port: int) -> Sink:
        url = f"http://127.0.0.1:{port}"
        return InfluxSink(
            "far", InfluxSettings(url=url, site="lab", api="v1", database="lab", timeout=1.0)
        )

    async def subscribe(self) -> None:
        self.server.query("create database lab")

    async def count(self, expected: set[int]) -> list[int]:
        rows = await asyncio.to_thread(self.server.rows, "select seq from scan", "lab")
        return [row["seq"] for row in rows]


FAR: dict[str, Callable[[Path], Broker | Database]] = {
    "mqtt": Broker,
    "mqtt-library": lambda folder: Broker(folder, "aiomqtt"),
    "influxdb": Database,
}


@pytest.fixture(params=sorted(FAR))
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Broker | Database]:
    found = FAR[request.param](tmp_path / "server")
    with found.server:
        yield found


class House(msgspec.Struct):
    """A journal that is delivered through a proxy."""

    journal: Journal
    proxy: Proxy
    pump: Pump
    path: Path


@asynccontextmanager
async def delivering(far: Broker | Database, tmp_path: Path) -> AsyncGenerator[House]:
    """In the end everything must be there, in a database once."""
    await far.subscribe()
    path = tmp_path / "j.db"
    async with AsyncExitStack() as stack:
        proxy = stack.enter_context(Proxy(far.server.port))
        journal = await stack.enter_async_context(running(path))
        pump = await stack.enter_async_context(pumping(journal, far.sink(proxy.port), QUICK))
        yield House(journal, proxy, pump, path)
        await delivered(pump, journal.committed)
        assert pump.statistics.refused == 0
    expected = scans(path)
    arrived = await far.count(expected)
    assert set(arrived) == expected
    assert far.duplicates or len(arrived) == len(expected)


def scans(path: Path) -> set[int]:
    with JournalReader(path) as reader:
        return {entry.seq for entry in reader.entries(0, 1_000_000) if isinstance(entry, Scan)}


def events(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        return [e.kind for e in reader.entries(0, 1_000_000) if isinstance(e, Event)]


async def test_over_a_slow_link_everything_arrives_in_its_time(
    far: Broker | Database, tmp_path: Path
) -> None:
    async with delivering(far, tmp_path) as house:
        house.proxy.throttle(rate=100_000, latency=0.02)
        for _ in range(3):
            await fill(house.journal, 200)
        await delivered(house.pump, house.journal.committed)
    assert events(house.path) == []


async def test_a_half_open_connection_is_found_and_left(
    far: Broker | Database, tmp_path: Path
) -> None:
    """Everything sent is swallowed, nothing comes back, nobody closes anything."""
    async with delivering(far, tmp_path) as house:
        await delivered(house.pump, await fill(house.journal, 50))
        house.proxy.swallow()
        await fill(house.journal, 300)
        await until(lambda: house.pump.statistics.fault != "")
        await fill(house.journal, 300)
        house.proxy.resume()
    assert events(house.path) == ["sink-lost", "sink-restored"]


async def test_a_link_that_stalls_for_a_while_costs_nothing(
    far: Broker | Database, tmp_path: Path
) -> None:
    async with delivering(far, tmp_path) as house:
        await delivered(house.pump, await fill(house.journal, 50))
        house.proxy.stall()
        await fill(house.journal, 300)
        house.proxy.resume()


async def test_resets_in_mid_batch_lose_nothing(far: Broker | Database, tmp_path: Path) -> None:
    async with delivering(far, tmp_path) as house:
        for number, sent in enumerate((1, 500, 2_000, 3_000, 5_000), 1):
            house.proxy.cut_after(sent)
            async with asyncio.timeout(30):
                while house.proxy.cuts < number:
                    await fill(house.journal, 100)


async def test_a_server_restarted_in_mid_batch_loses_nothing(
    far: Broker | Database, tmp_path: Path
) -> None:
    """Stopped in order, as an upgrade does; Mosquitto keeps what it has for its subscriber."""
    async with delivering(far, tmp_path) as house:
        for _ in range(3):
            house.proxy.throttle(rate=200_000)
            filling = asyncio.create_task(fill(house.journal, 600), name="fill")
            await asyncio.sleep(0.1)
            await asyncio.to_thread(far.server.stop)
            await filling
            await asyncio.to_thread(far.server.start)
            house.proxy.throttle()
            await fill(house.journal, 50)


async def test_away_for_long_and_back_with_a_backlog(
    far: Broker | Database, tmp_path: Path
) -> None:
    async with delivering(far, tmp_path) as house:
        house.proxy.refuse()
        await fill(house.journal, 2_500)
        await until(lambda: house.pump.statistics.fault != "")
        house.proxy.accept()
        await delivered(house.pump, house.journal.committed)
        assert house.pump.statistics.historical >= 2_000
    assert events(house.path) == ["sink-lost", "sink-restored"]


async def test_a_database_that_is_dropped_and_made_again_gets_the_rest(tmp_path: Path) -> None:
    far = Database(tmp_path / "server")
    with far.server:
        await far.subscribe()
        async with (
            running(tmp_path / "j.db") as journal,
            pumping(journal, far.sink(far.server.port), QUICK) as pump,
        ):
            await delivered(pump, await fill(journal, 50))
            far.server.query("drop database lab")
            first_lost = journal.committed + 1
            await fill(journal, 300)
            await until(lambda: "database not found" in pump.statistics.fault)
            assert pump.statistics.refused == 0
            far.server.query("create database lab")
            await fill(journal, 300)
            await delivered(pump, journal.committed)
        arrived = await far.count(set())
    expected = {seq for seq in scans(tmp_path / "j.db") if seq >= first_lost}
    assert len(arrived) == len(set(arrived))
    assert set(arrived) == expected
    with JournalReader(tmp_path / "j.db") as reader:
        lost = next(e for e in reader.entries(0, 1_000) if isinstance(e, Event))
    assert (lost.kind, lost.severity) == ("sink-lost", "error")


async def test_only_points_of_another_type_are_refused(tmp_path: Path) -> None:
    far = Database(tmp_path / "server")
    key = series_key("changed")
    text = msgspec.structs.replace(
        key, channels=tuple(Channel(name=c.name, kind="text") for c in key.channels)
    )
    with far.server:
        await far.subscribe()
        async with (
            running(tmp_path / "j.db") as journal,
            pumping(journal, far.sink(far.server.port), QUICK) as pump,
        ):
            await delivered(pump, await fill(journal, 10))
            wrong, last = list[int](), 0
            for number in range(100):
                last = append(journal, journal.series(key), number)
                if number % 9 == 5:
                    values, good = ("a", "b", "c"), (Status.GOOD,) * 3
                    last = journal.append_scan(
                        journal.series(text), time_of(1_000 + number), values, good
                    )
                    wrong.append(last)
            await journal.wait_beyond(last - 1)
            await delivered(pump, last)
        arrived = await far.count(set())
    with JournalReader(tmp_path / "j.db") as reader:
        quarantined = {entry.seq: entry.reason for entry in reader.quarantined("far")}
    assert sorted(quarantined) == wrong
    assert all("field type conflict" in reason for reason in quarantined.values())
    assert set(arrived) == scans(tmp_path / "j.db") - set(wrong)
    assert events(tmp_path / "j.db") == ["entries-refused"]


async def test_with_a_wrong_password_everything_waits_until_it_is_mended(tmp_path: Path) -> None:
    users = {"daq": "right", "later": "right"}
    with Mosquitto(tmp_path / "server", users=users) as server:
        settings = MqttSettings(host="127.0.0.1", port=server.port, site="lab", user="daq")
        wrong = MqttSink("far", msgspec.structs.replace(settings, password="wrong"))  # noqa: S106 - a test's
        async with running(tmp_path / "j.db") as journal:
            async with pumping(journal, wrong, QUICK) as pump:
                await fill(journal, 300)
                await until(lambda: pump.statistics.fault != "")
                assert (pump.statistics.delivered, pump.statistics.refused) == (0, 0)
            right = MqttSink("far", msgspec.structs.replace(settings, password="right"))  # noqa: S106
            async with pumping(journal, right, QUICK) as pump:
                await delivered(pump, journal.committed)
                assert pump.statistics.delivered >= 300
