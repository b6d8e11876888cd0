"""Durations as profiles write them: ``"250ms"``, ``"3s"``, or a number of seconds."""

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

LONGEST = 600.0
"""Seconds. No exchange on a line takes longer; more is a slip of the unit."""

_FORM = re.compile(r"(\d+(?:\.\d+)?) *(us|ms|s|min)")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}


def seconds(value: object) -> object:
    """Seconds from a duration as written; numbers pass as they are.

    Raises:
        ValueError: a text that is no duration.
    """
    if not isinstance(value, str):
        return value
    match = _FORM.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"no duration: {value!r}; write for example '250ms', '3s' or '1min'")
    return float(match[1]) * _UNITS[match[2]]


Seconds: TypeAlias = Annotated[float, BeforeValidator(seconds), Field(ge=0, le=LONGEST)]
"""A duration in a profile; seconds once read."""
