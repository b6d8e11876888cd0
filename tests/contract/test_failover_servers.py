"""Two real servers of each kind behind one pump: whichever is there gets what is acquired."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from daq.build.sinks import build_pump, build_sink, sink_setup
from daq.config.sink import InfluxSink as InfluxConfig
from daq.config.sink import MqttSink as MqttConfig
from daq.deliver.failover import Failover
from daq.deliver.influx import InfluxSink
from daq.deliver.mqtt import MqttSink
from daq.deliver.pump import Pump
from daq.deliver.settings import FailoverSettings, InfluxSettings, MqttSettings, PumpSettings
from daq.deliver.sink import Sink
from daq.journal import Event, Journal, JournalReader, Scan
from tests.contract.sink_targets import InfluxTarget, MqttTarget, Target, VictoriaTarget
from tests.delivery import delivered, fill, pumping
from tests.journal_samples import append, running, series_key, until
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.servers.proxy import Proxy

pytest_plugins = ["tests.servers.fixtures"]

QUICK = PumpSettings(retry_first=0.02, retry_longest=0.1, live_limit=500)
SWITCHING = FailoverSettings(connect_timeout=10.0, avoid_first=0.2, avoid_longest=0.4)
KINDS: dict[str, Callable[[Path], Target]] = {
    "mqtt": lambda folder: MqttTarget(folder, "5"),
    "mqtt-library": lambda folder: MqttTarget(folder, "5", "aiomqtt"),
    "influxdb": InfluxTarget,
    "victoria": lambda folder: VictoriaTarget(folder, "direct"),
}


@pytest.fixture(params=sorted(KINDS))
def targets(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[list[Target]]:
    found: list[Target] = [KINDS[request.param](tmp_path / name) for name in ("first", "second")]
    with found[0].server, found[1].server:
        yield found


@asynccontextmanager
async def delivering(journal: Journal, *sinks: Sink) -> AsyncGenerator[Pump]:
    async with pumping(journal, Failover(journal, sinks, SWITCHING), QUICK) as pump:
        yield pump


def events(path: Path) -> list[Event]:
    with JournalReader(path) as reader:
        return [entry for entry in reader.entries(0, 100_000) if isinstance(entry, Event)]


def scans(path: Path) -> set[int]:
    with JournalReader(path) as reader:
        return {entry.seq for entry in reader.entries(0, 100_000) if isinstance(entry, Scan)}


async def have_arrived(target: Target, numbers: set[int]) -> None:
    assert len(numbers) == 50
    async with asyncio.timeout(20):
        while not numbers <= await target.arrived(0):  # noqa: ASYNC110 - servers tell nobody
            await asyncio.sleep(0.02)


async def test_the_second_serves_while_the_first_is_away(
    targets: list[Target], tmp_path: Path
) -> None:
    first, second = targets
    async with AsyncExitStack() as stack:
        for target in targets:
            await target.listen()
            stack.push_async_callback(target.leave)
        journal = await stack.enter_async_context(running(tmp_path / "j.db"))
        pump = await stack.enter_async_context(delivering(journal, first.sink(), second.sink()))
        await delivered(pump, await fill(journal, 50))
        before = scans(tmp_path / "j.db")
        await have_arrived(first, before)
        first.server.stop()
        await delivered(pump, await fill(journal, 50))
        assert pump.statistics.address == second.sink().address
        meanwhile = scans(tmp_path / "j.db") - before
        await have_arrived(second, meanwhile)
        first.server.start()
        await first.listen()
        await until(lambda: pump.statistics.address == first.sink().address)
        await delivered(pump, await fill(journal, 50))
        await have_arrived(first, scans(tmp_path / "j.db") - before - meanwhile)
        assert not before & await second.arrived(0) - {max(before)}
    kinds = [event.kind for event in events(tmp_path / "j.db")]
    assert kinds == ["sink-lost", "sink-switched", "sink-restored", "sink-switched"]


async def test_a_first_that_says_nothing_costs_no_more_than_its_deadline(
    targets: list[Target], tmp_path: Path
) -> None:
    first, second = targets
    async with AsyncExitStack() as stack:
        await second.listen()
        stack.push_async_callback(second.leave)
        first.server.send(signal.SIGSTOP)
        stack.callback(first.server.send, signal.SIGCONT)
        journal = await stack.enter_async_context(running(tmp_path / "j.db"))
        impatient = FailoverSettings(connect_timeout=0.5, avoid_first=60.0)
        sink = Failover(journal, [first.sink(), second.sink()], impatient)
        pump = await stack.enter_async_context(pumping(journal, sink, QUICK))
        last = await fill(journal, 20)
        await delivered(pump, last)
        assert len(await second.arrived(20)) == 20


def broker(port: int, **settings: Any) -> MqttSink:  # noqa: ANN401 - any setting
    return MqttSink(
        "broker", MqttSettings(host="127.0.0.1", port=port, site="lab", timeout=0.5, **settings)
    )


def database(url: str) -> InfluxSink:
    return InfluxSink("history", InfluxSettings(url=url, site="lab", api="v1", database="lab"))


async def test_a_password_that_is_wrong_at_the_first_does_not_hide_the_second(
    tmp_path: Path,
) -> None:
    with (
        Mosquitto(tmp_path / "a", users={"daq": "other"}) as first,
        Mosquitto(tmp_path / "b", users={"daq": "right"}) as second,
    ):
        sinks = [broker(s.port, user="daq", password="right") for s in (first, second)]  # noqa: S106 - a test's
        async with running(tmp_path / "j.db") as journal, delivering(journal, *sinks) as pump:
            last = await fill(journal, 20)
            await delivered(pump, last)
            assert pump.statistics.address == f"127.0.0.1:{second.port}"
            assert not pump.statistics.fault
    (switch,) = events(tmp_path / "j.db")
    assert switch.kind == "sink-switched"
    assert "not authorized" in switch.text or "bad user name" in switch.text


async def test_a_database_that_is_missing_at_the_first_does_not_hide_the_second(
    tmp_path: Path,
) -> None:
    with InfluxDb(tmp_path / "a") as first, InfluxDb(tmp_path / "b") as second:
        second.query("create database lab")
        sinks = [database(first.url), database(second.url)]
        async with running(tmp_path / "j.db") as journal, delivering(journal, *sinks) as pump:
            await delivered(pump, await fill(journal, 20))
            assert pump.statistics.address == second.url
            first.query("create database lab")
            await until(lambda: pump.statistics.address == first.url)
            await delivered(pump, await fill(journal, 20))
        rows = [server.rows("select seq from scan", "lab") for server in (first, second)]
    assert sorted(row["seq"] for part in rows for row in part) == sorted(scans(tmp_path / "j.db"))


async def test_a_first_that_takes_connections_and_swallows_the_rest_is_left(
    tmp_path: Path,
) -> None:
    with (
        Mosquitto(tmp_path / "a") as first,
        Mosquitto(tmp_path / "b") as second,
        Proxy(first.port) as between,
    ):
        sinks = [broker(between.port), broker(second.port)]
        async with running(tmp_path / "j.db") as journal, delivering(journal, *sinks) as pump:
            await delivered(pump, await fill(journal, 20))
            between.swallow()
            await delivered(pump, await fill(journal, 200))
            assert pump.statistics.address == f"127.0.0.1:{second.port}"
            between.resume()
            await until(lambda: pump.statistics.address == f"127.0.0.1:{between.port}")
            await delivered(pump, await fill(journal, 20))


async def test_the_second_broker_is_shown_the_present_of_every_series_at_once(
    tmp_path: Path,
) -> None:
    """The oven is read once an hour; the second broker has never heard of it."""
    target = MqttTarget(tmp_path / "b", "5")
    with Mosquitto(tmp_path / "a") as first, target.server:
        sinks = [broker(first.port), broker(target.server.port)]
        async with running(tmp_path / "j.db") as journal, delivering(journal, *sinks) as pump:
            oven = append(journal, journal.series(series_key("oven")), 1)
            await delivered(pump, await fill(journal, 5))
            first.kill()
            await delivered(pump, await fill(journal, 5))
            await target.listen()  # hears first what is retained
            assert oven in await target.arrived(2)
            await target.leave()


async def test_it_is_what_servers_of_the_configuration_become(
    mosquitto: Mosquitto, influxdb: InfluxDb, tmp_path: Path
) -> None:
    influxdb.query("create database failover")
    nobody = free_port()
    tables = (
        MqttConfig(type="mqtt", servers=[f"127.0.0.1:{nobody}", f"127.0.0.1:{mosquitto.port}"]),
        InfluxConfig(
            type="influxdb",
            urls=[f"http://127.0.0.1:{nobody}", influxdb.url],
            version=1,
            database="failover",
        ),
    )
    async with running(tmp_path / "j.db") as journal:
        for name, table in zip(("broker", "history"), tables, strict=True):
            setup = sink_setup(name, table, "failover")
            pump = build_pump(journal, build_sink(name, setup), setup)
            task = asyncio.create_task(pump.run(), name=name)
            await delivered(pump, await fill(journal, 10))
            assert str(nobody) not in pump.statistics.address
            task.cancel()
            await asyncio.wait({task})
    assert [e.kind for e in events(tmp_path / "j.db")] == ["sink-switched"] * 2
