"""Pieces of the way of a scan, ours and other people's, of which instructions are counted.

Servers and units are those of ``Where``; they run in other processes, at their own speed.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import aiomqtt
import msgspec
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync

from daq.acquire.poller import BusPoller
from daq.deliver.influx import InfluxSink
from daq.deliver.lineprotocol import Encoder
from daq.deliver.mqtt import MqttSink
from daq.deliver.mqtt_payload import Composer
from daq.deliver.settings import InfluxSettings, MqttSettings
from daq.deliver.sink import Sink
from daq.journal.intake import Intake
from daq.journal.losses import Counters
from daq.journal.settings import JournalSettings
from daq.journal.store import Store
from drivers.transport.link import Link
from tests.bench.dead_unit import Case, Silencer, Tally, bus_of, poller_of
from tests.bench.plant import modbus_reader
from tests.bench.plant.hot_path import REGISTERS, pieces
from tests.bench.plant.scans import made_scans
from tests.modbus_lab import memory_link
from tests.virtual_time import VirtualLoop

HOST = "127.0.0.1"
CONNECTIONS = 10
BATCH = 100
FIELDS = 10
AHEAD = 100
MANY, FEW = 200, 10


class Where(msgspec.Struct, frozen=True):
    """Ports of the units, of a broker and of a database that speaks InfluxDB's version 2."""

    units: int
    broker: int
    database: str


class Piece(msgspec.Struct, frozen=True):
    """``work`` does so many rounds of it; ``scans`` a round."""

    work: Callable[[Where, int], None]
    rounds: int
    scans: int = 1


def _hot(name: str, _where: Where, rounds: int) -> None:
    known = pieces()
    chosen = list(known.values()) if name == "all" else [known[name]]
    for _ in range(rounds):
        for each in chosen:
            each()


def _asked(who: str, where: Where, rounds: int) -> None:
    """Requests over real connections, each asking again as soon as it is answered."""
    asyncio.run(modbus_reader.ask_all(who, where.units, CONNECTIONS, rounds))


def _polled(units: int, _where: Where, seconds: int) -> None:
    """Pollers of lines in memory, a unit each and a scan a second, on virtual time."""

    async def main() -> None:
        case = Case(38400, 1.0, units=1)
        pollers = [_poller(case) for _ in range(units)]
        tasks = [asyncio.create_task(poller.run()) for poller in pollers]
        await asyncio.sleep(seconds + 0.5)
        for task in tasks:
            task.cancel()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())


def _poller(case: Case) -> BusPoller:
    settings = bus_of(case, "memory").settings(modbus=True)

    async def opener() -> Link:
        return memory_link(Silencer(case).hear, settings)[0]

    return poller_of(case, opener, Tally())


def _committed(_where: Where, rounds: int) -> None:
    """Scans taken in, encoded and committed to a file."""
    scans = made_scans(BATCH, REGISTERS)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Store(Path(folder) / "journal.db", time.time_ns)) as store,
    ):
        intake = Intake(JournalSettings(), time.time_ns, store.found, Counters())
        for number in range(rounds):
            for scan in scans:
                series = intake.series(scan.series.key)
                moment = scan.time + number * BATCH * 1_000_000
                intake.scan(series, moment, scan.values, scan.statuses)
            store.write(intake.take())
            intake.settle(written=True)


def _published(where: Where, rounds: int) -> None:
    settings = MqttSettings(host=HOST, port=where.broker, site="bench")
    asyncio.run(_sunk(MqttSink("bench", settings), rounds))


def _written(where: Where, rounds: int) -> None:
    settings = InfluxSettings(url=where.database, site="bench", bucket="bench")
    asyncio.run(_sunk(InfluxSink("bench", settings), rounds))


async def _sunk(sink: Sink, rounds: int) -> None:
    scans = made_scans(BATCH, FIELDS)
    await sink.connect()
    for _ in range(rounds):
        await sink.write(scans, historical=False)
    await sink.close()


def _by_aiomqtt(where: Where, rounds: int) -> None:
    """The same messages by the library's own publish, many calls at a time."""

    async def main() -> None:
        composer, scans = Composer("lab", "bench"), made_scans(BATCH, FIELDS)
        async with aiomqtt.Client(HOST, where.broker, max_inflight_messages=AHEAD) as client:
            client.pending_calls_threshold = BATCH
            for _ in range(rounds):
                messages = [composer.scan(s, historical=False, retain=True) for s in scans]
                await asyncio.gather(*(client.publish(m.topic, m.payload, 1) for m in messages))

    asyncio.run(main())


def _by_influxdb_client(where: Where, rounds: int) -> None:
    """The same finished lines; with its Points it would be slower still."""

    async def main() -> None:
        encoder, scans = Encoder("bench"), made_scans(BATCH, FIELDS)
        client: Any = InfluxDBClientAsync(where.database, "", "", enable_gzip=True)
        for _ in range(rounds):
            lines = [encoder.encode(scan).data for scan in scans]
            await client.write_api().write("bench", "", lines, "ns")
        await client.close()

    asyncio.run(main())


PIECES: Mapping[str, Piece] = {
    **{
        name: Piece(partial(_hot, name), 300)
        for name in ("all", "decode", "journal", "mqtt", "line")
    },
    "request": Piece(partial(_asked, "ours"), 40, CONNECTIONS),
    "pymodbus": Piece(partial(_asked, "pymodbus"), 40, CONNECTIONS),
    "publish": Piece(_published, 3, BATCH),
    "aiomqtt": Piece(_by_aiomqtt, 3, BATCH),
    "write": Piece(_written, 4, BATCH),
    "influxdb-client": Piece(_by_influxdb_client, 4, BATCH),
    "commit": Piece(_committed, 4, BATCH),
    "poll few": Piece(partial(_polled, FEW), 20, FEW),
    "poll many": Piece(partial(_polled, MANY), 2, MANY),
}
