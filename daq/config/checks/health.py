"""The daemon's own scans need a name that no instrument has."""

from collections.abc import Iterator

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.journal.entry import OWN


def check_health(parts: Parts) -> Iterator[Finding]:
    """Check that the daemon's own state and an instrument cannot be taken for one another."""
    if parts.health is not None and parts.health.interval is not None and OWN in parts.instruments:
        yield Finding(
            ("instrument", OWN),
            f'the daemon journals its own state as instrument "{OWN}"',
            "give it another name, or leave [health] out",
        )
