"""What the daemon does beside acquiring and delivering, one purpose each."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from daq.control.server import Commands
from daq.daemon.parts import Part
from daq.pulse import Pulse


class Subsystem(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks by name, their signs of life for the watchdog, and what they answer on the socket.

    ``leave`` is the last thing to be done before the journal is closed, when all else has ended.
    """

    parts: Mapping[str, Part] = {}
    pulses: Sequence[Pulse] = ()
    commands: Commands = {}
    leave: Callable[[], Awaitable[None]] | None = None
