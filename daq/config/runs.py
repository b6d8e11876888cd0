"""``[runs]``: what a run has to have, and what may be in several at a time."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from daq.config.types import Table

RunField: TypeAlias = Literal[
    "sample", "order", "standard", "method", "programme", "cost_centre", "why"
]
"""What a start may say beside its instruments."""


def _code(value: str) -> str:
    if value.strip() == value and value and value.isprintable():
        return value
    raise ValueError("must be what the scanner types: one line without blanks around it")


Code: TypeAlias = Annotated[str, StringConstraints(max_length=50), AfterValidator(_code)]


class RunCodes(Table, frozen=True):
    """What a bar-code scanner reads off a card to do something with a run, on the page."""

    start: Code = Field(default="RUN-START", description="starts what was scanned before")
    pause: Code = Field(default="RUN-PAUSE", description="lets the run rest")
    resume: Code = Field(default="RUN-RESUME", description="lets it go on")
    stop: Code = Field(default="RUN-STOP", description="ends it as completed")

    @model_validator(mode="after")
    def _apart(self) -> "RunCodes":
        words = [self.start, self.pause, self.resume, self.stop]
        if twice := [word for word in words if words.count(word) > 1]:
            raise ValueError(f'"{twice[0]}" is there twice; every code needs a word of its own')
        return self


class RunsConfig(Table, frozen=True):
    """Runs: what is done to a sample, from a start to an end."""

    required: tuple[RunField, ...] = Field(
        default=(), description="a run does not start without these"
    )
    shared: bool = Field(
        default=False, description="an instrument may be in several runs at a time"
    )
    codes: RunCodes = Field(
        default_factory=RunCodes, description="what a bar-code scanner types to do something"
    )
