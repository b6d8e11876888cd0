"""What the daemon tells of a bus."""

import math

from daq.acquire.plan import BusPlan
from daq.acquire.poller import BusPoller
from daq.acquire.schedule import BOUNDS
from daq.build.moments import Moments
from daq.control.status import BusStatus, Lateness


def bus_status(poller: BusPoller, plan: BusPlan, moments: Moments, *, stuck: bool) -> BusStatus:
    """What a bus's counters say now; ``stuck``: its poller makes no progress."""
    counters = poller.counters
    jitter = counters.jitter
    return BusStatus(
        name=poller.name,
        state=counters.state,
        trouble=counters.trouble,
        since=counters.since,
        load=counters.load(moments.steady),
        scans=jitter.count,
        skipped_ticks=counters.skipped_ticks,
        late_ticks=counters.late_ticks,
        lateness_mean=jitter.mean,
        lateness_99=jitter.quantile(0.99),
        lateness_max=jitter.worst,
        lateness=Lateness(
            bounds=[bound for bound in BOUNDS if bound < math.inf],
            counts=list(jitter.classes),
            total=jitter.total,
        ),
        busy=counters.busy,
        connects=counters.connects,
        open_failures=counters.open_failures,
        losses=counters.losses,
        discarded_bytes=counters.discarded,
        stuck=stuck,
        planned_load=100.0 * plan.load,
        remarks=list(plan.remarks),
        retry_at=moments.of(counters.retry_at) if counters.state == "lost" else 0,
    )
