"""What a scan will ask, setting by setting, and how long that takes at most. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby, product
from typing import TypeAlias

import msgspec

from daq.scan.bounds import Bounds
from daq.scan.known import Known
from daq.scan.place import Place
from drivers.asker import Asker
from drivers.errors import ProfileError
from drivers.registry import Framing, build_asker
from drivers.transport.serial_settings import SerialSettings

MODBUS_PORT = 502
"""Modbus Messaging on TCP/IP V1.0b, 4.3: there nothing else is spoken."""

UNIT_CHARACTERS = 15
"""A request of 8 characters for one register, and its reply of 7."""

OPENING = 0.05
"""Seconds to open and close a line."""

ENDINGS = (b"\r\n", b"\n", b"\r", b"")
"""Ends of line, in the order in which questions are asked."""


class Candidate(msgspec.Struct, frozen=True):
    """A profile that may be that of what answers, at an address if it has one."""

    known: Known
    address: str | None
    asker: Asker


class Ask(msgspec.Struct, frozen=True):
    """One question, and the profiles that begin with it. ``seconds`` if nobody answers.

    ``again``: ask once more when nobody answers, because what was sent before may lie in front of
    it in the instrument's buffer.
    """

    candidates: tuple[Candidate, ...]
    seconds: float
    again: bool


class Seek(msgspec.Struct, frozen=True):
    """Whether a Modbus unit answers. ``seconds`` if it does not."""

    framing: Framing
    unit: int
    seconds: float


Step: TypeAlias = Ask | Seek


class Trial(msgspec.Struct, frozen=True):
    """What is asked with one setting of the line; ``serial`` is None on TCP."""

    serial: SerialSettings | None
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        """How long it takes when nothing answers."""
        return OPENING + sum(step.seconds for step in self.steps)


def plan_scan(place: Place, profiles: Sequence[Known], bounds: Bounds) -> tuple[Trial, ...]:
    """The trials, the settings most profiles come with first."""
    wanted: dict[SerialSettings | None, list[Known]] = {}
    for known in profiles:
        for line in _lines(known, place, bounds):
            wanted.setdefault(line, []).append(known)
    ordered = sorted(wanted.items(), key=lambda item: -len(item[1]))
    trials = [Trial(line, tuple(_steps(line, each, place, bounds))) for line, each in ordered]
    return tuple(trial for trial in trials if trial.steps)


def unaskable(profiles: Sequence[Known]) -> tuple[str, ...]:
    """Names of profiles that give a scan nothing to ask: text without ``[identify]``."""
    return tuple(
        known.reference
        for known in profiles
        if known.protocol == "text" and getattr(known.profile, "identify", None) is None
    )


def _lines(known: Known, place: Place, bounds: Bounds) -> Iterator[SerialSettings | None]:
    """The line settings to try for a profile: its own, but for what the user has set."""
    own = known.profile.serial
    if place.address:
        yield None
        return
    if place.pseudo:
        # A pseudo terminal takes any speed and knows no other character than 8N1.
        yield SerialSettings(baud=(*bounds.bauds, 9600)[0])
        return
    for baud, parity, stop in product(
        bounds.bauds or (own.baud,),
        bounds.parities or (own.parity,),
        bounds.stop_bits or (own.stop_bits,),
    ):
        # Seven bits without parity are not in use: who asks for no parity means eight.
        usual = own.data_bits if parity != "none" else 8
        for bits in bounds.data_bits or (usual,):
            yield SerialSettings(baud=baud, data_bits=bits, parity=parity, stop_bits=stop)


def _steps(
    line: SerialSettings | None, profiles: Sequence[Known], place: Place, bounds: Bounds
) -> Iterator[Step]:
    modbus = any(known.protocol == "modbus" for known in profiles)
    only_modbus = place.address and place.host_port[1] == MODBUS_PORT
    if not only_modbus:
        yield from _asks(profiles, line, bounds)
    if modbus and (line is None or line.data_bits == 8):  # noqa: PLR2004 - bits
        character = line.character if line else 0.0
        seconds = bounds.timeout + bounds.quiet + UNIT_CHARACTERS * character
        for framing, unit in product(_framings(place, bounds), bounds.units):
            yield Seek(framing, unit, seconds)


def _framings(place: Place, bounds: Bounds) -> tuple[Framing, ...]:
    if place.port:
        return ("rtu",)
    standard = place.host_port[1] == MODBUS_PORT
    return bounds.framings or (("tcp",) if standard else ("tcp", "rtu"))


def _asks(profiles: Sequence[Known], line: SerialSettings | None, bounds: Bounds) -> Iterator[Ask]:
    """The questions, each once."""
    candidates = [each for known in profiles for each in _candidates(known, bounds)]
    candidates.sort(key=_in_order)
    before: bytes | None = None
    for first, group in groupby(candidates, key=_first):
        same = tuple(group)
        again = _ending(first) != before
        before = _ending(first)
        yield Ask(same, _seconds(same, line, bounds) * (1 + again), again)


def _candidates(known: Known, bounds: Bounds) -> Iterator[Candidate]:
    for address in (None, *bounds.addresses):
        try:
            asker = build_asker(known.profile, address=address)
        except ProfileError:
            continue  # it has no address, or one of another form
        if asker is not None:
            yield Candidate(known, address, asker)
        if address is None:
            return


def _in_order(candidate: Candidate) -> tuple[bool, int, bytes]:
    """Those without address first, then by end of line.

    By end of line, because what an instrument did not take for a line is in front of the next.
    """
    first = _first(candidate)
    return candidate.address is not None, ENDINGS.index(_ending(first)), first


def _ending(data: bytes) -> bytes:
    return next(end for end in ENDINGS if data.endswith(end))


def _first(candidate: Candidate) -> bytes:
    return candidate.asker.first


def _seconds(same: Sequence[Candidate], line: SerialSettings | None, bounds: Bounds) -> float:
    asker = same[0].asker
    character = line.character if line else 0.0
    transmission = (len(asker.first) + asker.length) * character
    return (bounds.timeout + bounds.quiet + transmission) * asker.attempts
