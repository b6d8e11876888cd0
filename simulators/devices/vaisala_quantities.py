"""The quantities a humidity transmitter computes from humidity and temperature.

Source: Vaisala, "Humidity Conversion Formulas" B210973EN, from memory (absolute humidity, mixing
ratio, enthalpy); saturation as in climate.py.
"""

from collections.abc import Callable

from simulators.devices.climate import Room, saturation
from simulators.devices.vaisala_form import Quantity

GAS_CONSTANT = 0.4615
"""Of water vapour, J/(g K)."""
PRESSURE = 1013.25
"""What the transmitter is set to, hPa."""
MIXED = 621.98
"""Ratio of the molar masses of water and air, g/kg."""


def vapour(room: Room) -> float:
    """Vapour pressure, hPa."""
    return room.humidity / 100 * saturation(room.temperature)


def mixing(room: Room) -> float:
    """Mixing ratio, g/kg."""
    return MIXED * vapour(room) / (PRESSURE - vapour(room))


def absolute(room: Room) -> float:
    """Absolute humidity, g/m3."""
    return 100 * vapour(room) / (GAS_CONSTANT * (room.temperature + 273.15))


def enthalpy(room: Room) -> float:
    """Enthalpy, kJ/kg."""
    return room.temperature * (1.01 + 0.00189 * mixing(room)) + 2.5 * mixing(room)


def quantities(room: Room, broken: Callable[[], bool]) -> dict[str, Quantity]:
    """By the names FORM has for them; none can be read while the probe is ``broken``."""

    def of(unit: str, read: Callable[[Room], float], channel: str = "") -> Quantity:
        return Quantity(unit, lambda: None if broken() else read(room), channel)

    return {
        "RH": of("%RH", lambda air: air.humidity, "humidity"),
        "T": of("'C", lambda air: air.temperature, "temperature"),
        "TD": of("'C", lambda air: air.dewpoint, "dewpoint"),
        "TDF": of("'C", lambda air: air.dewpoint),
        "A": of("g/m3", absolute),
        "X": of("g/kg", mixing),
        "PW": of("hPa", vapour),
        "PWS": of("hPa", lambda air: saturation(air.temperature)),
        "H": of("kJ/kg", enthalpy),
    }
