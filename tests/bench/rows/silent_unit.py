"""What one silent unit of ten costs the nine others on their line.

On virtual time: the daemon's own poller and the true durations of all frames, so the figure does
not depend on the machine. ``python -m tests.bench.dead_unit`` has more cases, and a real pty.
"""

from tests.bench.dead_unit import Case, virtual
from tests.bench.figure import Figure
from tests.bench.plant.gateway_line import kept_by_gateway

TARGET = 95.0
LINES = (
    Case(9600, 2.0, units=10, dead=1),
    Case(9600, 0.5, units=10, dead=1),
    Case(9600, 0.5, units=10, dead=1, known=False),
    Case(38400, 0.4, units=10, dead=1),
)
RIVALS = LINES[0]
RIVAL_SECONDS = 30.0
"""In real time, on a pseudo terminal, with a time-out of a second."""


def measure(*, quick: bool) -> list[Figure]:
    """Per cent of the others' scans, the worst of some lines; the ratio is the share itself."""
    seconds = 120.0 if quick else 1200.0
    lines = LINES[:2] if quick else LINES
    kept = {
        f"{case.name}, load {found.load:.0f} %": found.kept
        for case, found in ((case, virtual(case, seconds)) for case in lines)
    }
    worst = min(kept.values())
    rival = None if quick else kept_by_gateway(RIVALS, RIVAL_SECONDS)
    return [
        Figure(
            row="silent_unit",
            what="scans of nine units beside a silent tenth, of those possible, the worst line",
            value=worst,
            unit="%",
            target=TARGET,
            ratio=worst / 100,
            rivals={} if rival is None else {f"thingsboard-gateway, {RIVALS.interval:g} s": rival},
            detail=kept,
        )
    ]
