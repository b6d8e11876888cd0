"""What an Alicat controller shows: the data frame, its numbers and the flags behind them."""

from collections.abc import Set as AbstractSet

from simulators.device import Value
from simulators.devices.alicat_tables import FLAGS, GASES
from simulators.devices.gas_flow import GasFlow

CHANNELS = ("pressure", "temperature", "volumetric_flow", "mass_flow", "setpoint", "gas")
STATISTICS = ("2", "3", "4", "5", "37")
"""Numbers by which DV asks for the first five channels."""
DIGITS = 5
"""Digits of a number, beside its sign and its point."""
BEYOND_PRESSURE, BEYOND_TEMPERATURE = 162.0, 61.0
OVER = 1.2
"""Part of the full scale above which a flow is flagged."""


class Panel:
    """The display of a controller; ``unit`` is that of mass flow."""

    def __init__(self, line: GasFlow, unit: str, *, totalizer: bool) -> None:
        self.line = line
        self.unit = unit
        self.totalizer = totalizer
        self.gas = 0
        self.locked = False
        self.decimals = max(1, DIGITS - max(2, len(str(int(line.full_scale)))))

    def number(self, value: float) -> str:
        """A flow: sign, five digits and a point where the full scale puts it."""
        return f"{value + 0.0:+0{DIGITS + 2}.{self.decimals}f}"

    def numbers(self, troubles: AbstractSet[str]) -> list[str]:
        """The five numbers of a frame, as they are sent."""
        line = self.line
        pressure = BEYOND_PRESSURE if "overpressure" in troubles else line.pressure
        temperature = BEYOND_TEMPERATURE if "overheated" in troubles else line.temperature
        flows = (line.volume_flow, line.flow, line.setpoint)
        return [f"{pressure:+07.2f}", f"{temperature:+07.2f}", *map(self.number, flows)]

    def frame(self, troubles: AbstractSet[str]) -> tuple[str, dict[str, Value]]:
        """The data frame without the unit ID, and the channels it tells."""
        texts, gas = self.numbers(troubles), GASES[self.gas]
        values: dict[str, Value] = {
            name: float(text) for name, text in zip(CHANNELS[:-1], texts, strict=True)
        }
        total = [f"{self.line.total:+010.2f}"] if self.totalizer else []
        parts = [*texts, *total, f"{gas:>6}", *self._flags(troubles)]
        return " ".join(parts), {**values, "gas": gas}

    def statistics(self, codes: list[str], troubles: AbstractSet[str]) -> str:
        """The numbers asked for by their codes, two dashes for a code that is none."""
        known = {code: text for code, text in zip(STATISTICS, self.numbers(troubles), strict=True)}  # noqa: C416 - dict(zip()) infers literal keys
        return " ".join(known.get(code.lstrip("0"), "--") for code in codes)

    def _flags(self, troubles: AbstractSet[str]) -> list[str]:
        over = self.line.flow > OVER * self.line.full_scale
        raised = {
            "ADC": "adc-error" in troubles,
            "POV": "overpressure" in troubles,
            "TOV": "overheated" in troubles,
            "VOV": over,
            "MOV": over,
            "HLD": self.line.held is not None,
            "LCK": self.locked,
        }
        return [flag for flag in FLAGS if raised.get(flag)]
