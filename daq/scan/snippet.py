"""From what was found to a piece of configuration, ready to paste. Pure."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from daq.scan.finding import Found, Match
from daq.scan.place import Place
from drivers.transport.serial_settings import SerialSettings
from drivers.units import show_duration

WIDTH = 96
"""Characters of a comment; what an instrument says of itself may be long."""


def snippet(place: Place, port: str, found: Sequence[Found], interval: float) -> str:
    """A bus and its instruments as TOML; empty when nothing was recognised.

    ``port`` is the name to write for a serial port. The best profile of each is taken; the others
    stand in a comment, and so does what was not recognised.
    """
    members = _members(found)
    if not members:
        return ""
    bus = "line-1" if place.port else "tcp-1"
    names = _names(members)
    blocks = [_bus(bus, place, port, members)]
    for name, each in zip(names, members, strict=True):
        blocks.append(_instrument(name, bus, each))
        group = f"[instrument.{name}.group.all]"
        blocks.append([group, f"interval = {_text(show_duration(interval))}"])
    rest = [each for each in found if each not in members]
    blocks += [[_comment(f"{each.where}: {_left_out(each)}")] for each in rest]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _members(found: Sequence[Found]) -> list[Found]:
    """What can share a bus: an instrument without an address is alone, if it is one."""
    known = [each for each in found if each.matches]
    alone = [each for each in known if not each.where]
    if len(known) == len(alone):
        return known
    sure = [each for each in alone if each.matches[0].sure]
    return sure or [each for each in known if each.where]


def _left_out(found: Found) -> str:
    if not found.matches:
        return "something answers, but no profile fits"
    return f"perhaps also {found.matches[0].profile}"


def _names(members: Sequence[Found]) -> list[str]:
    """Names of instruments: the profile's, with unit or address where there are several."""
    plain = [_name(each.matches[0]) for each in members]
    count = Counter(plain)
    return [
        name if count[name] == 1 else f"{name}-{_slug(each.where)}"
        for name, each in zip(plain, members, strict=True)
    ]


def _name(match: Match) -> str:
    return _slug(match.profile.rpartition("/")[2].removesuffix(".toml"))[:40] or "instrument"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-_")


def _bus(name: str, place: Place, port: str, members: Sequence[Found]) -> list[str]:
    lines = [f"[bus.{name}]"]
    if place.address:
        lines.append(f"address = {_text(place.address)}")
        framings = [each.framing for each in members if each.framing]
        return lines + [f"framing = {_text(framing)}" for framing in framings[:1]]
    lines.append(f"port = {_text(port)}")
    return lines + list(_settings(members[0].serial or SerialSettings()))


def _settings(serial: SerialSettings) -> Iterator[str]:
    yield f"baud = {serial.baud}"
    yield f"data_bits = {serial.data_bits}"
    yield f"parity = {_text(serial.parity)}"
    yield f"stop_bits = {serial.stop_bits}"


def _instrument(name: str, bus: str, found: Found) -> list[str]:
    best, *others = found.matches
    lines = [f"[instrument.{name}]", _comment(f"{best.model}: {best.evidence}")]
    if found.remark:
        lines.append(_comment(found.remark))
    if others:
        lines.append(_comment(f"fits as well: {', '.join(each.profile for each in others)}"))
    lines += [f"profile = {_text(best.profile)}", f"bus = {_text(bus)}"]
    if found.unit is not None:
        lines.append(f"unit = {found.unit}")
    if found.address is not None:
        lines.append(f"address = {_text(found.address)}")
    if best.identity.serial_number:
        lines.append(f"serial_number = {_text(best.identity.serial_number)}")
    return lines


def _text(value: str) -> str:
    """A string of TOML: JSON's, but that DEL must be escaped, and that ``${`` is a variable."""
    written = json.dumps(value.replace("${", "$${"), ensure_ascii=False)
    return written.replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return f"# {printable[:WIDTH]}"
