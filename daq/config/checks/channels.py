"""Whether a channel that something names is read."""

from collections.abc import Iterator

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from drivers.tomlfile import did_you_mean


def check_channel(parts: Parts, path: tuple[str | int, ...], text: str) -> Iterator[Finding]:
    """What is wrong with ``instrument.channel`` or ``instrument.group.channel`` at a key."""
    name, *group, channel = text.split(".")
    instrument = parts.instruments.get(name)
    if instrument is None:
        if name in parts.instrument_names:  # it has errors of its own
            return
        hint = did_you_mean(name, parts.instruments)
        hint = hint or f"have: {', '.join(parts.instruments) or 'none'}"
        yield Finding(path, f'no instrument "{name}"', hint)
        return
    facts = parts.facts(instrument)
    if facts is None:
        return
    groups = instrument.group
    if group and group[0] not in groups:
        hint = did_you_mean(group[0], groups) or f"have: {', '.join(groups)}"
        yield Finding(path, f'instrument "{name}" has no group "{group[0]}"', hint)
        return
    chosen = [groups[group[0]]] if group else list(groups.values())
    read = [each for item in chosen for each in item.channels or facts.channels]
    if channel not in read:
        hint = did_you_mean(channel, read) or f"read: {', '.join(dict.fromkeys(read))}"
        yield Finding(path, f'instrument "{name}" does not read a channel "{channel}"', hint)
