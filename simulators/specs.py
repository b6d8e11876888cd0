"""What a lab is built from, once the scenario has been checked. Plain data."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from simulators.faults import Fault, Framing
from simulators.wire.pace import Pace


class WireSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A wire: a pty at a path or a TCP port, how fast, and what is spoken on it.

    ``turnaround`` in s, None: the devices' own.
    """

    name: str
    pty: Path | None
    tcp: tuple[str, int] | None
    pace: Pace
    framing: Framing
    turnaround: float | None


class DeviceSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A device: its model, its place, and the options of its model."""

    name: str
    model: str
    wire: str
    unit: int
    options: Mapping[str, object]
    turnaround: float | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A lab that can be built; ``control`` is where it can be talked to while it runs."""

    seed: int
    speed: float = 1.0
    control: str | None = None
    wires: tuple[WireSpec, ...]
    devices: tuple[DeviceSpec, ...]
    faults: tuple[Fault, ...]
