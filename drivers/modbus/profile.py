"""A Modbus profile as a whole: its tables, and that they fit each other."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from drivers.modbus.keys import Identify, ModbusChannel, RegisterSpec, Wire
from drivers.modbus.layout import Layouts
from drivers.modbus.pdu import BIT_FUNCTIONS
from drivers.profile import ChannelName, Profile, Transcript

LAST_ADDRESS = 0xFFFF


class ModbusTranscript(Transcript, frozen=True):
    """A transcript in RTU frames, as hex."""

    encoding: Literal["text", "hex"] = "hex"
    unit: int | None = 1


class ModbusProfile(Profile, frozen=True):
    """One model of instrument that speaks Modbus."""

    modbus: Wire
    channel: Mapping[ChannelName, ModbusChannel] = Field(min_length=1)
    identify: Identify = Identify()
    transcript: tuple[ModbusTranscript, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "ModbusProfile":
        problems = [
            f"{key}.register: {problem}"
            for key, spec in self._specs()
            for problem in self._misplaced(spec)
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @cached_property
    def layouts(self) -> Layouts:
        """What groups of channels need of the registers."""
        return Layouts(self)

    def address(self, spec: RegisterSpec) -> int:
        """The protocol address of a register as the manual counts it."""
        return spec.number - self.modbus.address_base

    def limit(self, function: int) -> int:
        """Registers or bits one request may read."""
        return self.modbus.max_bits if function in BIT_FUNCTIONS else self.modbus.max_registers

    def _specs(self) -> Iterator[tuple[str, RegisterSpec]]:
        for name, channel in self.channel.items():
            yield f"channel.{name}", channel
            if channel.status:
                yield f"channel.{name}.status", channel.status
            if channel.decimals:
                yield f"channel.{name}.decimals", channel.decimals
        for key in ("serial_number", "firmware", "model"):
            spec: RegisterSpec | None = getattr(self.identify, key)
            if spec:
                yield f"identify.{key}", spec
        for number, match in enumerate(self.identify.match):
            yield f"identify.match.{number}", match

    def _misplaced(self, spec: RegisterSpec) -> Iterator[str]:
        first, last = self.address(spec), self.address(spec) + spec.count - 1
        if first < 0 or last > LAST_ADDRESS:
            base = self.modbus.address_base
            yield f"{spec.number} is outside {base}..{LAST_ADDRESS + base}"
        if spec.count > self.limit(spec.function):
            yield f"{spec.count} registers, more than max_registers"
