"""What a metric is: a name, and how its value is found in the daemon's status. Plain data."""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, Literal, TypeAlias, TypeVar

import msgspec

from daq.control.status import DaemonStatus, Lateness

T = TypeVar("T")

Kind: TypeAlias = Literal["gauge", "counter", "histogram", "info"]

Values: TypeAlias = Mapping[tuple[str, ...], float]
"""Numbers by the values of a metric's own labels."""

Found: TypeAlias = float | Values | Lateness | Mapping[str, str] | None
"""A number, or several; the counts of a histogram; the labels of an info; None for nothing."""


class Metric(msgspec.Struct, Generic[T], frozen=True):
    """One metric family; ``labels`` are those it has beyond those of its table."""

    kind: Kind
    name: str
    about: str
    find: Callable[[T], Found]
    labels: tuple[str, ...] = ()


class Table(msgspec.Struct, Generic[T], frozen=True):
    """Metrics of one kind of thing: ``things`` finds them in the status, ``key`` their labels."""

    title: str
    labels: tuple[str, ...]
    things: Callable[[DaemonStatus], Iterable[T]]
    key: Callable[[T], tuple[str, ...]]
    metrics: tuple[Metric[T], ...]


def gauge(
    name: str, about: str, find: Callable[[T], float | Values | None], *labels: str
) -> Metric[T]:
    """What goes up and down."""
    return Metric("gauge", name, about, find, labels)


def counter(name: str, about: str, find: Callable[[T], float | Values], *labels: str) -> Metric[T]:
    """What only goes up while the daemon runs."""
    return Metric("counter", name, about, find, labels)


def histogram(name: str, about: str, find: Callable[[T], Lateness]) -> Metric[T]:
    """How often a quantity was up to each of several bounds."""
    return Metric("histogram", name, about, find)


def info(name: str, about: str, find: Callable[[T], Mapping[str, str]]) -> Metric[T]:
    """What is no number: always 1, told in labels."""
    return Metric("info", name, about, find)


def no_labels(_: object) -> tuple[str, ...]:
    """The labels of what there is one of."""
    return ()


def by_one_label(counts: Mapping[str, int]) -> Values:
    """Counts by the value of a metric's one label."""
    return {(key,): count for key, count in counts.items()}
