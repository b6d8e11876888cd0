"""``[daemon]``: what the daemon's process runs on."""

from typing import Literal

from pydantic import Field

from daq.config.types import Table


class DaemonConfig(Table, frozen=True):
    """What the daemon's process runs on."""

    loop: Literal["asyncio", "uvloop"] = Field(
        default="asyncio",
        description="the event loop; uvloop takes less of the processor where many units answer "
        "over TCP, needs `pip install lab-daq[uvloop]`, and gives way to asyncio where it is "
        "not installed",
    )
