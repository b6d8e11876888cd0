"""Methods: what they measure is there, in a unit their limits can be in."""

from collections.abc import Iterator, Mapping

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.method import MethodConfig
from daq.method.prepack import UNITS
from drivers.tomlfile import did_you_mean


def check_methods(parts: Parts) -> Iterator[Finding]:
    """Check every ``[method.NAME]``."""
    for name, method in parts.methods.items():
        path = ("method", name, "measures")
        if method.instrument and method.instrument not in parts.instruments:
            if method.instrument not in parts.instrument_names:
                known = list(parts.instruments)
                hint = did_you_mean(method.instrument, known) or f"have: {', '.join(known)}"
                yield Finding(path, f'no instrument "{method.instrument}"', hint)
            continue
        yield from _channel(parts, path, method)
        yield from _statement(("method", name), method)


def _channel(parts: Parts, path: tuple[str, ...], method: MethodConfig) -> Iterator[Finding]:
    there = _channels(parts, method)
    if there is None:
        return
    if method.channel not in there:
        whose = f"instrument {method.instrument}" if method.instrument else "no instrument"
        have = f"{whose} has no" if method.instrument else f"{whose} has a"
        hint = did_you_mean(method.channel, list(there)) or f"have: {', '.join(there) or 'none'}"
        yield Finding(path, f'{have} channel "{method.channel}"', hint)
    elif method.lot is not None and there[method.channel] not in UNITS:
        yield Finding(
            ("method", path[1], "lot"),
            f"prepackages are measured in {' or '.join(UNITS)}, and the channel is in "
            f'"{there[method.channel]}"',
        )


def _channels(parts: Parts, method: MethodConfig) -> Mapping[str, str] | None:
    """The channels it may mean, with their units; None where a profile is wrong."""
    items = [item for name, item in parts.instruments.items() if method.instrument in ("", name)]
    found: dict[str, str] = {}
    for item in items:
        facts = parts.facts(item)
        if facts is None:
            return None
        found |= {name: facts.units.get(name, "") for name in facts.channels}
    return found


def _statement(path: tuple[str, ...], method: MethodConfig) -> Iterator[Finding]:
    """Warn where nothing can come of it."""
    keys = ("lower", "upper", "below", "above", "mean_lower", "mean_upper", "lot")
    if all(getattr(method, key) is None for key in keys):
        yield Finding(
            path,
            "requires nothing: no verdict is possible",
            "give lower, upper, below, above, mean_lower, mean_upper or lot",
            warning=True,
        )
