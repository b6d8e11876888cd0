"""Asking a unit what it is."""

from drivers.errors import IdentityError, IllegalAddressError
from drivers.modbus.convert import decoder_of
from drivers.modbus.decode import Decoder, Slots
from drivers.modbus.keys import RegisterSpec
from drivers.modbus.layout import field_of
from drivers.modbus.profile import ModbusProfile
from drivers.modbus.unit import Unit
from drivers.model import Identity
from drivers.transport.link import Link


async def identify(unit: Unit, link: Link, profile: ModbusProfile) -> Identity:
    """What the unit says it is, checked against what the profile demands.

    Where the profile names nothing to read, the unit is only asked whether it answers. A field
    the unit has no register for is left empty.

    Raises:
        IdentityError: a register holds what another model would hold, or is not there.
        DriverError: no answer.
    """
    spec = profile.identify
    await unit.probe(link)
    for match in spec.match:
        found = await _read(unit, link, profile, match)
        if against := match.contradiction(found):
            raise IdentityError(
                f"unit {unit.number} is no {profile.profile.model} as the profile has it: "
                f"{match.what or 'register'} {match.number} holds {found}, {against}"
            )
    return Identity(
        manufacturer=profile.profile.manufacturer,
        model=await _text(unit, link, profile, spec.model) or profile.profile.model,
        serial_number=await _text(unit, link, profile, spec.serial_number),
        firmware=await _text(unit, link, profile, spec.firmware),
    )


async def _text(unit: Unit, link: Link, profile: ModbusProfile, spec: RegisterSpec | None) -> str:
    found = None if spec is None else await _read(unit, link, profile, spec)
    return "" if found is None else str(found)


async def _read(unit: Unit, link: Link, profile: ModbusProfile, spec: RegisterSpec) -> object:
    """What the register holds; None when there is none."""
    item = field_of(profile, spec)
    try:
        answer = await unit.ask(link, item.span)
    except IllegalAddressError:
        return None
    slots: Slots = [0]
    Decoder(item.span, [(0, item)]).unpack(answer.data, slots)
    value, _ = decoder_of(spec)(slots[0])
    return value
