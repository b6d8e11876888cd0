"""The laboratory of the soak: forty instruments, asked faster than anybody would."""

from collections.abc import Iterator

from tests.system.faults.laboratory import (
    FURNACE,
    METER,
    PROBES,
    VOLTAGE,
    WEIGHT,
    Bus,
    Instrument,
    Laboratory,
    every,
)

LINES, METERS, MULTIMETERS, BALANCES = 8, 8, 4, 4
"""RS-485 lines with three units each, Modbus TCP meters, multimeters on ptys, balances on TCP."""

ON_LINES_MS, METERS_MS, OTHERS_MS = 200, 20, 150
"""Intervals."""


def soak_laboratory() -> Laboratory:
    """Forty instruments on 24 buses."""
    buses = dict(_buses())
    return Laboratory(buses, dict(_instruments()), seed=11)


def _buses() -> Iterator[tuple[str, Bus]]:
    kinds = {"line": LINES, "meter": METERS, "bench": MULTIMETERS, "scale": BALANCES}
    for kind, count in kinds.items():
        for number in range(count):
            yield f"{kind}-{number}", Bus("pty" if kind in ("line", "bench") else "tcp")


def _instruments() -> Iterator[tuple[str, Instrument]]:
    for number in range(LINES):
        line = f"line-{number}"
        for unit, (name, model, group) in enumerate(ON_A_LINE, start=1):
            yield f"{name}-{number}", Instrument(model, line, every(ON_LINES_MS, group), unit)
    for number in range(METERS):
        yield (
            f"meter-{number}",
            Instrument("eastron-sdm630", f"meter-{number}", every(METERS_MS, METER), 1),
        )
    for number in range(MULTIMETERS):
        yield (
            f"multimeter-{number}",
            Instrument("keithley-2000", f"bench-{number}", every(OTHERS_MS, VOLTAGE)),
        )
    for number in range(BALANCES):
        yield (
            f"balance-{number}",
            Instrument("mettler-sics", f"scale-{number}", every(OTHERS_MS, WEIGHT)),
        )


ON_A_LINE = (
    ("mains", "eastron-sdm630", METER),
    ("furnace", "eurotherm-3000", FURNACE),
    ("probes", "pta8c04", PROBES),
)
"""Units 1, 2, 3 of a line."""
