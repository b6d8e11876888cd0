"""``[annunciator.NAME]``: a lamp and a horn, and the alarms they are for."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from daq.config.types import INTEGER, Duration, Table, Text, Within
from drivers.tomlfile import Expects

Urgency: TypeAlias = Literal["critical", "high", "medium", "low"]
Coil: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=65_535), INTEGER]


class AnyAnnunciator(Table, frozen=True):
    """What all annunciators have in common."""

    priorities: tuple[Urgency, ...] = Field(
        default=("critical", "high"), min_length=1, description="of the alarms it is for"
    )
    groups: tuple[Text, ...] = Field(
        default=(), description="of the alarms it is for; all when left out"
    )


class CommandAnnunciator(AnyAnnunciator, frozen=True):
    """A command, run whenever lamp or horn have to do something else."""

    type: Literal["command"] = Field(description="the kind")
    run: tuple[
        Annotated[str, StringConstraints(min_length=1, max_length=4096), Expects("text")], ...
    ] = Field(
        min_length=1,
        description="path of the program, and its arguments, without a shell; it finds DAQ_LAMP "
        "(off, steady, flashing), DAQ_HORN (on, off), DAQ_STATE, DAQ_PRIORITY, DAQ_ALARM, "
        "DAQ_UNACKNOWLEDGED and DAQ_ACTIVE in its environment, and nothing of the daemon's",
    )
    deadline: Annotated[Duration, Within("100ms", "10min")] = Field(
        default=10.0, description="it is ended after this time"
    )
    every: Annotated[Duration, Within("100ms", "1h")] = Field(
        default=1.0, description="shortest time from the end of one run to the next"
    )

    @model_validator(mode="after")
    def _path(self) -> "CommandAnnunciator":
        if not self.run[0].startswith("/"):
            raise ValueError("run: the program must be given by its whole path")
        return self


class CoilAnnunciator(AnyAnnunciator, frozen=True):
    """Coils of a Modbus unit, written between the scans of its bus."""

    type: Literal["coil"] = Field(description="the kind")
    bus: str = Field(description="the bus the unit is on")
    unit: Annotated[int, Field(strict=True, ge=1, le=247), INTEGER] = Field(
        description="Modbus unit"
    )
    lamp: Coil | None = Field(default=None, description="address of the lamp's coil, from 0")
    horn: Coil | None = Field(default=None, description="address of the horn's coil, from 0")
    flash: Annotated[Duration, Within("400ms", "10s")] | None = Field(
        default=None,
        description="the lamp goes on and off once in this time until somebody acknowledges, each "
        "time by a write; when left out it is switched on and flashes by itself, or not at all",
    )
    verify: bool = Field(default=True, description="read each coil back after it was written")
    allow_writing: Literal[True] = Field(
        description="must be `true`: without that the daemon writes to nothing on any bus"
    )

    @model_validator(mode="after")
    def _one(self) -> "CoilAnnunciator":
        if self.lamp is None and self.horn is None:
            raise ValueError("needs lamp, horn or both")
        if self.lamp == self.horn:
            raise ValueError("lamp and horn cannot be the same coil")
        return self

    @property
    def coils(self) -> dict[str, int]:
        """The coils by key."""
        given = {"lamp": self.lamp, "horn": self.horn}
        return {key: coil for key, coil in given.items() if coil is not None}


AnnunciatorConfig: TypeAlias = Annotated[
    CommandAnnunciator | CoilAnnunciator, Field(discriminator="type")
]
"""The ``type`` says which."""
