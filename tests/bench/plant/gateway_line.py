"""thingsboard-gateway on a serial line of ten units of which one falls silent.

The units are the product's simulators on a pseudo terminal that keeps the times of the line.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from simulators import parse_scenario, running_lab
from tests.bench.dead_unit import Case, scenario
from tests.bench.plant.gateway import common, configure, installed, listening, running
from tests.bench.plant.process import move_to_other_core
from tests.servers.mosquitto import Mosquitto

WELL = 5.0


def kept_by_gateway(case: Case, seconds: float) -> float | None:
    """The others' scans beside a silent unit, per cent of those possible; None if it is not had."""
    try:
        home = installed()
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(_measured(home, case, seconds, Path(folder)))
    except (OSError, subprocess.SubprocessError, TimeoutError) as error:
        sys.stderr.write(f"thingsboard-gateway is left out: {error}\n")
        return None


async def _measured(home: Path, case: Case, seconds: float, folder: Path) -> float:
    with Mosquitto(folder / "broker") as broker, listening(broker.port) as listener:
        move_to_other_core(broker.pid)
        async with running_lab(parse_scenario(scenario(case), folder=folder)) as lab:
            port = lab.address("unit1")
            slaves = [_slave(case, unit, port) for unit in range(1, case.units + 1)]
            configure(home, folder, broker.port, slaves)
            with running(home, folder):
                await asyncio.to_thread(listener.wait)
                await asyncio.sleep(WELL)
                for unit in range(1, case.dead + 1):
                    lab.inject(f"unit{unit}", "silence")
                listener.scans.clear()
                await asyncio.sleep(seconds)
                return _kept(case, dict(listener.scans), seconds)


def _kept(case: Case, scans: dict[str, int], seconds: float) -> float:
    living = range(case.dead + 1, case.units + 1)
    found = sum(scans.get(f"unit{unit}", 0) for unit in living)
    return 100 * found * case.interval / (len(living) * seconds)


def _slave(case: Case, unit: int, port: str) -> dict[str, Any]:
    line = {"type": "serial", "port": port, "method": "rtu", "baudrate": case.baud}
    form = {"stopbits": 1, "bytesize": 8, "parity": "N", "strict": False}
    registers = {"tag": "t${address}", "type": "16int", "functionCode": 3, "objectsCount": 1}
    return {
        **line,
        **form,
        "unitId": unit,
        **common(f"unit{unit}", round(case.interval * 1000)),
        "timeout": 1,
        "timeseries": [{**registers, "address": "0-3"}],
    }
