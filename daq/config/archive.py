"""``[archive]``: the journal beyond its retention."""

from pydantic import Field

from daq.config.types import FilePath, Table


class ArchiveConfig(Table, frozen=True):
    """Signed Parquet by day; none unless `path` is set."""

    path: FilePath | None = Field(
        default=None,
        description="folder of the archive. The daemon adds each day when it is over; `max_age` "
        "deletes nothing that is not in it yet, `max_size` does",
    )
