"""MQTT QoS 1 through the product's sink to a real Mosquitto, beside aiomqtt.

aiomqtt is measured twice: beneath the sink, and used directly. Messages are scans with payloads of
about 120 bytes, written in batches as the pump writes them.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Literal

import aiomqtt

from daq.deliver.mqtt import MqttSink
from daq.deliver.mqtt_payload import Composer
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import Outcome
from daq.journal.entry import Scan
from tests.bench.figure import Figure, RowError
from tests.bench.plant.process import move_to_other_core
from tests.bench.plant.scans import made_scans
from tests.bench.plant.throughput import BATCH, Speed, in_batches, on_core
from tests.servers.mosquitto import Mosquitto

TARGET = 25_000.0
CHANNELS = 2
AHEAD = 200
HOST = "127.0.0.1"


def measure(*, quick: bool) -> list[Figure]:
    """Publishes a second, each answered by the broker, best of some rounds of each."""
    scans = made_scans(5_000 if quick else 20_000, CHANNELS)
    with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder) / "broker") as broker:
        move_to_other_core(broker.pid)
        with on_core():
            ours = asyncio.run(_through_sink(scans, broker.port, "direct"))
            library = asyncio.run(_through_sink(scans[: len(scans) // 2], broker.port, "aiomqtt"))
            theirs = asyncio.run(_through_aiomqtt(scans, broker.port))
    payload = Composer("lab", "bench").scan(scans[0], historical=False, retain=True).payload
    return [
        Figure(
            row="mqtt",
            what="MQTT QoS 1 publishes, payload of about 120 bytes",
            value=ours.rate,
            unit="/s",
            target=TARGET,
            rivals={"the sink over aiomqtt": library.rate, "aiomqtt": theirs.rate},
            detail={
                "bytes of payload": len(payload),
                "CPU us a publish": ours.cpu * 1e6,
                "of the sink over aiomqtt": library.cpu * 1e6,
                "of aiomqtt": theirs.cpu * 1e6,
            },
        )
    ]


async def _through_sink(
    scans: list[Scan], port: int, client: Literal["direct", "aiomqtt"]
) -> Speed:
    sink = MqttSink("bench", MqttSettings(host=HOST, port=port, site="bench", client=client))
    await sink.connect()
    try:

        async def write(batch: list[Scan]) -> None:
            if await sink.write(batch, historical=False) != Outcome():
                raise RowError("the broker did not take everything")

        return await in_batches(scans, write)
    finally:
        await sink.close()


async def _through_aiomqtt(scans: list[Scan], port: int) -> Speed:
    """The same messages by the library's own publish, ``AHEAD`` calls at a time."""
    composer = Composer("lab", "bench")
    ahead = asyncio.Semaphore(AHEAD)
    async with aiomqtt.Client(HOST, port, max_inflight_messages=AHEAD) as client:
        client.pending_calls_threshold = BATCH

        async def publish(scan: Scan) -> None:
            message = composer.scan(scan, historical=False, retain=True)
            async with ahead:
                await client.publish(message.topic, message.payload, 1)

        async def write(batch: list[Scan]) -> None:
            await asyncio.gather(*map(publish, batch))

        return await in_batches(scans[: len(scans) // 4], write)
