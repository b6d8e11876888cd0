"""The types of values a configuration holds, each with its words for an error."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, TypeAlias, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    Strict,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from daq.config.expand import Expanded
from drivers.tomlfile import Expects
from drivers.units import (
    DURATION_PATTERN,
    SIZE_PATTERN,
    parse_duration,
    parse_size,
    show_duration,
    show_size,
)

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_HOST_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^\s:/@\[\]]+):(?P<port>[0-9]{1,5})")
_PORTS = range(1, 65_536)


class Table(BaseModel, frozen=True, extra="forbid", defer_build=True):
    """A table of the configuration: read once, never changed, and no key it does not know.

    What checks it is built when it is needed: most tables are only read as a part of others, and
    the daemon keeps what was built.
    """


def _name(value: str) -> str:
    if _NAME.fullmatch(value):
        return value
    near = re.sub(r"[^a-z0-9_-]+", "-", value.lower()).strip("-_")[:64]
    raise PydanticCustomError(
        "name",
        "must be lower-case letters, digits, '-' and '_', beginning with a letter or digit",
        {"hint": f'for example "{near}"' if near else ""},
    )


def _from_variable(read: Callable[[str], object]) -> BeforeValidator:
    def convert(value: object) -> object:
        if not isinstance(value, Expanded):
            return value
        try:
            return read(value)
        except (ValueError, KeyError):
            return value

    return BeforeValidator(convert)


def _in_units(parse: Callable[[str], float], words: str) -> BeforeValidator:
    def convert(value: object) -> float:
        if not isinstance(value, str):
            raise PydanticCustomError("units", "must be {words}", {"words": words})
        try:
            return parse(value)
        except ValueError:
            raise PydanticCustomError("units", "must be {words}", {"words": words}) from None

    return BeforeValidator(convert)


@dataclass(frozen=True, slots=True)
class Within:
    """Bounds of a duration, both included, as they are written."""

    low: str
    high: str

    def __get_pydantic_core_schema__(
        self,
        source: object,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        """Check after the duration has been read."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: float) -> float:
        if not parse_duration(self.low) <= value <= parse_duration(self.high):
            raise PydanticCustomError("range", "must be from {low} to {high}", asdict(self))
        return value


def profiles_of(info: ValidationInfo) -> Path | None:
    """The folder of the laboratory's own profiles, if the configuration names one."""
    return cast("dict[str, Path | None]", info.context or {}).get("profiles")


def folder_of(info: ValidationInfo) -> Path:
    """The folder of the configuration file; empty when validating without one."""
    return cast("dict[str, Path]", info.context or {}).get("folder", Path())


def _absolute(value: object, info: ValidationInfo) -> object:
    """Relative paths count from the folder of the configuration file."""
    if not isinstance(value, (str, Path)):
        return value
    if str(value) == "":
        raise ValueError("must not be empty")
    return folder_of(info) / value


def _host_port(value: str) -> str:
    match = _HOST_PORT.fullmatch(value)
    if match is None or int(match["port"]) not in _PORTS:
        raise ValueError('must be "host:port", such as "192.168.1.20:502" or "[fd00::5]:502"')
    return value


def split_host_port(address: str) -> tuple[str, int]:
    """Host and port of a ``HostPort``; brackets of an IPv6 address are taken off."""
    match = _HOST_PORT.fullmatch(address)
    if match is None:
        raise ValueError(f"not an address: {address!r}")
    return match["host"].strip("[]"), int(match["port"])


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_DURATION = 'a duration such as "500ms", "1s", "5min", "12h" or "400d"'
_SIZE = 'a size such as "500MB", "10GB" or "4GiB"'

INTEGER = _from_variable(int)
"""Last in an ``Annotated[int, Field(strict=True, ...)]``: a variable may hold the number. Any
other text is an error."""

NUMBER = _from_variable(float)
"""The same, last in an ``Annotated[float, Field(strict=True, ...)]``."""

Flag: TypeAlias = Annotated[
    bool, Strict(), _from_variable({"true": True, "false": False}.__getitem__)
]
Text: TypeAlias = Annotated[str, Field(max_length=1000)]
Name: TypeAlias = Annotated[
    str,
    AfterValidator(_name),
    Expects('a name such as "rs485-1"'),
    WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"}),
]
Duration: TypeAlias = Annotated[
    float,
    _in_units(parse_duration, _DURATION),
    PlainSerializer(show_duration, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": rf"^{DURATION_PATTERN}$|\$\{{"}),
    Expects(_DURATION),
]
Size: TypeAlias = Annotated[
    int,
    _in_units(parse_size, _SIZE),
    PlainSerializer(show_size, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": rf"^{SIZE_PATTERN}$|\$\{{"}),
    Expects(_SIZE),
]
FilePath: TypeAlias = Annotated[
    Path, BeforeValidator(_absolute), Expects("the path of a file, in quotes")
]
HostPort: TypeAlias = Annotated[
    str, AfterValidator(_host_port), Expects('"host:port", such as "192.168.1.20:502"')
]
