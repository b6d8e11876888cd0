"""``[bus.NAME]``: a serial line or a TCP connection."""

from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from daq.config.types import INTEGER, Duration, HostPort, Table, Within, split_host_port
from drivers.transport.port_name import expression
from drivers.transport.reply import Settings
from drivers.transport.serial_settings import Flow, Parity, SerialSettings

RTU_SILENCE_CHARACTERS = 3.5
"""Modbus over Serial Line V1.02, 2.5.1.1: the rest between frames."""

RTU_SILENCE_FAST = 0.00175
"""The same page: above 19200 baud a fixed 1.75 ms."""

_FAST = 19_200

Wait: TypeAlias = Annotated[Duration, Within("1ms", "10min")]


class AnyBus(Table, frozen=True):
    """What serial lines and TCP connections have in common."""

    timeout: Wait = Field(
        default=1.0, description="wait for a reply, beyond the time its characters take on the line"
    )
    quiet: Wait = Field(
        default=0.2, description="silence awaited after a failed exchange, before the next request"
    )
    retry_limit: Annotated[Duration, Within("1s", "1d")] = Field(
        default=30.0,
        description="longest wait between two attempts to reach what does not answer; longer where "
        "attempts would cost the other instruments of a busy line more than 2 % of their time",
    )


class SerialBus(AnyBus, frozen=True):
    """A serial line. What is not set comes from the profiles of its instruments."""

    port: str = Field(
        min_length=1,
        description="the serial port: /dev/serial/by-id/..., which is stable, another path, or "
        "hwgrep://REGEX, the one adapter whose `USB VID:PID=0403:6001 SER=A50285BI` it finds",
    )
    framing: Literal["rtu"] = Field(default="rtu", description="Modbus framing")
    baud: Annotated[int, Field(strict=True, ge=50, le=4_000_000), INTEGER] | None = Field(
        default=None, description="bits per second"
    )
    data_bits: Literal[7, 8] | None = Field(default=None, description="bits of a character")
    parity: Parity | None = Field(default=None, description="parity of a character")
    stop_bits: Literal[1, 2] | None = Field(default=None, description="stop bits after a character")
    flow: Flow = Field(
        default="none", description="flow control: RTS/CTS (hardware), XON/XOFF (software)"
    )

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, value: object) -> object:
        if isinstance(value, dict) and "port" not in value:
            raise ValueError("needs a port (serial line) or an address (TCP)")
        if isinstance(value, dict) and "address" in value:
            raise ValueError("has a port and an address; it is either a serial line or TCP")
        return cast("object", value)

    @field_validator("port")
    @classmethod
    def _expressed(cls, value: str) -> str:
        expression(value)
        return value

    @property
    def serial(self) -> SerialSettings:
        """How characters are sent; what is set nowhere is 9600 8N1."""
        return SerialSettings(
            baud=self.baud or 9600,
            data_bits=self.data_bits or 8,
            parity=self.parity or "none",
            stop_bits=self.stop_bits or 1,
            flow=self.flow,
        )

    def settings(self, *, modbus: bool) -> Settings:
        """How the line is used; Modbus RTU demands silence before every request."""
        character = self.serial.character
        silence = max(
            RTU_SILENCE_CHARACTERS * character if self.serial.baud <= _FAST else 0.0,
            RTU_SILENCE_FAST,
        )
        return Settings(
            timeout=self.timeout,
            quiet=self.quiet,
            character=character,
            silence=silence if modbus else 0.0,
        )


class TcpBus(AnyBus, frozen=True):
    """A TCP connection: a Modbus TCP device, a terminal server, an instrument with a socket."""

    address: HostPort = Field(description="host and port")
    framing: Literal["tcp", "rtu"] = Field(
        default="tcp",
        description="Modbus framing; rtu behind a terminal server that passes bytes on",
    )

    @property
    def host_port(self) -> tuple[str, int]:
        """Host and port to connect to."""
        return split_host_port(self.address)

    def settings(self, *, modbus: bool) -> Settings:
        """How the connection is used."""
        del modbus  # the terminal server or device keeps the silence
        return Settings(timeout=self.timeout, quiet=self.quiet)


def _kind(value: Any) -> str:  # noqa: ANN401 - whatever the file holds
    if isinstance(value, dict):
        return "tcp" if "address" in value and "port" not in value else "serial"
    return "tcp" if isinstance(value, TcpBus) else "serial"


BusConfig: TypeAlias = Annotated[
    Annotated[SerialBus, Tag("serial")] | Annotated[TcpBus, Tag("tcp")], Discriminator(_kind)
]
"""A bus with ``address`` is a TCP connection, one with ``port`` a serial line."""
