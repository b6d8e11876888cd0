"""From the daemon's status to the text Prometheus reads. Imports prometheus_client."""

import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, cast

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from daq.control.status import DaemonStatus, Lateness
from daq.metrics.metric import Found, Metric, Table, Values
from daq.metrics.tables import TABLES

FAMILIES = {
    "gauge": GaugeMetricFamily,
    "counter": CounterMetricFamily,
    "histogram": HistogramMetricFamily,
    "info": InfoMetricFamily,
}


class StatusCollector(Collector):
    """One status as metric families."""

    def __init__(self, status: DaemonStatus) -> None:
        self._status = status

    def collect(self) -> Iterable[Family]:
        """Every metric of the tables."""
        for table in TABLES:
            things = list(table.things(self._status))
            for metric in table.metrics:
                yield _family(table, metric, things)


class OurProcess(ProcessCollector):
    """Memory, processor time and descriptors, also where the service hides /proc/stat.

    The original reads the boot time there, and without it tells nothing (ProcSubset=pid).
    """

    def _boot_time(self) -> float:
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)


def render(status: DaemonStatus, accept: str) -> tuple[bytes, str]:
    """The page and its content type, in the format the ``Accept`` header prefers.

    Takes milliseconds; runs in a thread.
    """
    registry = CollectorRegistry()
    registry.register(StatusCollector(status))
    OurProcess(registry=registry)
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


def _family(table: Table[Any], metric: Metric[Any], things: Sequence[object]) -> Family:
    labels = [*table.labels, *metric.labels]
    family = FAMILIES[metric.kind](metric.name, metric.about, labels=labels)
    for thing in things:
        _add(family, table.key(thing), metric.find(thing))
    return family


def _add(family: Any, key: tuple[str, ...], found: Found) -> None:  # noqa: ANN401 - each is another
    if found is None:
        return
    if isinstance(found, Lateness):
        family.add_metric(key, _buckets(found), found.total)
    elif isinstance(found, Mapping) and not isinstance(family, InfoMetricFamily):
        for labels, value in cast("Values", found).items():
            family.add_metric((*key, *labels), value)
    else:
        family.add_metric(key, cast("Any", found))


def _buckets(lateness: Lateness) -> list[tuple[str, float]]:
    bounds = [*map(str, lateness.bounds), "+Inf"]
    return list(zip(bounds, accumulate(lateness.counts), strict=True))
