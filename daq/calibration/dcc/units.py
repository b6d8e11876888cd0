r"""Units of D-SI (``\milli\volt``) and those of ours (UCUM, ``mV``). Pure.

Source: D-SI, "SmartCom Digital System of Units", tables of units and prefixes; UCUM 2.1.
"""

import re

import msgspec

PREFIXES = {
    "tera": ("T", 1e12),
    "giga": ("G", 1e9),
    "mega": ("M", 1e6),
    "kilo": ("k", 1e3),
    "hecto": ("h", 1e2),
    "deca": ("da", 1e1),
    "deci": ("d", 1e-1),
    "centi": ("c", 1e-2),
    "milli": ("m", 1e-3),
    "micro": ("u", 1e-6),
    "nano": ("n", 1e-9),
    "pico": ("p", 1e-12),
}

UNITS = {
    "metre": "m",
    "gram": "g",
    "second": "s",
    "ampere": "A",
    "kelvin": "K",
    "degreecelsius": "Cel",
    "mole": "mol",
    "volt": "V",
    "watt": "W",
    "ohm": "Ohm",
    "hertz": "Hz",
    "newton": "N",
    "pascal": "Pa",
    "bar": "bar",
    "joule": "J",
    "farad": "F",
    "henry": "H",
    "litre": "L",
    "tonne": "t",
    "minute": "min",
    "hour": "h",
    "degree": "deg",
    "percent": "%",
    "one": "1",
}

ZERO_CELSIUS = 273.15

_BETWEEN = {
    ("K", "Cel"): (1.0, -ZERO_CELSIUS),
    ("Cel", "K"): (1.0, ZERO_CELSIUS),
    ("1", "%"): (100.0, 0.0),
    ("%", "1"): (0.01, 0.0),
}

_TOKENS = re.compile(r"(?:\\[a-z]+)+")


class Unit(msgspec.Struct, frozen=True):
    """A unit as a factor of a base: ``mV`` is 1e-3 of ``V``."""

    base: str
    factor: float = 1.0


def from_dsi(text: str) -> Unit | None:
    """A unit of D-SI; None for a product or power, which no channel here has."""
    if not _TOKENS.fullmatch(text):
        return None
    names = text.strip("\\").replace("kilogram", "kilo\\gram").split("\\")
    prefix = PREFIXES[names[0]][1] if len(names) > 1 and names[0] in PREFIXES else None
    rest = names[1:] if prefix is not None else names
    if len(rest) != 1 or rest[0] not in UNITS:
        return None
    return Unit(UNITS[rest[0]], prefix or 1.0)


def from_ucum(code: str) -> Unit | None:
    """A unit of ours; None when it is no single one with or without a prefix."""
    bases = set(UNITS.values())
    if code in bases:
        return Unit(code)
    for sign, factor in PREFIXES.values():
        if code.startswith(sign) and code.removeprefix(sign) in bases:
            return Unit(code.removeprefix(sign), factor)
    return None


def conversion(text: str, code: str) -> tuple[float, float] | None:
    """What to multiply by and then to add, from D-SI to UCUM; None when it cannot be done."""
    source, target = from_dsi(text), from_ucum(code)
    if source is None or target is None:
        return None
    if source.base == target.base:
        return source.factor / target.factor, 0.0
    return _BETWEEN.get((source.base, target.base)) if source.factor == target.factor else None


def code_of(text: str) -> str:
    """The UCUM code of a unit of D-SI; empty when there is none."""
    unit = from_dsi(text)
    if unit is None:
        return ""
    signs = {factor: sign for sign, factor in PREFIXES.values()}
    return signs.get(unit.factor, "") + unit.base
