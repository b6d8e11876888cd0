"""What an outage of days costs: ``python -m tests.bench.backlog [entries]``.

Writes a journal (500,000 scans of ten channels), delivers it to a real Mosquitto and to a real
InfluxDB at once as fast as they take it, while ten scans a second are acquired, and prints how
much the memory of this process grew and how long what was acquired waited.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from daq.deliver.influx import InfluxSink
from daq.deliver.mqtt import MqttSink
from daq.deliver.pump import Pump
from daq.deliver.settings import InfluxSettings, MqttSettings, PumpSettings
from daq.journal import Journal, JournalSettings
from tests.delivery import pumping
from tests.journal_samples import append, running, series_key
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto

INSTRUMENTS = 20
MB = 1024 * 1024


def memory() -> int:
    """Bytes of this process that are resident."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


async def fill(path: Path, count: int) -> None:
    """What gathered while everything was away."""
    async with running(path, JournalSettings(commit_interval=0.05)) as journal:
        series = [journal.series(series_key(f"meter-{n}", width=10)) for n in range(INSTRUMENTS)]
        last = 0
        for number in range(count):
            last = append(journal, series[number % INSTRUMENTS], number)
            if number % 2000 == 1999:
                await journal.wait_beyond(last - 1)
        await journal.wait_beyond(last - 1)


async def live(journal: Journal, pumps: Sequence[Pump], waits: list[float]) -> None:
    """Ten scans a second, and how long each waits until the live lanes are beyond it."""
    series = journal.series(series_key("live", width=10))
    for number in range(1_000_000):
        started = time.monotonic()
        await journal.wait_beyond(append(journal, series, number) - 1)
        while any(pump.statistics.lag > pump.statistics.backlog for pump in pumps):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        waits.append(time.monotonic() - started)
        await asyncio.sleep(0.1)


async def main(count: int, folder: Path) -> None:
    """Fill, deliver, tell."""
    path = folder / "j.db"
    await fill(path, count)
    settings = PumpSettings(backlog_rate=1e6)
    with Mosquitto(folder / "m") as broker, InfluxDb(folder / "i") as database:
        database.query("create database lab")
        broker_settings = MqttSettings(host="127.0.0.1", port=broker.port, site="lab")
        url = database.url
        sinks = (
            MqttSink("broker", broker_settings),
            InfluxSink("history", InfluxSettings(url=url, site="lab", api="v1", database="lab")),
        )
        async with running(path, JournalSettings()) as journal:
            waiting = journal.committed
            before, peak, waits = memory(), 0, list[float]()
            async with (
                pumping(journal, sinks[0], settings) as one,
                pumping(journal, sinks[1], settings) as other,
            ):
                started = time.monotonic()
                acquiring = asyncio.create_task(live(journal, (one, other), waits))
                done = asyncio.gather(one.wait_delivered(waiting), other.wait_delivered(waiting))
                while not done.done():
                    peak = max(peak, memory())
                    await asyncio.sleep(0.05)
                took = time.monotonic() - started
                acquiring.cancel()
                await asyncio.wait({acquiring})
    waits.sort()
    print(  # noqa: T201 - a script
        f"{waiting} entries to both in {took:.0f} s; memory {before / MB:.0f} MB before, at most "
        f"{(peak - before) / MB:.1f} MB more; live entries waited {waits[len(waits) // 2]:.2f} s "
        f"(median), {waits[-1]:.2f} s (longest of {len(waits)})"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000, Path(temporary)))
