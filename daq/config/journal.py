"""``[journal]``: how the journal is kept, and who vouches for it."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from daq.config.secret import Secret
from daq.config.types import Duration, FilePath, Size, Table, Within


def _stamp_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError('must be like "http://timestamp.example.org/tsr"')
    return url


StampUrl: TypeAlias = Annotated[str, AfterValidator(_stamp_url)]


class JournalConfig(Table, frozen=True):
    """The durable local log of every reading."""

    path: FilePath = Field(
        default=Path("journal.db"),
        validate_default=True,
        description="the journal's file; a relative path counts from this file",
    )
    commit_interval: Annotated[Duration, Within("1ms", "10s")] = Field(
        default=0.1, description="entries of this time are made durable together"
    )
    max_size: Size = Field(
        default=10_000_000_000, ge=1_000_000, description="limit of the file's size"
    )
    max_age: Annotated[Duration, Within("1h", "36500d")] = Field(
        default=400 * 86_400.0, description="entries older than this are deleted"
    )
    when_full: Literal["drop-oldest", "drop-new"] = Field(
        default="drop-oldest",
        description="what gives way when max_size or max_pending is reached",
    )
    max_pending: Size = Field(
        default=32 * 1024 * 1024,
        ge=1_000_000,
        description="limit of the memory in which entries wait for a disk that is full or fails",
    )
    signing_key: Secret | None = Field(
        default=None,
        description="the station's Ed25519 key, which signs checkpoints; `daq key create` makes it",
    )
    deposit: FilePath | None = Field(
        default=None,
        description="folder in which each checkpoint is kept as a file, best on another machine",
    )
    timestamp_url: StampUrl | None = Field(
        default=None, description="address of an authority that stamps checkpoints (RFC 3161)"
    )

    @property
    def vouches(self) -> bool:
        """Whether checkpoints are taken."""
        return any((self.signing_key, self.deposit, self.timestamp_url))
