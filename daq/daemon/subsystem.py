"""What the daemon does beside acquiring and delivering, one purpose each."""

from collections.abc import Mapping, Sequence

import msgspec

from daq.control.server import Commands
from daq.daemon.parts import Part
from daq.pulse import Pulse


class Subsystem(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks by name, their signs of life for the watchdog, and what they answer on the socket."""

    parts: Mapping[str, Part] = {}
    pulses: Sequence[Pulse] = ()
    commands: Commands = {}
