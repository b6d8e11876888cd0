"""How much of a Modbus RTU line is used by a daemon that polls one unit without a pause.

The theoretical minimum of a cycle is the request's characters, the unit's turnaround (5 ms), the
reply's characters, and the silence Modbus demands before the next request: 3.5 characters, above
19200 baud 1.75 ms. Efficiency is that minimum over the mean of what is measured at the far end
(``tests.bench.plant.rtu_line``). A silence shorter than demanded is a violation, and voids it.
"""

import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from statistics import fmean, quantiles

import msgspec

from simulators.wire.pace import Pace
from tests.bench.figure import Figure, RowError
from tests.bench.plant.plant import profile_of
from tests.bench.plant.process import cpu_seconds, on_daemon_core, on_other_core
from tests.bench.plant.rtu_line import Observed

TURNAROUND = 0.005
SKIP = 12
LIMIT = 120.0
LOOK = 0.5
REQUEST, OVERHEAD = 8, 5
TARGETS = {9600: 0.97, 19200: 0.96, 115200: 0.93}
DISTURBED = 0.0002
"""Seconds late from which on the far end has spoilt a cycle."""

LEAST_KEPT = 5
SAME = 1e-6
"""Seconds by which clocks may differ before a silence counts as too short."""

_HEAD = """
[site]
name = "bench"

[daemon]
loop = "{loop}"

[journal]
path = "journal.db"

[profiles]
folder = "profiles"

[bus.line]
port = "{port}"
baud = {baud}
"""

_UNIT = """
[instrument.unit{unit}]
profile = "registers"
bus = "line"
unit = {unit}
group.all = {{ interval = "{interval}ms" }}
"""
UNITS = 4
"""On the line: several can be asked for more than it carries, at intervals that are allowed."""


class Case(msgspec.Struct, frozen=True):
    """A line, how many registers are read in a request, and the daemon's event loop."""

    baud: int
    registers: int
    loop: str = "asyncio"

    @property
    def least(self) -> float:
        """Seconds the shortest possible cycle takes."""
        pace = Pace.of(self.baud)
        characters = REQUEST + OVERHEAD + 2 * self.registers
        return pace.sent(characters) + TURNAROUND + pace.silence


Reader = Callable[[Case, str, Path], Sequence[str]]
"""The command that reads a case's unit at a port; it may write files into the folder."""


def measure(*, quick: bool) -> list[Figure]:
    """A figure for each case.

    A pseudo terminal's bytes pass through a worker of the kernel, so whatever else runs adds to
    the mean. Cycles in which the far end itself was late are left out.
    """
    if quick:
        return [_figure(Case(baud, 10), 0.8, rival=baud == max(TARGETS)) for baud in TARGETS]
    return [
        _figure(Case(baud, registers), 10.0, rival=True)
        for registers in (10, 60)
        for baud in TARGETS
    ]


def _figure(case: Case, seconds: float, *, rival: bool) -> Figure:
    cycles = max(int(seconds / case.least), 20)
    ours, cpu = observe(case, cycles, by_daemon)
    name = f"{case.baud} baud, {case.registers} registers"
    if early := violations(case, ours):
        raise RowError(f"{name}: {early} of {cycles} silences were too short")
    kept = undisturbed(ours)
    quickest = case.least / quantiles(kept, n=10)[0]
    return Figure(
        row="rtu_line",
        what=f"Modbus RTU, {name}: share of the line used",
        value=case.least / fmean(kept),
        unit="of the possible",
        target=TARGETS[case.baud],
        rivals=_rival(case, cycles) if rival else {},
        detail={
            "quickest tenth": quickest,
            "silences too short": early,
            "shortest silence, ms": min(ours.gaps) * 1e3,
            "of demanded": Pace.of(case.baud).silence * 1e3,
            "cycles": len(kept),
            "disturbed": cycles - len(kept),
            "CPU %": cpu / sum(ours.cycles) * 100,
        },
    )


def _rival(case: Case, cycles: int) -> dict[str, float]:
    theirs, _ = observe(case, cycles, _pymodbus)
    early = violations(case, theirs)
    return {
        f"pymodbus, with {early} of {cycles} silences too short": case.least
        / fmean(undisturbed(theirs))
    }


def undisturbed(seen: Observed) -> list[float]:
    """The cycles in which the far end kept its own times."""
    kept = [cycle for cycle, late in zip(seen.cycles, seen.late, strict=True) if late < DISTURBED]
    if len(kept) < LEAST_KEPT:
        raise RowError("the far end could not keep its own times: the machine is too busy")
    return kept


def violations(case: Case, seen: Observed) -> int:
    """How many silences were shorter than the line demands."""
    return sum(gap < Pace.of(case.baud).silence - SAME for gap in seen.gaps)


def observe(case: Case, cycles: int, reader: Reader) -> tuple[Observed, float]:
    """What the far end saw of a reader, and the reader's CPU seconds meanwhile."""
    with tempfile.TemporaryDirectory() as folder, _line(case, cycles) as line:
        assert line.stdout is not None
        port = line.stdout.readline().decode().strip()
        command = reader(case, port, Path(folder))
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(on_daemon_core(*command), stdout=log, stderr=log)
        try:
            _told(line, process, Path(folder))
            before = cpu_seconds(process.pid)
            seen = msgspec.json.decode(_told(line, process, Path(folder)), type=Observed)
            return seen, cpu_seconds(process.pid) - before
        finally:
            process.terminate()
            process.wait(10)


def _told(line: subprocess.Popen[bytes], reader: subprocess.Popen[bytes], folder: Path) -> bytes:
    """The next thing the line says."""
    assert line.stdout is not None
    end = time.monotonic() + LIMIT
    while time.monotonic() < end and reader.poll() is None:
        if select.select([line.stdout], [], [], LOOK)[0]:
            return line.stdout.readline()
    raise RowError(f"the line is not read:\n{(folder / 'log').read_text()[-2000:]}")


@contextmanager
def _line(case: Case, cycles: int) -> Generator[subprocess.Popen[bytes]]:
    module = "tests.bench.plant.rtu_line"
    numbers = map(str, (case.baud, TURNAROUND, SKIP, cycles))
    line = subprocess.Popen(
        on_other_core(sys.executable, "-m", module, *numbers), stdout=subprocess.PIPE
    )
    try:
        yield line
    finally:
        line.terminate()
        line.wait(10)
        assert line.stdout is not None
        line.stdout.close()


def by_daemon(case: Case, port: str, folder: Path) -> Sequence[str]:
    """The command that has the daemon read the case's unit."""
    (folder / "profiles").mkdir()
    (folder / "profiles" / "registers.toml").write_text(
        profile_of(case.registers, turnaround="1ms")
    )
    # Shorter than a cycle of all, so that one is always due when the line is free; the daemon
    # takes the schedule because the profile says that the unit needs no time.
    interval = ceil((case.least - TURNAROUND + 0.0032) * UNITS * 1000)
    units = (_UNIT.format(unit=unit, interval=interval) for unit in range(1, UNITS + 1))
    configuration = folder / "daq.toml"
    configuration.write_text(
        _HEAD.format(port=port, baud=case.baud, loop=case.loop) + "".join(units)
    )
    return (sys.executable, "-m", "daq", "run", str(configuration))


def _pymodbus(case: Case, port: str, _folder: Path) -> Sequence[str]:
    module = "tests.bench.plant.rtu_pymodbus"
    return (sys.executable, "-m", module, port, str(case.baud), str(case.registers))
