"""CPU and memory of the daemon at 200 units of 50 registers every second, everything on."""

import tempfile
import time
from pathlib import Path

import msgspec

from tests.bench.figure import Figure
from tests.bench.plant.gateway import STEADY, gateway_figures
from tests.bench.plant.plant import REGISTERS, Load, plant

UNITS = 200
CPU_TARGET = 12.0
MEMORY_TARGET = 70.0
MEGA = 1e6


class Steady(msgspec.Struct, frozen=True):
    """Per cent of a core, megabytes at the end, readings a second."""

    share: float
    memory: float
    readings: float


def steady(seconds: float, loop: str = "asyncio") -> Steady:
    """The daemon at this load, on one of the event loops."""
    with (
        tempfile.TemporaryDirectory() as folder,
        plant(Path(folder), Load(units=UNITS, interval="1s", loop=loop)) as here,
    ):
        here.start_daemon()
        here.wait_polling()
        time.sleep(2.0)
        done, cpu, started = here.status().journal.committed, here.cpu(), time.monotonic()
        time.sleep(seconds)
        span = time.monotonic() - started
        share = (here.cpu() - cpu) / span * 100
        scans = here.status().journal.committed - done
        return Steady(share, here.memory() / MEGA, scans * REGISTERS / span)


def measure(*, quick: bool) -> list[Figure]:
    """Per cent of a core, and megabytes at the end."""
    found = steady(5.0 if quick else 60.0)
    rival = None if quick else gateway_figures(*STEADY)
    return [
        Figure(
            row="steady",
            what="CPU at 200 units x 50 registers every second",
            value=found.share,
            unit="% of a core",
            target=CPU_TARGET,
            rivals={} if rival is None else {"thingsboard-gateway": rival.cores * 100},
            better="less",
            detail={"readings/s": found.readings},
        ),
        Figure(
            row="steady",
            what="memory at 200 units x 50 registers every second",
            value=found.memory,
            unit="MB",
            target=MEMORY_TARGET,
            ratio=MEMORY_TARGET / found.memory,
            rivals={} if rival is None else {"thingsboard-gateway": rival.memory / MEGA},
            better="less",
        ),
    ]
