"""The durations of a profile: ``"250ms"``, ``"3s"``, or a number of seconds."""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from drivers.units import parse_duration

LONGEST = 600.0
"""Seconds. No exchange on a line takes longer; more is a slip of the unit."""


def seconds(value: object) -> object:
    """Seconds from a duration as written; numbers pass as they are.

    Raises:
        ValueError: a text that is no duration.
    """
    if not isinstance(value, str):
        return value
    try:
        return parse_duration(value.strip())
    except ValueError as error:
        raise ValueError(
            f"no duration: {value!r}; write for example '250ms', '3s' or '1min'"
        ) from error


Seconds: TypeAlias = Annotated[float, BeforeValidator(seconds), Field(ge=0, le=LONGEST)]
"""A duration in a profile; seconds once read."""
