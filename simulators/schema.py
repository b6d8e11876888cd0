"""The tables of a `[lab]` section, one by one."""

import re
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from simulators.faults import Fault, Framing
from simulators.limits import FASTEST, HIGHEST_PORT

UNITS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
SERIAL_BAUD = 9600


def seconds(value: object) -> object:
    """A duration like "500ms", "8s", "2min", "1h" in seconds; what is no text stays.

    Raises:
        ValueError: it is no duration.
    """
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)", value.strip())
    if match is None:
        raise ValueError(f'a duration is like "500ms", "8s" or "2min", not {value!r}')
    return float(match[1]) * UNITS[match[2]]


Duration: TypeAlias = Annotated[float, BeforeValidator(seconds), Field(ge=0)]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WireTable(_Table):
    """`[lab.wire.NAME]`."""

    pty: str | None = None
    tcp: str | None = None
    baud: Annotated[int, Field(ge=50, le=4_000_000)] | None = None
    framing: Framing | None = None
    data_bits: Literal[7, 8] = 8
    parity: Literal["none", "even", "odd", "mark", "space"] = "none"
    stop_bits: Literal[1, 2] = 1
    pacing: Literal["adapter", "exact"] = "adapter"
    character_gap: Duration = 0.0
    turnaround: Duration | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.pty is None) == (self.tcp is None):
            raise ValueError("either pty or tcp")
        if self.tcp is not None:
            _ = self.host_and_port
        return self

    @property
    def character_bits(self) -> int:
        """Bits of a character on the line, with start, parity and stop bits."""
        return 1 + self.data_bits + (self.parity != "none") + self.stop_bits

    @property
    def host_and_port(self) -> tuple[str, int]:
        """Where a TCP wire listens; port 0 is any free one."""
        host, _, port = (self.tcp or "").rpartition(":")
        if not host or not port.isdecimal() or int(port) > HIGHEST_PORT:
            raise ValueError(f'tcp is like "127.0.0.1:15021", not {self.tcp!r}')
        return host, int(port)


class DeviceTable(_Table):
    """`[lab.device.NAME]`; what it does not know itself are options of the model."""

    model_config = ConfigDict(frozen=True, extra="allow")

    model: str
    wire: str
    unit: int = Field(default=1, ge=1, le=247)
    turnaround: Duration | None = None


class FaultTable(_Table):
    """`[[lab.fault]]`."""

    device: str
    kind: str
    at: Duration = 0.0
    duration: Duration | None = Field(default=None, alias="for")
    every: Annotated[Duration, Field(gt=0)] | None = None
    probability: float = Field(default=1.0, ge=0, le=1)
    count: int | None = Field(default=None, ge=1)
    delay: Duration = 1.0
    channel: str = ""
    seed: int | None = None

    def fault(self) -> Fault:
        """The fault it describes."""
        return Fault(**self.model_dump())


class LabTable(_Table):
    """`[lab]`."""

    seed: int = 0
    speed: float = Field(default=1.0, ge=0, le=FASTEST)
    control: str | None = None
    wire: dict[Name, WireTable] = Field(min_length=1)
    device: dict[Name, DeviceTable] = Field(min_length=1)
    fault: list[FaultTable] = []
