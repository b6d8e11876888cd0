"""From the reply on the wire to the MQTT subscriber, 1,000 scans a second, durable first."""

import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.plant.arrivals import latencies
from tests.bench.plant.gateway import STEADY, gateway_figures
from tests.bench.plant.plant import Load, plant

UNITS = 100
INTERVAL = "100ms"
MEDIAN, LATE = 80.0, 200.0
WARM_UP = 2.0
GATEWAY = "thingsboard-gateway"
SHOWN = (1, 5, 10, 25, 50, 75, 90, 95, 99)


def measure(*, quick: bool) -> list[Figure]:
    """Median and 99th percentile, milliseconds."""
    seconds = 4.0 if quick else 30.0
    with (
        tempfile.TemporaryDirectory() as folder,
        plant(Path(folder), Load(units=UNITS, interval=INTERVAL, stamped=True)) as here,
    ):
        here.start_daemon()
        here.wait_polling()
        time.sleep(WARM_UP)
        found = latencies(here.broker.port, seconds)
    parts = statistics.quantiles(found, n=100)
    theirs = [] if quick else _of_gateway()
    return [
        Figure(
            row="latency",
            what="reply on the wire to MQTT subscriber at 1,000 scans/s, median",
            value=parts[49],
            unit="ms",
            target=MEDIAN,
            better="less",
            rivals={f"{GATEWAY}, 200 scans/s": theirs[49]} if theirs else {},
            detail={"scans/s": len(found) / seconds, "least": min(found)},
            series={"ms, by per cent of scans": [(float(n), parts[n - 1]) for n in SHOWN]},
        ),
        Figure(
            row="latency",
            what="reply on the wire to MQTT subscriber at 1,000 scans/s, 99 of 100",
            value=parts[98],
            unit="ms",
            target=LATE,
            better="less",
            rivals={f"{GATEWAY}, 200 scans/s": theirs[98]} if theirs else {},
            detail={"longest": max(found)},
        ),
    ]


def _of_gateway() -> list[float]:
    """Its hundredths, at the load it is compared at otherwise: at ours it falls behind for good."""
    rival = gateway_figures(*STEADY)
    return [] if rival is None else statistics.quantiles(rival.latencies, n=100)
