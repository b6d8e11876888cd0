"""What a scan finds. Plain data."""

import msgspec

from drivers.model import Identity
from drivers.registry import Framing
from drivers.transport.serial_settings import SerialSettings


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that fits what answered. ``score`` is 0 to 1, ``evidence`` says why in words.

    ``sure`` when the instrument said that it is this model, and not only something alike.
    """

    profile: str
    model: str
    identity: Identity
    score: float
    sure: bool
    evidence: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something that answers, and the profiles that fit, best first; none when nothing is known.

    ``serial`` is the setting it answered with, None on TCP. ``unit`` and ``framing`` belong to
    Modbus, ``address`` to text and binary protocols that have one. ``remark`` is for people.
    """

    serial: SerialSettings | None
    unit: int | None = None
    framing: Framing | None = None
    address: str | None = None
    matches: tuple[Match, ...] = ()
    remark: str = ""

    @property
    def where(self) -> str:
        """Unit or address, in words; empty for an instrument alone on its line."""
        if self.unit is not None:
            return f"unit {self.unit}"
        return f"address {self.address}" if self.address is not None else ""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that no profile explains; ``question`` is empty when nobody was asked."""

    serial: SerialSettings | None
    question: str
    answer: str


class Findings(msgspec.Struct, kw_only=True):
    """What was found so far. ``complete`` once everything planned was tried."""

    found: list[Found] = []
    heard: list[Heard] = []
    notes: list[str] = []
    complete: bool = False


def show_line(serial: SerialSettings | None) -> str:
    """A line's settings as people write them: ``9600 8N1``; empty on TCP."""
    if serial is None:
        return ""
    return f"{serial.baud} {serial.data_bits}{serial.parity[0].upper()}{serial.stop_bits}"
