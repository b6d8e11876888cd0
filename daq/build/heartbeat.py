"""Builds the heartbeat: what has to go on, and who is told that it does."""

from daq.build.snapshot import Snapshot
from daq.daemon.running import Running
from daq.health.heartbeat import Heartbeat
from daq.journal.journal import Journal


def build_heartbeat(running: Running, journal: Journal, snapshot: Snapshot) -> Heartbeat:
    """A heartbeat of the journal and every poller, for every sink that runs at the moment."""
    return Heartbeat(
        lambda: [journal.pulse, *(poller.pulse for poller in running.buses)],
        snapshot.take,
        lambda: running.sinks,
    )
