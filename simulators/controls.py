"""What a person standing at a device can do: turn a knob, press a key, put on a load."""

import math
from collections.abc import Callable

import msgspec

from simulators.device import Value
from simulators.errors import OperationError


class Control(msgspec.Struct, frozen=True):
    """One thing that can be operated.

    ``help`` says what it does, with its unit; ``act`` does it, or raises OperationError;
    ``read`` tells how it stands, where it stands anyhow.
    """

    help: str
    act: Callable[[Value], None]
    read: Callable[[], Value] | None = None


def number(
    words: str,
    act: Callable[[float], None],
    read: Callable[[], Value] | None = None,
    *,
    low: float = -math.inf,
    high: float = math.inf,
) -> Control:
    """A knob: takes a number from ``low`` to ``high``."""

    def turn(value: Value) -> None:
        if isinstance(value, str | bool | None) or not math.isfinite(value):
            raise OperationError(f"takes a number, not {value!r}")
        if not low <= value <= high:
            raise OperationError(f"takes {low:g} to {high:g}, not {value:g}")
        act(float(value))

    return Control(words, turn, read)


def switch(
    words: str, act: Callable[[bool], None], read: Callable[[], Value] | None = None
) -> Control:
    """A switch: takes true or false."""

    def flip(value: Value) -> None:
        if not isinstance(value, bool):
            raise OperationError(f"takes true or false, not {value!r}")
        act(value)

    return Control(words, flip, read)


def choice(
    words: str,
    act: Callable[[str], None],
    read: Callable[[], Value] | None = None,
    *,
    among: tuple[str, ...] = (),
) -> Control:
    """A selector: takes one of some words, or any text where none are named."""

    def select(value: Value) -> None:
        if not isinstance(value, str) or (among and value not in among):
            kinds = f"one of {', '.join(among)}" if among else "a text"
            raise OperationError(f"takes {kinds}, not {value!r}")
        act(value)

    return Control(words, select, read)


def key(words: str, act: Callable[[], None]) -> Control:
    """A key: is pressed, without a value."""

    def press(value: Value) -> None:
        if value is not None:
            raise OperationError(f"is a key and takes no value, not {value!r}")
        act()

    return Control(words, press)
