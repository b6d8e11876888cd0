"""What `daq scan` says: beforehand, meanwhile, and of what it found.

All of it goes to standard error but the list of ports: what is left on standard output is a
piece of configuration and nothing else.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from daq.cli.progress import told
from daq.cli.screens import err, out
from daq.cli.tables import print_table
from daq.scan.bounds import Bounds
from daq.scan.finding import Findings, Found, Match, show_line
from daq.scan.place import Place
from daq.scan.plan import Ask, Trial
from daq.scan.search import Progress as Tell
from drivers.transport.serial_ports import SerialPort

LONG = 100.0
"""Seconds that are better said in minutes."""


def warn(text: str) -> None:
    """A warning."""
    err().print(f"warning: {text}", style="yellow", markup=False, soft_wrap=True)


def print_ports(ports: Sequence[SerialPort]) -> None:
    """The serial ports, and what is wrong with their names."""
    if not ports:
        out().print("no serial port; is the adapter plugged in, and are you in its group?")
        return
    rows = [(port.device, port.stable, port.description) for port in ports]
    print_table(("port", "name for the configuration", "adapter"), rows)
    for port in ports:
        if port.warning:
            text = f"warning: {port.device} {port.warning}"
            out().print(text, style="yellow", markup=False, soft_wrap=True)


def announce(place: Place, trials: Sequence[Trial], bounds: Bounds) -> None:
    """What will be done, and how long it may take."""
    lines = [line for trial in trials if (line := show_line(trial.serial))]
    asks = sum(isinstance(step, Ask) for trial in trials for step in trial.steps)
    units = sum(len(trial.steps) for trial in trials) - asks
    seconds = sum(trial.seconds for trial in trials)
    settings = f" with {', '.join(lines)}" if lines else ""
    text = (
        f"{place}: {asks} questions and {units} Modbus units{settings}; {spoken(seconds)} if "
        "nothing answers. Only questions are sent."
    )
    err().print(text, markup=False, soft_wrap=True)
    if seconds > bounds.limit:
        warn(f"it ends after {spoken(bounds.limit)}; narrow it down, or give it longer with --for")


def spoken(seconds: float) -> str:
    """A duration for people, as ``45 s`` or ``3 min``."""
    return f"{seconds:.0f} s" if seconds < LONG else f"{seconds / 60:.0f} min"


@contextmanager
def progress_bar(trials: Sequence[Trial], *, quiet: bool = False) -> Generator[Tell]:
    """Shows on a screen how far it is, and tells nobody anywhere else."""
    total = sum(trial.seconds for trial in trials)
    with told(quiet=quiet) as tell:
        yield lambda behind, text: None if tell is None else tell(behind, total, text)


def print_findings(findings: Findings) -> None:
    """What was found, what else answers, and what was not tried."""
    screen = err()
    rows = [row for found in findings.found for row in _rows(found)]
    columns = ("line", "where", "profile", "why", "says it is")
    print_table(columns, rows, colours={"nothing fits": "yellow"}, screen=screen)
    for found in findings.found:
        if found.remark:
            screen.print(f"{found.where}: {found.remark}", markup=False)
    heard = [(show_line(h.serial), h.question, h.answer) for h in findings.heard]
    print_table(("not understood", "asked", "answered"), heard, screen=screen)
    for note in findings.notes:
        warn(note)
    if not findings.complete:
        warn("not everything was tried")
    if not findings.found and not heard:
        screen.print("nothing answers")
    screen.print()


def _rows(found: Found) -> list[tuple[str, ...]]:
    line = show_line(found.serial)
    if not found.matches:
        return [(line, found.where, "nothing fits", "it answers", "")]
    return [
        (line, found.where, match.profile, match.evidence, _said(match)) for match in found.matches
    ]


def _said(match: Match) -> str:
    identity = match.identity
    words = (identity.manufacturer, identity.model, identity.serial_number, identity.firmware)
    return ", ".join(word for word in words if word)
