"""What there is in a running lab, for whoever wants to use it. Plain data."""

import msgspec

from simulators.device import Device, Value
from simulators.faults import Fault
from simulators.injection import Injection


class WireInfo(msgspec.Struct, frozen=True):
    """A wire: the path or host:port to open, and who is on it."""

    name: str
    kind: str
    address: str
    framing: str
    devices: tuple[str, ...]


class DeviceInfo(msgspec.Struct, frozen=True):
    """A device: where it is reached, and what can be done with it.

    ``controls`` and ``events`` have a sentence of help each.
    """

    name: str
    model: str
    wire: str
    address: str
    unit: int
    channels: tuple[str, ...]
    controls: dict[str, str]
    events: dict[str, str]


class DeviceState(msgspec.Struct, frozen=True):
    """What a device truly shows, how its controls stand, and which events last."""

    channels: dict[str, Value]
    controls: dict[str, Value]
    happening: tuple[str, ...]


class InjectionInfo(msgspec.Struct, frozen=True):
    """A fault at work: its number, what it is, how often it has struck or begun."""

    number: int
    hits: int
    fault: Fault


def state_of(device: Device) -> DeviceState:
    """The state of a device as it is now."""
    return DeviceState(
        device.state(),
        {name: each.read() for name, each in device.controls().items() if each.read is not None},
        device.happenings,
    )


def injection_info(injection: Injection) -> InjectionInfo:
    """An injection as data."""
    return InjectionInfo(injection.number, injection.hits, injection.fault)
