"""How fast the sinks deliver: ``python tests/bench/delivery.py [scans]``.

Starts a real Mosquitto, InfluxDB and VictoriaMetrics, writes scans of ten channels in batches
of 1000 and prints scans per second and CPU microseconds a scan of this process alone.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aiomqtt
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync

sys.path.insert(0, str(Path(__file__).parents[2]))

from daq.deliver.influx import InfluxSink
from daq.deliver.lineprotocol import Encoder
from daq.deliver.mqtt import MqttSink
from daq.deliver.mqtt_payload import Composer
from daq.deliver.settings import InfluxSettings, MqttSettings
from daq.deliver.sink import Sink
from daq.journal.entry import Entry, Scan, Series, SeriesKey
from drivers.model import Channel, Status
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoriametrics import VictoriaMetrics

BATCH = 1000
CHANNELS = 10
START = 1_790_000_000_000_000_000
HOST = "127.0.0.1"


def scans(count: int) -> list[Entry]:
    """Scans of 20 series in turn, all good."""
    channels = tuple(Channel(name=f"channel_{n}", unit="V") for n in range(CHANNELS))
    series = [
        Series(n + 1, SeriesKey(site="bench", instrument=f"meter-{n}", group="power",
                                model="eastron-sdm630", asset=f"EM-{n:04}", interval=1.0,
                                channels=channels))
        for n in range(20)
    ]  # fmt: skip
    good = (Status.GOOD,) * CHANNELS
    return [
        Scan(seq, START + seq * 1_000_000, series[seq % 20],
             tuple(230.0 + seq * 0.001 + n for n in range(CHANNELS)), good)
        for seq in range(1, count + 1)
    ]  # fmt: skip


def report(what: str, count: int, wall: float, cpu: float) -> None:
    """One line of the table."""
    print(f"{what:34} {count / wall:10,.0f}/s {cpu / count * 1e6:8.1f} us CPU a scan")  # noqa: T201 - a script


def encoding(what: str, entries: list[Entry], encode: Callable[[Entry], object]) -> None:
    """Encoding alone, no I/O."""
    started = time.process_time()
    for entry in entries:
        encode(entry)
    used = time.process_time() - started
    report(what, len(entries), used, used)


async def deliver(what: str, entries: list[Entry], sink: Sink) -> None:
    """Write everything in batches to a connected sink."""
    await sink.connect()
    await sink.write(entries[:10], historical=False)
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(entries), BATCH):
        await sink.write(entries[start : start + BATCH], historical=False)
    report(what, len(entries), time.perf_counter() - wall, time.process_time() - cpu)
    await sink.close()


async def through_aiomqtt(what: str, entries: list[Entry], port: int) -> None:
    """The same messages through the publish of aiomqtt, 200 calls at a time."""
    composer = Composer("lab", "bench")
    ahead = asyncio.Semaphore(200)
    async with aiomqtt.Client(HOST, port, max_inflight_messages=200) as client:
        client.pending_calls_threshold = 1000

        async def publish(entry: Entry) -> None:
            message = composer.scan(cast("Scan", entry), historical=False, retain=True)
            async with ahead:
                await client.publish(message.topic, message.payload, 1)

        wall, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(entries), BATCH):
            await asyncio.gather(*(publish(entry) for entry in entries[start : start + BATCH]))
        report(what, len(entries), time.perf_counter() - wall, time.process_time() - cpu)


async def through_influxdb_client(what: str, entries: list[Entry], url: str) -> None:
    """The same lines through the write API of influxdb-client, which compresses by itself."""
    encoder = Encoder("bench")
    client: Any = InfluxDBClientAsync(url, "", "", enable_gzip=True)
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(entries), BATCH):
        lines = [encoder.encode(entry).data for entry in entries[start : start + BATCH]]
        await client.write_api().write("bench", "", lines, "ns")
    report(what, len(entries), time.perf_counter() - wall, time.process_time() - cpu)
    await client.close()


async def latency(what: str, entries: list[Entry], sink: Sink) -> None:
    """One scan at a time: how long until the broker has answered."""
    await sink.connect()
    times: list[float] = []
    for entry in entries:
        started = time.perf_counter()
        await sink.write([entry], historical=False)
        times.append((time.perf_counter() - started) * 1000)
    await sink.close()
    times.sort()
    middle, late = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"{what:34} p50 {middle:.2f} ms, p99 {late:.2f} ms")  # noqa: T201 - a script


async def main(count: int, folder: Path) -> None:
    """Measure everything."""
    entries = scans(count)
    composer, encoder = Composer("lab", "bench"), Encoder("bench")
    encoding("JSON payload", entries, lambda e: composer.scan(e, historical=False, retain=True))  # pyright: ignore[reportArgumentType] - scans only
    encoding("line protocol", entries, encoder.encode)
    with Mosquitto(folder / "mosquitto") as server:
        five = MqttSettings(host=HOST, port=server.port, site="bench")
        old = MqttSettings(host=HOST, port=server.port, site="bench", version="3.1.1")
        await deliver("MQTT 5, QoS 1", entries, MqttSink("five", five))
        await deliver("MQTT 3.1.1, QoS 1", entries, MqttSink("old", old))
        await through_aiomqtt("MQTT 3.1.1 by aiomqtt's publish", entries, server.port)
        await latency("MQTT 5, one at a time", entries[:1000], MqttSink("five", five))
    with Mosquitto(folder / "wide", options=["max_inflight_messages 1000"]) as server:
        five = MqttSettings(host=HOST, port=server.port, site="bench")
        await deliver("MQTT 5, receive maximum 1000", entries, MqttSink("five", five))
    with InfluxDb(folder / "influxdb") as server:
        server.query("create database bench")
        v1 = InfluxSettings(url=server.url, site="bench", api="v1", database="bench")
        await deliver("InfluxDB 1.6, v1, gzip", entries, InfluxSink("v1", v1))
    with VictoriaMetrics(folder / "victoriametrics") as server:
        v2 = InfluxSettings(url=server.url, site="bench", bucket="bench")
        await deliver("VictoriaMetrics, v2, gzip", entries, InfluxSink("v2", v2))
        await through_influxdb_client("v2 by influxdb-client's write API", entries, server.url)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, Path(temporary)))
