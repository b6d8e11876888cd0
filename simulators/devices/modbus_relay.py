"""A relay module: eight relays as Modbus coils, such as drive lamps and horns.

Sources: Waveshare's wiki, page "Modbus RTU Relay" (function 01 reads, 05 sets the relays 0x0000 to
0x0007, FF00 on, 0000 off; "01 05 00 00 FF 00 8C 3A" switches relay 0 on and is answered with the
same bytes); "Modbus Application Protocol Specification" V1.1b3, sections 6.1 and 6.5. What the
module has beyond that (all at once, flashing by itself) is left out.
"""

from collections.abc import Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.coils import Coils
from simulators.controls import Control, key
from simulators.device import DeviceOptions, Value
from simulators.registers import ModbusDevice

RELAYS = 8


class Options(DeviceOptions):
    """``broken`` are relays, from 0, that take what is written and stay as they are."""

    broken: tuple[int, ...] = Field(default=(), max_length=RELAYS)


class ModbusRelay(ModbusDevice):
    """Eight relays, all off when it is switched on."""

    model: ClassVar[str] = "modbus-relay"
    description: ClassVar[str] = "relay module with eight coils (Modbus, functions 1 and 5)"
    channels: ClassVar[tuple[str, ...]] = tuple(f"relay_{n + 1}" for n in range(RELAYS))
    options: ClassVar[type[DeviceOptions]] = Options
    turnaround = 0.005

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.readable, self.writable = {}, {}
        self.coils = self._relays = Coils(RELAYS, frozenset(options.broken))

    def step(self, dt: float) -> None:
        """Nothing moves by itself."""

    def controls(self) -> Mapping[str, Control]:
        """What somebody at the module can do."""
        return {"power-cycle": key("switch the supply off and on: all fall", self._relays.fall)}

    def state(self) -> dict[str, Value]:
        """Each relay: 1 when it is on."""
        return {name: int(on) for name, on in zip(self.channels, self._relays.states, strict=True)}
