"""What the daemon is asked to do with the series of a run; docs/reference/series.md.

How a series is, the journal knows (``daq.series.past``): nobody asks for that here.
"""

from pathlib import Path
from typing import Annotated

import msgspec

from daq.control.client import ask
from daq.control.request import By, Reason, Request

DEADLINE = 30.0
"""Seconds a client waits for a line: the instrument has to be read first."""

RunId = Annotated[str, msgspec.Meta(max_length=40)]
Sample = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""What a sample is called, as a bar-code has it; one line."""


class SeriesTakeRequest(Request, tag="series-take", frozen=True):
    """Fill the next line with the next reading; ``sample`` names it.

    Without a ``run`` the only series is meant that goes on.
    """

    run: RunId = ""
    sample: Sample = ""
    by: By = ""


class SeriesSampleRequest(Request, tag="series-sample", frozen=True):
    """Name the next sample; the line is filled later, by the key of the instrument."""

    run: RunId = ""
    sample: Sample = ""
    by: By = ""


class SeriesStrikeRequest(Request, tag="series-strike", frozen=True):
    """Strike out the line of a sample, or the last that was filled (0); ``reason`` says why."""

    run: RunId = ""
    line: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    by: By = ""
    reason: Reason = ""


class SeriesDone(msgspec.Struct, frozen=True, kw_only=True):
    """How the series is after somebody did something with it.

    ``next`` is the number of the sample to be measured next, 0 when all are; ``line`` and ``text``
    are what was done, ``statement`` what is said of the line, ``verdict`` of the series, empty
    while there is none. ``refused`` says why a reading filled nothing. ``durable`` is false when
    the disk has not taken it in time.
    """

    run: str
    next: int
    count: int
    line: int = 0
    text: str = ""
    statement: str = ""
    verdict: str = ""
    refused: str = ""
    durable: bool = True


def ask_series(
    path: Path, request: SeriesTakeRequest | SeriesSampleRequest | SeriesStrikeRequest
) -> SeriesDone:
    """Fill a line, name the next sample, or strike out a line.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it cannot be done; the text says why.
    """
    return ask(path, request, SeriesDone, DEADLINE)
