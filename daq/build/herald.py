"""Builds the herald: who is told how alarms are, and where they are."""

from daq.alarms.watcher import Watcher
from daq.build.annunciators import Annunciators
from daq.build.rooms import RoomsInForce
from daq.daemon.herald import Herald
from daq.daemon.running import Running
from daq.journal.journal import Journal


def build_herald(
    running: Running, journal: Journal, watcher: Watcher, annunciators: Annunciators
) -> Herald:
    """A herald for every sink that runs at the moment, and for lamps and horns."""
    return Herald(
        watcher,
        journal,
        lambda: running.sinks,
        lambda: annunciators,
        RoomsInForce(lambda: running.config),
    )
