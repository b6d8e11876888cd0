"""Builds the heartbeat: what has to go on, and who is told that it does."""

from collections.abc import Iterable, Iterator

from daq.build.snapshot import Snapshot
from daq.daemon.running import Running
from daq.deliver.newest import Topic
from daq.health.heartbeat import Heartbeat
from daq.health.vitals import own_groups
from daq.journal.entry import OWN, SeriesKey, usage_group
from daq.journal.journal import Journal


def build_heartbeat(running: Running, journal: Journal, snapshot: Snapshot) -> Heartbeat:
    """A heartbeat of the journal and every poller, for every sink that runs at the moment."""
    return Heartbeat(
        lambda: [journal.pulse, *(poller.pulse for poller in running.buses)],
        snapshot.take,
        lambda: running.sinks,
        absent=lambda: absent(journal.known, _present(running)),
        changed=running.changed,
    )


def absent(known: Iterable[SeriesKey], present: Iterable[Topic]) -> frozenset[Topic]:
    """The topics of the journal that are not read any more. Pure."""
    return frozenset((key.site, key.instrument, key.group) for key in known) - {*present}


def _present(running: Running) -> Iterator[Topic]:
    site = running.config.site.name
    for poller in running.buses:
        for item in poller.instruments:
            for group in item.groups:
                yield site, item.name, group.series.key.group
    if running.config.health.interval is not None:
        for name in own_groups(running.buses.names, running.sinks.names):
            yield site, OWN, name
    if running.config.utilisation.interval is not None:
        for name in running.config.usage:
            yield site, OWN, usage_group(name)
