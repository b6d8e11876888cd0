"""What is known of a period in which all was well: mean and sigma for a control chart."""

import heapq
import math
import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from daq.alarms.conditions.sampler import Sampler
from daq.alarms.errors import AlarmError
from daq.alarms.rule import Point
from daq.alarms.timeline import Timeline
from daq.alarms.wiring import means
from daq.journal.corrected import Corrections
from daq.journal.entry import Scan
from daq.journal.query import Query
from daq.journal.reader import JournalReader

FEWEST = 20
"""Samples below which a sigma says little: it is known to 16 % at best."""

ENOUGH = 100
"""Samples from which limits are nearly those of a known sigma (Quesenberry, J. Qual. Technol. 25
(1993) 237, asks for 300 individual values; 100 keep sigma within 7 %)."""

D2 = 1.128
"""Mean range of two normal values, in sigmas."""

NORMAL_5 = 0.752
"""What the Anderson-Darling statistic of normal values exceeds once in 20 times when mean and
sigma are estimated: R. B. D'Agostino, M. A. Stephens, Goodness-of-Fit Techniques (1986), table 4.7.
"""


class Figures(msgspec.Struct, frozen=True):
    """What is known of samples.

    ``short`` is the sigma of the moving range; ``correlation`` that of a sample and the next;
    ``normality`` the Anderson-Darling statistic, corrected for the count.
    """

    count: int
    mean: float
    sigma: float
    short: float
    correlation: float
    normality: float


def samples(reader: JournalReader, query: Query, point: Point, every: int) -> Iterator[float]:
    """The samples a chart takes in a period: usable readings, or means of each ``every`` ns.

    Raises:
        JournalError: the journal cannot be read.
    """
    timeline, sampler, corrections = Timeline(), Sampler(every), Corrections()
    entries = heapq.merge(reader.scans(query), reader.events(query), key=lambda entry: entry.seq)
    for entry in entries:
        time = timeline.move(entry)
        if not isinstance(entry, Scan) or not means(point, entry.series):
            continue
        names = [channel.name for channel in entry.series.key.channels]
        if point.channel in names:
            place = names.index(point.channel)
            values = corrections.values(entry)  # a chart judges corrected values, too
            sample = sampler.feed(time, values[place], entry.statuses[place])
            if sample is not None:
                yield sample


def figures(found: Sequence[float]) -> Figures:
    """What samples, in their order, say.

    Raises:
        AlarmError: they are too few, or all the same.
    """
    if len(found) < FEWEST:
        raise AlarmError(f"{len(found)} samples are too few: {FEWEST} at least, {ENOUGH} are good")
    mean, sigma = statistics.fmean(found), statistics.stdev(found)
    if not sigma:
        raise AlarmError(f"all {len(found)} samples are {mean:g}: there is no sigma to chart")
    ranges = statistics.fmean(abs(b - a) for a, b in pairwise(found))
    products = math.fsum((a - mean) * (b - mean) for a, b in pairwise(found))
    return Figures(
        count=len(found),
        mean=mean,
        sigma=sigma,
        short=ranges / D2,
        correlation=products / (sigma**2 * (len(found) - 1)),
        normality=anderson_darling(found),
    )


def anderson_darling(found: Sequence[float]) -> float:
    """How far samples are from normal, by their own mean and sigma, corrected for their count."""
    count = len(found)
    normal = statistics.NormalDist.from_samples(found)
    below = [min(max(normal.cdf(value), 1e-300), 1 - 1e-16) for value in sorted(found)]
    terms = (
        (2 * n + 1) * (math.log(low) + math.log1p(-high))
        for n, (low, high) in enumerate(zip(below, reversed(below), strict=True))
    )
    square = -count - math.fsum(terms) / count
    return square * (1 + 0.75 / count + 2.25 / count**2)


def hints(known: Figures) -> Iterator[str]:
    """What speaks against judging by these figures, and what to do."""
    if known.count < ENOUGH:
        yield f"{known.count} samples are few: with {ENOUGH} sigma is known to 7 %"
    if abs(known.correlation) > 2 / math.sqrt(known.count):
        yield (
            f"a sample is like the next (correlation {known.correlation:.2f}): charts would cry "
            "wolf; take a longer `every`"
        )
    if known.normality > NORMAL_5:
        yield (
            f"they are not normal (Anderson-Darling {known.normality:.2f}, allowed {NORMAL_5}): "
            "look for what was not well in the period, or take a longer `every`"
        )
