"""From a configuration to what the daemon knows of runs, and the part that keeps them."""

from collections.abc import Callable

from daq.config.config import Config
from daq.daemon.running import Running
from daq.journal.journal import Journal
from daq.runs.desk import Desk
from daq.runs.keeper import Keeper
from daq.runs.rules import Rules


def run_rules(config: Config) -> Rules:
    """What the configuration says of runs."""
    return Rules(
        instruments=frozenset(config.instrument),
        programmes=frozenset(config.programme),
        methods=frozenset(config.method) if config.method else None,
        required=config.runs.required,
        shared=config.runs.shared,
    )


def build_runs(running: Running, journal: Journal, clock: Callable[[], int]) -> Keeper:
    """The part that keeps runs; a reload changes its rules at once."""
    return Keeper(journal, Desk(lambda: run_rules(running.config)), clock)
