"""Builds the herald: who is told how alarms are, and where they are."""

from daq.alarms.watcher import Watcher
from daq.build.annunciators import Annunciators
from daq.build.rooms import RoomsInForce
from daq.build.run_topics import run_topics
from daq.daemon.herald import Herald
from daq.daemon.running import Running
from daq.journal.journal import Journal
from daq.runs.keeper import Keeper


def build_herald(
    running: Running,
    journal: Journal,
    watcher: Watcher,
    annunciators: Annunciators,
    keeper: Keeper,
) -> Herald:
    """A herald for every sink that runs at the moment, and for lamps and horns."""
    return Herald(
        watcher,
        journal,
        lambda: running.sinks,
        lambda: annunciators,
        RoomsInForce(lambda: running.config),
        lambda: run_topics(keeper.desk.book.runs.values()) if keeper.settled else None,
    )
