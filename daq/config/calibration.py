"""``[calibration]``: where the certificates are, and when their due dates are told."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from daq.config.types import INTEGER, FilePath, Table
from drivers.tomlfile import Expects

MOST_REMINDERS = 20


def _descending(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(days), reverse=True))


Days: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=3660), INTEGER]


class CalibrationConfig(Table, frozen=True):
    """Certificates of the instruments; none unless `path` is set."""

    path: FilePath | None = Field(
        default=None, description="folder of the certificates, a .toml file each"
    )
    remind: Annotated[
        tuple[Days, ...],
        Field(max_length=MOST_REMINDERS),
        AfterValidator(_descending),
        Expects("an array of whole numbers of days such as [30, 7, 0]"),
    ] = Field(
        default=(30, 7, 0),
        description="days before the due date at which an event tells of it; 0 when it is past",
    )
