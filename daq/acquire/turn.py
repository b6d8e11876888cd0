"""Whose turn it is on a bus. Pure; the caller has the clock."""

from collections.abc import Sequence

from daq.acquire.allowance import Allowance
from daq.acquire.instrument import PolledInstrument
from drivers.transport.reply import Settings


def next_turn(
    instruments: Sequence[PolledInstrument], allowance: Allowance, line: Settings, now: float
) -> PolledInstrument:
    """The instrument to be served next, at its time: the earliest deadline first.

    One that may not answer waits while it would keep another from a scan, unless the allowance
    pays for that: a bus with many dead instruments still serves the living ones.
    """
    first = min(instruments, key=_turn)
    if not first.doubtful:
        return first
    sound = [instrument for instrument in instruments if not instrument.doubtful]
    if not sound:
        return first
    when = max(now, first.due)
    end = when + first.cost(line)
    if allowance.left(when) or all(end <= instrument.slack for instrument in sound):
        return first
    return min(sound, key=_turn)


def _turn(instrument: PolledInstrument) -> tuple[float, float]:
    """Of those due together, whoever has waited longest."""
    return instrument.due, instrument.served
