"""What the registry needs to know of this family."""

from drivers.asker import Asker
from drivers.errors import ProfileError
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import ModbusProfile
from drivers.profile import Profile

PROFILE = ModbusProfile
"""The model of this family's profiles."""

LAST_UNIT = 247
"""Modbus over Serial Line V1.02, section 2.2: individual addresses are 1 to 247."""

LAST_TCP_UNIT = 255
"""Modbus Messaging on TCP/IP V1.0b, section 4.4.2.1: 0 and 255 mean the device itself."""


def build(profile: Profile, *, unit: int | None, address: str | None, framing: str) -> ModbusDriver:
    """See ``drivers.registry.build_driver``.

    Raises:
        ProfileError: no unit, or one the framing does not allow.
    """
    if not isinstance(profile, ModbusProfile):
        raise TypeError(f"{profile.name} is no Modbus profile")
    if address is not None:
        raise ProfileError(f"{profile.name}: speaks Modbus, which has a unit, not an address")
    tcp = framing == "tcp"
    first, last = (0, LAST_TCP_UNIT) if tcp else (1, LAST_UNIT)
    if unit is None or not first <= unit <= last:
        raise ProfileError(f"{profile.name}: needs a unit from {first} to {last}, not {unit}")
    return ModbusDriver(profile, unit, tcp=tcp)


def asker(profile: Profile, *, address: str | None) -> Asker | None:
    """None: units are looked for before anything is asked, see ``drivers.modbus.seek``."""
    del profile, address
    return None
