"""Coils of a Modbus device: bits that a master reads (function 1) and sets one by one (5)."""

from collections.abc import Sequence

from simulators.registers import ILLEGAL_ADDRESS, ILLEGAL_VALUE, ModbusRefusal, demand

READ_COILS = 1
WRITE_COIL = 5
ON, OFF = 0xFF00, 0x0000
"""All that function 5 may carry: Modbus Application Protocol V1.1b3, section 6.5."""

MOST_READ = 2000


class Coils:
    """Coils from address 0 on, all off at first.

    Those ``stuck`` take what is written and stay as they are. ``written`` counts the writes.
    """

    def __init__(self, count: int, stuck: frozenset[int] = frozenset()) -> None:
        self.states = [False] * count
        self.written = 0
        self._stuck = stuck

    def read(self, address: int, count: int) -> Sequence[bool]:
        """The states of ``count`` coils from ``address``.

        Raises:
            ModbusRefusal: too many, or not there.
        """
        demand(1 <= count <= MOST_READ)
        demand(address + count <= len(self.states), ILLEGAL_ADDRESS)
        return self.states[address : address + count]

    def write(self, address: int, value: int) -> None:
        """Set a coil to what the request carries.

        Raises:
            ModbusRefusal: not there, or neither on nor off.
        """
        if value not in (ON, OFF):
            raise ModbusRefusal(ILLEGAL_VALUE)
        demand(address < len(self.states), ILLEGAL_ADDRESS)
        self.written += 1
        if address not in self._stuck:
            self.states[address] = value == ON

    def fall(self) -> None:
        """All are off: the supply has failed."""
        self.states = [False] * len(self.states)
