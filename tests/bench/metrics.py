"""What a look at the daemon costs: ``python -m tests.bench.metrics [instruments]``.

The snapshot is taken in the event loop, where it makes scans late; the text of the page is made
in a thread. CPU time of this process, per look.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from daq.build.setup import Setup
from daq.build.snapshot import Snapshot
from daq.build.target import Target
from daq.config.load import load_config
from daq.daemon.running import Running
from daq.journal import Journal
from daq.metrics.collect import render

HEAD = '[site]\nname = "bench"\n'
BUS = '[bus.b{bus}]\naddress = "127.0.0.1:{port}"\n'
INSTRUMENT = (
    '[instrument.i{number}]\nprofile = "eastron-sdm630"\nbus = "b{bus}"\nunit = {unit}\n'
    'group.all = {{ interval = "1s" }}\n'
)
PER_BUS = 4
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def config(instruments: int) -> str:
    buses = range((instruments + PER_BUS - 1) // PER_BUS)
    return HEAD + "".join(
        [BUS.format(bus=bus, port=20_000 + bus) for bus in buses]
        + [
            INSTRUMENT.format(number=n, bus=n // PER_BUS, unit=n % PER_BUS + 1)
            for n in range(instruments)
        ]
    )


def cost(look: Callable[[], object], times: int = 20) -> float:
    """Milliseconds of CPU time per look."""
    look()
    begun = time.process_time()
    for _ in range(times):
        look()
    return (time.process_time() - begun) / times * 1e3


async def measure(instruments: int, folder: Path) -> None:
    path = folder / "daq.toml"
    path.write_text(config(instruments))
    target = Target.of(Setup.of(load_config(path)))
    journal = await Journal.open(folder / "journal.db")
    async with asyncio.TaskGroup() as group:
        running = Running(group, journal, target, time.time_ns)
        running.start({})
        await asyncio.sleep(0.5)
        snapshot = Snapshot(running, journal, lambda _: 0.0, lambda _: False)
        status = snapshot.take()
        page, _ = render(status, "")
        sys.stdout.write(
            f"{instruments} instruments on {len(running.buses)} buses, page of {len(page)} bytes\n"
            f"  snapshot, in the event loop   {cost(snapshot.take):6.2f} ms\n"
            f"  text, in a thread             {cost(lambda: render(status, '')):6.2f} ms\n"
            f"  OpenMetrics, in a thread      {cost(lambda: render(status, OPENMETRICS)):6.2f} ms\n"
        )
        await running.buses.stop(within=10.0)
    await journal.close()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # nothing listens where the buses would go to
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(measure(int(sys.argv[1]) if sys.argv[1:] else 200, Path(made)))
