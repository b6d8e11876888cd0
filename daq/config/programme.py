"""``[programme.NAME]``: what a reliability test does, step by step, and how it is judged."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from daq.config.alarm.base import ChannelName, NotNegative, Number, Positive
from daq.config.types import Duration, Flag, Name, Table, Text, Within
from drivers.tomlfile import Expects

How: TypeAlias = Literal["clock", "hold", "restart-step"]

Span: TypeAlias = Annotated[Duration, Within("0s", "1000d")]

MOST_CYCLES = 10_000
LOOP_KEYS = frozenset({"name", "cycles", "step"})


class ToleranceConfig(Table, frozen=True):
    """How far from its set point a quantity may be."""

    below: NotNegative = Field(description="so far below")
    above: NotNegative = Field(description="so far above")


def _both_sides(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"below": float(value), "above": float(value)}
    return value


Tolerance: TypeAlias = Annotated[
    ToleranceConfig,
    BeforeValidator(_both_sides),
    Expects("a number, or { below = 1.0, above = 2.0 }"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["below", "above"],
                    "properties": {
                        "below": {"type": "number", "minimum": 0},
                        "above": {"type": "number", "minimum": 0},
                    },
                },
            ]
        }
    ),
]


class RoleConfig(Table, frozen=True):
    """A quantity of a programme, such as temperature: where it is measured, and its tolerance."""

    channel: ChannelName = Field(description="the channel that measures it")
    set_point: ChannelName | None = Field(
        default=None, description="the channel where the controller tells its set point"
    )
    set_point_within: NotNegative = Field(
        default=0.5, description="how far the controller's set point may be from the planned one"
    )
    tolerance: Tolerance | None = Field(
        default=None, description="of dwells; not judged when left out"
    )
    ramp_tolerance: Tolerance | None = Field(
        default=None, description="of ramps, around the moving set point; not judged when left out"
    )
    start: Number | None = Field(
        default=None, description="where the first ramp begins, if the first step ramps"
    )
    uncertain: Flag = Field(
        default=False, description="readings of uncertain quality count; else they are no data"
    )


class StepConfig(Table, frozen=True):
    """A step: set points, how they are reached, how long they are kept."""

    name: Annotated[Text, Field(min_length=1)] = Field(description="what people call it")
    set: dict[Name, Number] = Field(
        default={}, description="set points by role; they stay until another step changes them"
    )
    off: tuple[Name, ...] = Field(
        default=(), description="roles that are no longer controlled and not looked at"
    )
    ramp: Span = Field(default=0.0, description="time in which all set points move, in a line")
    rate: dict[Name, Positive] = Field(
        default={}, description="by how much a set point moves in a minute, by role"
    )
    dwell: Span | None = Field(default=None, description="how long the set points are kept")
    tolerance: dict[Name, Tolerance] = Field(
        default={}, description="of this dwell, by role, in place of the role's"
    )
    ramp_tolerance: dict[Name, Tolerance] = Field(
        default={}, description="of this ramp, by role, in place of the role's"
    )
    dwell_from: Literal["band", "plan"] = Field(
        default="band",
        description="the dwell counts from when all are within tolerance, or from its begin",
    )
    soak: Span = Field(
        default=0.0, description="how long all must have been within before the dwell counts"
    )
    wait_at_most: Span = Field(
        default=0.0, description="waiting longer for that is a deviation; 0s: never"
    )
    out_at_most: Span = Field(
        default=0.0, description="how long the dwell may be outside in all, without a deviation"
    )
    interruption: How | None = Field(
        default=None, description="what an interruption does to time, here"
    )
    out_of_band: How | None = Field(
        default=None, description="what a dwell outside its tolerance does to time, here"
    )
    controller_step: int | None = Field(
        default=None, strict=True, description="what the controller calls this step"
    )

    @model_validator(mode="after")
    def _whole(self) -> "StepConfig":
        if not _is_loop(self):
            self._check_step()
        return self

    def _check_step(self) -> None:
        if self.dwell is None and not self.ramp and not self.rate:
            raise ValueError("a step needs dwell, ramp or rate")
        if self.ramp and self.rate:
            raise ValueError("ramp and rate exclude each other")
        if missing := [role for role in self.rate if role not in self.set]:
            raise ValueError(f"rate of {missing[0]} without a set point in `set`")
        if (self.soak or self.wait_at_most) and (self.dwell is None or self.dwell_from == "plan"):
            raise ValueError('soak and wait_at_most need a dwell with dwell_from = "band"')
        if self.dwell_from == "plan" and self.out_of_band == "restart-step":
            raise ValueError(
                'out_of_band = "restart-step" needs dwell_from = "band", or it would begin anew '
                "for ever"
            )


def _is_loop(step: StepConfig) -> bool:
    return getattr(step, "cycles", None) is not None or bool(getattr(step, "step", ()))


def _check_loop(step: "LoopConfig | OuterStepConfig") -> None:
    if step.cycles is None:
        if step.step:
            raise ValueError("steps within a step need cycles, how often they are repeated")
        return
    if not step.step:
        raise ValueError("cycles needs steps to repeat")
    if other := sorted(step.model_fields_set - LOOP_KEYS):
        raise ValueError(f"{other[0]} belongs to the steps within, not beside cycles")


class LoopConfig(StepConfig, frozen=True):
    """A step, or steps that are repeated within steps that are repeated."""

    cycles: int | None = Field(
        default=None, strict=True, ge=1, le=MOST_CYCLES, description="how often"
    )
    step: tuple[StepConfig, ...] = Field(default=(), description="the steps")

    @model_validator(mode="after")
    def _loop(self) -> "LoopConfig":
        _check_loop(self)
        return self


class OuterStepConfig(StepConfig, frozen=True):
    """A step; or, with `cycles`, steps that are repeated: then it has but `name` and `step`."""

    cycles: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=MOST_CYCLES,
        description="how often the steps within are repeated",
    )
    step: tuple[LoopConfig, ...] = Field(
        default=(),
        description="the steps that are repeated; one of them may again have cycles and steps",
    )

    @model_validator(mode="after")
    def _loop(self) -> "OuterStepConfig":
        _check_loop(self)
        return self


class ProgrammeConfig(Table, frozen=True):
    """A programme of steps that runs are compared with."""

    title: Text = Field(default="", description="what people call it")
    standard: Text = Field(default="", description="after which it is done")
    role: dict[Name, RoleConfig] = Field(min_length=1, description="its quantities, by name")
    step: tuple[OuterStepConfig, ...] = Field(min_length=1, description="its steps, in order")
    interruption: How = Field(
        default="hold",
        description="what time does while there is no reading of use, the daemon does not run, or "
        "the run is paused: it goes on, the step stands still, or begins anew afterwards",
    )
    out_of_band: How = Field(
        default="hold", description="the same, while a dwell is outside its tolerance"
    )
    void_after: Span = Field(
        default=0.0, description="an interruption that lasts longer voids it all; 0s: none does"
    )
    reading_holds: Span = Field(
        default=0.0,
        description="for how long a reading counts; 0s: three intervals of its scan group",
    )
    controller: ChannelName | None = Field(
        default=None, description="the channel where the controller tells its step"
    )
    lag: Annotated[Duration, Within("0s", "30d")] = Field(
        default=300.0,
        description="for how long the controller may be elsewhere; 0s: for ever",
    )
