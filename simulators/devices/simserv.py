"""The parts of SimServ messages: codes, arguments, control variables; sources in weiss_simserv."""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import msgspec

SEPARATOR = "\xb6"
UNKNOWN, WRONG, UNREADABLE = "-5", "-6", "-8"

T = TypeVar("T")
Action: TypeAlias = Callable[[list[str]], list[str]]
"""Takes the arguments; answers the data behind the 1, or raises Refusal."""


class Refusal(Exception):  # noqa: N818 - the chamber's code for no
    """The code a command is answered with."""


class Variable(msgspec.Struct, frozen=True):
    """A control variable: name, limits, the event that hides it, and how it is read and set."""

    name: str
    unit: str
    low: float
    high: float
    event: str
    read: Callable[[], float]
    wanted: Callable[[], float]
    want: Callable[[float], None]


def pick(things: Sequence[T], given: list[str]) -> T:
    """The thing the first argument counts to, from 1.

    Raises:
        Refusal: there are fewer, or it is no number.
    """
    index = int(given[0]) if given[0].isdecimal() else 0
    if not 1 <= index <= len(things):
        raise Refusal(WRONG)
    return things[index - 1]


def within(text: str, low: float, high: float) -> float:
    """A number within limits.

    Raises:
        Refusal: it is none, or beyond them.
    """
    try:
        value = float(text)
    except ValueError:
        raise Refusal(WRONG) from None
    if not math.isfinite(value) or not low <= value <= high:
        raise Refusal(WRONG)
    return value
