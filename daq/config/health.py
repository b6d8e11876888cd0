"""``[health]``: whether the daemon journals how it does itself."""

from typing import Annotated

from pydantic import Field

from daq.config.types import Duration, Table, Within


class HealthConfig(Table, frozen=True):
    """The daemon's own state, journalled as the instrument `daq`; not unless `interval` is set."""

    interval: Annotated[Duration, Within("1s", "1h")] | None = Field(
        default=None,
        description="time from one scan of memory, journal, buses and sinks to the next",
    )
