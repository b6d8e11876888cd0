"""Which unit Grafana shows a channel in: known from the profiles, for the database has no units."""

import re
from collections import defaultdict

from drivers.registry import available_profiles, load_profile

GRAFANA = {
    "%": "percent",
    "1": "none",
    "A": "amp",
    "Cel": "celsius",
    "Hz": "hertz",
    "K": "kelvin",
    "N": "forceN",
    "Ohm": "ohm",
    "V": "volt",
    "V.A": "voltamp",
    "W": "watt",
    "deg": "degree",
    "g": "massg",
    "kV": "kvolt",
    "kW.h": "kwatth",
    "mA": "mamp",
    "mbar": "pressurembar",
    "s": "s",
    "var": "voltampreact",
}
"""Units of UCUM, and how Grafana calls them; others are shown as instruments show them."""


def units() -> dict[str, str]:
    """A regular expression of channel names for each unit.

    A name that stands for different units in different profiles is in none: no unit is better than
    a wrong one.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for channel, found in sorted(_found().items()):
        if len(found) == 1:
            names[found.pop()].append(channel)
    return {unit: _pattern(channels) for unit, channels in sorted(names.items())}


def _found() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for profile in available_profiles():
        for name, channel in load_profile(profile).channel.items():
            if channel.unit:
                shown = channel.display_unit or channel.unit
                found[name].add(GRAFANA.get(channel.unit, f"suffix: {shown}"))
    return found


def _pattern(channels: list[str]) -> str:
    return f"/^({'|'.join(map(re.escape, channels))})$/"
