"""``[runs]``: what a run has to have, and what may be in several at a time."""

from typing import Literal, TypeAlias

from pydantic import Field

from daq.config.types import Table

RunField: TypeAlias = Literal[
    "sample", "order", "standard", "method", "programme", "cost_centre", "why"
]
"""What a start may say beside its instruments."""


class RunsConfig(Table, frozen=True):
    """Runs: what is done to a sample, from a start to an end."""

    required: tuple[RunField, ...] = Field(
        default=(), description="a run does not start without these"
    )
    shared: bool = Field(
        default=False, description="an instrument may be in several runs at a time"
    )
