"""The daemon on uvloop beside the daemon on asyncio: what it saves, and whether silences hold.

Every silence between frames of Modbus RTU is looked at from the far end of a line, as in the row
``rtu_line``; one that is too short is a miss, whatever else is gained.
"""

from importlib.util import find_spec
from statistics import quantiles

from simulators.wire.pace import Pace
from tests.bench.figure import Figure, RowError
from tests.bench.rows.rtu_line import Case, by_daemon, observe, undisturbed, violations
from tests.bench.rows.steady import steady

LOOP = "uvloop"
REGISTERS = 10
BAUDS = (9600, 19200, 115200)


def measure(*, quick: bool) -> list[Figure]:
    """Silences that were broken, of all; and the processor's share at 200 units every second."""
    if find_spec(LOOP) is None:
        raise RowError("uvloop is not installed: pip install 'lab-daq[uvloop]'")
    silences = _silences(BAUDS[-1:] if quick else BAUDS, 1.0 if quick else 5.0)
    return [silences] if quick else [silences, _steady(20.0)]


def _silences(bauds: tuple[int, ...], seconds: float) -> Figure:
    broken = seen = 0
    detail: dict[str, float] = {}
    for baud in bauds:
        case = Case(baud, REGISTERS, LOOP)
        ours, _ = observe(case, max(int(seconds / case.least), 20), by_daemon)
        broken += violations(case, ours)
        seen += len(ours.gaps)
        detail[f"shortest over demanded, {baud} baud"] = min(ours.gaps) / Pace.of(baud).silence
        quickest = quantiles(undisturbed(ours), n=10)[0]
        detail[f"quickest tenth, {baud} baud"] = case.least / quickest
    return Figure(
        row="uvloop",
        what="on uvloop: silences of Modbus RTU that were too short",
        value=broken,
        unit=f"of {seen}",
        target=0,
        better="less",
        detail=detail,
    )


def _steady(seconds: float) -> Figure:
    loops = {name: steady(seconds, name) for name in ("asyncio", LOOP)}
    return Figure(
        row="uvloop",
        what="on uvloop: CPU at 200 units x 50 registers every second",
        value=loops[LOOP].share,
        unit="% of a core",
        better="less",
        rivals={"asyncio": loops["asyncio"].share},
        detail={f"MB on {name}": found.memory for name, found in loops.items()},
    )
