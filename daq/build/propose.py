"""From what a scan found to a configuration whose schedule the line can carry."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from daq.build.demand import plan_of
from daq.build.setup import Setup
from daq.config.config import Config
from daq.scan.finding import Found
from daq.scan.place import Place
from daq.scan.snippet import snippet

INTERVALS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds from scan to scan that are tried, until the line can carry them."""


def propose(place: Place, port: str, found: Sequence[Found]) -> str:
    """The piece of configuration; empty when nothing was recognised."""
    text = ""
    for interval in INTERVALS:
        text = snippet(place, port, found, interval)
        if not text or _fits(text):
            break
    return text


def _fits(text: str) -> bool:
    data = {"site": {"name": "scan"}, **tomllib.loads(text)}
    config = Config.model_validate(data, context={"folder": Path("/")})
    report = plan_of(Setup.of(config))
    return not report.errors and not report.warnings
