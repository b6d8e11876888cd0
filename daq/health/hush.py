"""Silences through a lost bus: told once for the bus, not for each of its instruments. Pure."""

from collections.abc import Mapping

import msgspec


class Over(msgspec.Struct, frozen=True):
    """The silence of a bus is over: it is in use, and each instrument speaks or is told alone."""

    bus: str
    seconds: float


class _Hush(msgspec.Struct):
    """``waiting``: seconds each instrument has stayed silent although the bus is in use again."""

    seconds: float
    waiting: dict[str, float] = {}


class Hushes:
    """Which instruments are silent because their bus is lost.

    One whose bus is in use again and that stays silent all the same has a silence of its own,
    after the same patience as any other.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Hush] = {}

    def begins(self, bus: str, instrument: str, seconds: float) -> bool:
        """An instrument has been silent for so long and its bus is lost; True if that is new."""
        new = bus not in self._known
        hush = self._known.setdefault(bus, _Hush(seconds))
        hush.waiting[instrument] = 0.0
        return new

    def ends(self, instrument: str) -> bool:
        """An instrument speaks again; True when its silence was told for its bus alone."""
        return any(hush.waiting.pop(instrument, None) is not None for hush in self._known.values())

    def look(
        self, passed: float, lost: Mapping[str, bool], patience: Mapping[str, float]
    ) -> tuple[list[str], list[Over]]:
        """Look, ``passed`` seconds after the look before.

        ``lost`` says of each bus there is whether it is lost now, ``patience`` how long (s) each
        instrument there is may be silent. Returns the instruments that have a silence of their
        own since, and the buses whose silence is over.
        """
        own: list[str] = []
        over: list[Over] = []
        for bus, hush in list(self._known.items()):
            hush.seconds += passed
            if lost.get(bus, False):
                hush.waiting = dict.fromkeys(hush.waiting, 0.0)
            else:
                own += _patient(hush, passed, patience)
            if not hush.waiting:
                del self._known[bus]
                over += [Over(bus, hush.seconds)] if bus in lost else []
        return own, over


def _patient(hush: _Hush, passed: float, patience: Mapping[str, float]) -> list[str]:
    """The instruments whose time is up; they, and those that are gone, wait no more."""
    times = {name: time + passed for name, time in hush.waiting.items() if name in patience}
    hush.waiting = {name: time for name, time in times.items() if time <= patience[name]}
    return [name for name in times if name not in hush.waiting]
