"""``[incident.NAME]`` and ``[procedure.NAME]``: emergencies, and what is to be done then."""

from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, Field, StringConstraints

from daq.config.types import Duration, Name, Table, Text, Within
from daq.incidents.incident import EVERY_WAY, By

T = TypeVar("T")


def _one_line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be one line of text")
    return value


def _some(value: tuple[T, ...]) -> tuple[T, ...]:
    # Not `min_length`: of a list whose only item is wrong it would say that it is empty.
    if not value:
        raise ValueError("must not be empty")
    return value


Urgency: TypeAlias = Literal["critical", "high", "medium", "low"]
"""Priorities of alarms that people are told of."""

StepText: TypeAlias = Annotated[str, StringConstraints(max_length=300), AfterValidator(_one_line)]


class AlarmChoice(Table, frozen=True):
    """Which alarms are meant: all that fit every key that is given."""

    alarms: tuple[Text, ...] = Field(
        default=(), description='names as a shell has them, such as "chamber.*"; all when left out'
    )
    groups: tuple[Text, ...] = Field(default=(), description="only alarms of these groups")
    rooms: tuple[Text, ...] = Field(default=(), description="only of instruments in these rooms")
    instruments: tuple[Name, ...] = Field(default=(), description="only of these instruments")


class IncidentConfig(AlarmChoice, frozen=True):
    """Alarms that open an incident, and which others join it."""

    priorities: Annotated[tuple[Urgency, ...], AfterValidator(_some)] = Field(
        default=("critical",), description="alarms of these priorities open one"
    )
    title: Text = Field(default="", description="what is the matter; the alarm's title when empty")
    join_by: tuple[By, ...] = Field(
        default=EVERY_WAY, description="an alarm joins that has one of these in common with it"
    )
    join_within: Annotated[Duration, Within("0s", "30d")] = Field(
        default=3600.0,
        description="and comes so soon after its latest alarm, or while one of them still holds",
    )


class ProcedureConfig(AlarmChoice, frozen=True):
    """A check list, for incidents with alarms that are meant."""

    title: Text = Field(default="", description="what people call it")
    priorities: tuple[Urgency, ...] = Field(
        default=(), description="only alarms of these priorities"
    )
    steps: Annotated[tuple[StepText, ...], AfterValidator(_some)] = Field(
        max_length=50, description="what is to be done, in order; a line each"
    )
