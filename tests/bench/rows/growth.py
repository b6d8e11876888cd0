"""CPU for a reading at 10, 100 and 1,000 units: the cost of one must not grow with their number."""

import tempfile
import time
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.plant.plant import REGISTERS, Load, plant

SCANS_A_SECOND = 1000
TARGET = 15.0
UNITS = (10, 100, 1000)


def measure(*, quick: bool) -> list[Figure]:
    """By how much the dearest of the three costs more than the cheapest, in per cent."""
    costs = {units: _cost(units, 4.0 if quick else 20.0) for units in UNITS}
    spread = (max(costs.values()) / min(costs.values()) - 1) * 100
    return [
        Figure(
            row="growth",
            what="CPU for a reading at 10, 100 and 1,000 units: largest over smallest",
            value=spread,
            unit="%",
            target=TARGET,
            better="less",
            detail={f"us at {units} units": cost for units, cost in costs.items()},
            series={"us a reading": [(float(units), cost) for units, cost in costs.items()]},
        )
    ]


def _cost(units: int, seconds: float) -> float:
    """Microseconds of CPU a reading, at the same number of readings a second for all."""
    interval = f"{units * 1000 // SCANS_A_SECOND}ms"
    with (
        tempfile.TemporaryDirectory() as folder,
        plant(Path(folder), Load(units=units, interval=interval)) as here,
    ):
        here.start_daemon()
        here.wait_polling()
        time.sleep(2.0)
        done, cpu = here.status().journal.committed, here.cpu()
        time.sleep(seconds)
        cpu = here.cpu() - cpu
        return cpu / ((here.status().journal.committed - done) * REGISTERS) * 1e6
