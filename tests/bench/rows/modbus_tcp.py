"""CPU of one Modbus TCP request with 50 connections in one process, beside pymodbus's client.

Each of those compared runs in a process of its own on the daemon's core and reads the same units.
"""

import subprocess
import sys
from importlib.util import find_spec

from tests.bench.figure import Figure, RowError
from tests.bench.plant.plant import units
from tests.bench.plant.process import on_daemon_core

CONNECTIONS = 50
TARGET = 20.0


def measure(*, quick: bool) -> list[Figure]:
    """Microseconds a request."""
    requests, rounds = (30, 4) if quick else (200, 8)
    loops = ["asyncio", *(["uvloop"] if find_spec("uvloop") else [])]
    with units(CONNECTIONS) as port:
        cost = {
            (who, loop): _cost(who, loop, port, requests, rounds)
            for loop in loops
            for who in ("ours", "pymodbus", "asyncio")
        }
    names = {"ours": "ours", "pymodbus": "pymodbus", "asyncio": "a bare protocol"}
    own = cost.pop(("ours", "asyncio"))
    return [
        Figure(
            row="modbus_tcp",
            what="CPU of a Modbus TCP request, 50 connections",
            value=own,
            unit="us",
            target=TARGET,
            better="less",
            rivals={f"{names[who]}, {loop}": value for (who, loop), value in cost.items()},
        )
    ]


def _cost(who: str, loop: str, port: int, requests: int, rounds: int) -> float:
    numbers = map(str, (port, CONNECTIONS, requests, rounds))
    command = (sys.executable, "-m", "tests.bench.plant.modbus_reader", who, loop, *numbers)
    done = subprocess.run(on_daemon_core(*command), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RowError(f"{who} on {loop}: {done.stderr[-500:]}")
    return float(done.stdout)
