"""``[access]``: users, roles and passwords of their own, in place of one shared password."""

from typing import Annotated

from pydantic import Field

from daq.config.types import INTEGER, Duration, FilePath, Table, Within


class AccessConfig(Table, frozen=True):
    """Users with roles, kept in a file by `daq users`; without `users`, `[web]` has one password.

    What is required of passwords holds from their next change on.
    """

    users: FilePath | None = Field(
        default=None, description="the file of users; `daq users add` makes it"
    )
    min_length: Annotated[int, Field(strict=True, ge=8, le=64), INTEGER] = Field(
        default=12, description="characters a password has at least"
    )
    max_age: Annotated[Duration, Within("1d", "3660d")] | None = Field(
        default=None, description="a password older than this signs nobody in; never when left out"
    )
    attempts: Annotated[int, Field(strict=True, ge=1, le=50), INTEGER] = Field(
        default=5, description="so many wrong passwords lock a user"
    )
    lock: Annotated[Duration, Within("1s", "1d")] = Field(
        default=900.0, description="how long; and within which time they count"
    )
    idle: Annotated[Duration, Within("1min", "7d")] = Field(
        default=12 * 3600.0,
        description="a sign-in ends when nothing was opened or done for so long",
    )
