"""``[evidence]``: what a report says of the laboratory."""

from pydantic import Field

from daq.config.types import Table, Text


class EvidenceConfig(Table, frozen=True):
    """Evidence packs and their reports."""

    laboratory: Text = Field(
        default="", description="name of the laboratory; `[site] title` when left out"
    )
    address: Text = Field(default="", description="its address, as a report states it")
