"""All figures of a period. Pure."""

from collections.abc import Iterable

import msgspec

from daq.alarms.figures.actors import Actor, Share, bad_actors, shares
from daq.alarms.figures.annunciation import annunciations
from daq.alarms.figures.delays import Delays, Detection, detection, to_acknowledge, unacknowledged
from daq.alarms.figures.nuisance import (
    Chattering,
    Fleeting,
    Standing,
    chattering,
    fleeting,
    standing,
)
from daq.alarms.figures.rates import Rates, rates
from daq.journal.entry import Event


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a period (ns since 1970 UTC, ``end`` excluded) says of a set of alarms.

    ``top_part`` is the part (0 to 1) of all that the bad actors make; ``unacknowledged`` counts
    what nobody took charge of.
    """

    start: int
    end: int
    rates: Rates
    bad_actors: tuple[Actor, ...]
    top_part: float
    priorities: tuple[Share, ...]
    chattering: tuple[Chattering, ...]
    fleeting: tuple[Fleeting, ...]
    standing: tuple[Standing, ...]
    to_acknowledge: Delays
    unacknowledged: int
    detection: Detection


def figures(events: Iterable[Event], start: int, end: int) -> Figures:
    """The figures of a period, from the events of alarms in the order of the journal.

    ``events`` may begin before the period: what stands then is known. What comes after its end
    counts as not yet happened for what stands, and is taken for acknowledgements.

    Raises:
        ValueError: the period has no length, or an event of an alarm is none.
    """
    known = annunciations(events)
    told = [each for each in known if start <= each.time < end]
    actors = bad_actors(told)
    return Figures(
        start=start,
        end=end,
        rates=rates([each.time for each in told], start, end),
        bad_actors=actors,
        top_part=sum(each.part for each in actors),
        priorities=shares(told),
        chattering=chattering(told),
        fleeting=fleeting(told),
        standing=standing(known, start, end),
        to_acknowledge=to_acknowledge(told),
        unacknowledged=unacknowledged(told),
        detection=detection(told),
    )
