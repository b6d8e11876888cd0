"""Line protocol through the product's sink, beside the write API of influxdb-client.

Scans of ten channels, a line each, in batches as the pump writes them, compressed.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync

from daq.deliver.influx import InfluxSink
from daq.deliver.lineprotocol import Encoder
from daq.deliver.settings import InfluxSettings
from daq.journal.entry import Scan
from tests.bench.figure import Figure
from tests.bench.plant.process import move_to_other_core
from tests.bench.plant.scans import made_scans
from tests.bench.plant.throughput import Speed, in_batches, on_core
from tests.servers.influxdb import InfluxDb
from tests.servers.victoriametrics import VictoriaMetrics

CHANNELS = 10


def measure(*, quick: bool) -> list[Figure]:
    """Lines a second to InfluxDB 1.6, and the same through library and sink to one server."""
    scans = made_scans(4_000 if quick else 20_000, CHANNELS)
    with tempfile.TemporaryDirectory() as folder, InfluxDb(Path(folder) / "v1") as server:
        server.query("create database bench")
        move_to_other_core(server.pid)
        v1 = InfluxSettings(url=server.url, site="bench", api="v1", database="bench")
        with on_core():
            first = asyncio.run(_through_sink(scans, v1))
    with tempfile.TemporaryDirectory() as folder, VictoriaMetrics(Path(folder) / "v2") as server:
        move_to_other_core(server.pid)
        v2 = InfluxSettings(url=server.url, site="bench", bucket="bench")
        with on_core():
            second = asyncio.run(_through_sink(scans, v2))
            library = asyncio.run(_through_library(scans, server.url))
    return [
        Figure(
            row="influxdb",
            what="InfluxDB lines of ten fields, gzip, API of version 1",
            value=first.rate,
            unit="/s",
            rivals={"influxdb-client (version 2)": library.rate},
            detail={
                "version 2, VictoriaMetrics": second.rate,
                "CPU us a line": first.cpu * 1e6,
                "of influxdb-client": library.cpu * 1e6,
                "encoding alone": _encoding(scans) * 1e6,
            },
        )
    ]


async def _through_sink(scans: list[Scan], settings: InfluxSettings) -> Speed:
    sink = InfluxSink("bench", settings)
    await sink.connect()
    try:

        async def write(batch: list[Scan]) -> None:
            await sink.write(batch, historical=False)

        return await in_batches(scans, write)
    finally:
        await sink.close()


async def _through_library(scans: list[Scan], url: str) -> Speed:
    """The same finished lines; with its Points it would be slower still."""
    encoder = Encoder("bench")
    client: Any = InfluxDBClientAsync(url, "", "", enable_gzip=True)
    try:

        async def write(batch: list[Scan]) -> None:
            lines = [encoder.encode(scan).data for scan in batch]
            await client.write_api().write("bench", "", lines, "ns")

        return await in_batches(scans, write)
    finally:
        await client.close()


def _encoding(scans: list[Scan]) -> float:
    encoder = Encoder("bench")
    started = time.process_time()
    for scan in scans:
        encoder.encode(scan)
    return (time.process_time() - started) / len(scans)
