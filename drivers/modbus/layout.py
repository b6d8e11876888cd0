"""What the channels of a scan group need of the registers; the same for all units of a profile."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from drivers.modbus.convert import Output, output
from drivers.modbus.decode import Field, field
from drivers.modbus.keys import RegisterSpec
from drivers.modbus.planner import probes
from drivers.model import Channel

if TYPE_CHECKING:  # a profile holds its layouts
    from drivers.modbus.pdu import Request
    from drivers.modbus.profile import ModbusProfile


class Layout(msgspec.Struct, frozen=True):
    """One group of channels: a slot for each field, an output for each channel."""

    channels: tuple[Channel, ...]
    fields: tuple[Field, ...]
    outputs: tuple[Output, ...]


class Layouts:
    """The layouts of one profile, each made once: a hundred units of a model share them.

    The profile holds them, so they do not hold the profile: that ring only the collector of
    garbage would free, after each reload.
    """

    def __init__(self, profile: "ModbusProfile") -> None:
        self._made: dict[tuple[str, ...], Layout] = {}
        spans = [field_of(profile, spec).span for spec in profile.channel.values()]
        self.probes: tuple[Request, ...] = probes(spans, profile.limit, profile.modbus.max_gap)
        """Short reads that show whether a unit answers, see ``planner.probes``."""

    def of(self, profile: "ModbusProfile", names: Sequence[str]) -> Layout:
        """The layout of these channels of the profile, in this order."""
        key = tuple(names)
        if key not in self._made:
            self._made[key] = _lay_out(profile, key)
        return self._made[key]


def field_of(profile: "ModbusProfile", spec: RegisterSpec) -> Field:
    """The field of a register of this profile."""
    wire = profile.modbus
    return field(spec, profile.address(spec), wire.byte_order, wire.word_order)


def _lay_out(profile: "ModbusProfile", names: Sequence[str]) -> Layout:
    slots: dict[Field, int] = {}

    def slot(spec: RegisterSpec) -> int:
        return slots.setdefault(field_of(profile, spec), len(slots))

    def out(channel: Channel) -> Output:
        spec = profile.channel[channel.name]
        check = slot(spec.status) if spec.status else None
        decimals = slot(spec.decimals) if spec.decimals else None
        return output(channel, spec, slot(spec), check, decimals)

    channels = tuple(profile.channel[name].channel(name) for name in names)
    outputs = tuple(out(channel) for channel in channels)
    return Layout(channels, tuple(slots), outputs)
