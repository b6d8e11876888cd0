"""``[instrument.NAME]`` and ``[instrument.NAME.group.NAME]``: what is read, where, how often."""

from typing import Annotated, Any, TypeAlias, cast

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from daq.config.types import INTEGER, Duration, Name, Table, Text, Within, folder_of, profiles_of
from drivers.tomlfile import Expects

_ALARMS = "true, false, a list of names, or a table of changes"


def _choice(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple)):
        names = cast("list[object]", value)
        if all(isinstance(name, str) for name in names):
            return tuple(names)
    if isinstance(value, dict):
        changes = cast("dict[str, object]", value)
        if all(isinstance(change, (bool, dict)) for change in changes.values()):
            return changes
    raise PydanticCustomError("alarms", "must be {words}", {"words": _ALARMS})


Alarms: TypeAlias = Annotated[
    bool | tuple[str, ...] | dict[str, Any],
    BeforeValidator(_choice),
    Expects(_ALARMS),
]


class GroupConfig(Table, frozen=True):
    """Channels read together."""

    interval: Annotated[Duration, Within("10ms", "366d")] = Field(
        description="time from scan to scan"
    )
    channels: tuple[str, ...] = Field(
        default=(), description="names of the profile's channels; all when left out"
    )

    @field_validator("channels")
    @classmethod
    def _each_once(cls, channels: tuple[str, ...]) -> tuple[str, ...]:
        twice = [name for name in dict.fromkeys(channels) if channels.count(name) > 1]
        if twice:
            raise ValueError(f"has {', '.join(twice)} more than once")
        return channels


class InstrumentConfig(Table, frozen=True):
    """One physical device."""

    profile: str = Field(
        min_length=1,
        description="name of a profile (`daq drivers list`, or a file of `[profiles] folder`), "
        "or the path of a .toml file",
    )
    bus: str = Field(description="the bus it is connected to")
    unit: Annotated[int, Field(strict=True, ge=0, le=255), INTEGER] | None = Field(
        default=None, description="Modbus unit (1 to 247 on a serial line)"
    )
    address: Annotated[str, Field(min_length=1, max_length=32)] | None = Field(
        default=None,
        description="address of an instrument that has one: addressed text, AIBUS, DL/T 645",
    )
    title: Text = Field(default="", description="what people call it")
    room: Text = Field(default="", description="where it stands; the page groups by it")
    asset: Text = Field(default="", description="asset id; goes with every scan")
    serial_number: Text = Field(
        default="",
        description="what identification must return; another instrument is then an error",
    )
    silent_after: Annotated[Duration, Within("1s", "366d")] = Field(
        default=60.0,
        description="time without any reading of use after which an event tells that it is "
        "silent; never before three intervals have passed",
    )
    alarms: Alarms = Field(
        default=False,
        description="the alarms of its profile: true; a list of those wanted; or a table of what "
        "is to be otherwise (`[instrument.NAME.alarms.deviation] by = 3`, `humidity = false`)",
    )
    group: dict[Name, GroupConfig] = Field(min_length=1, description="scan groups by name")

    @field_validator("profile")
    @classmethod
    def _from_the_folder(cls, profile: str, info: ValidationInfo) -> str:
        if profile.endswith(".toml"):
            return str(folder_of(info) / profile)
        own = profiles_of(info)
        path = own and own / f"{profile}.toml"
        return str(path) if path and path.is_file() else profile
