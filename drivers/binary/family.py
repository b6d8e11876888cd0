"""What the registry needs to know of this family."""

import re

from drivers.asker import Asker
from drivers.binary.aibus import Aibus
from drivers.binary.asker import make_asker
from drivers.binary.codec import Codec
from drivers.binary.dlt645 import Dlt645
from drivers.binary.driver import BinaryDriver
from drivers.binary.profile import BinaryProfile
from drivers.errors import ProfileError
from drivers.profile import Profile

PROFILE = BinaryProfile
"""The model of this family's profiles."""


def build(profile: Profile, *, unit: int | None, address: str | None, framing: str) -> BinaryDriver:
    """See ``drivers.registry.build_driver``; ``framing`` is Modbus's and of no meaning here.

    Raises:
        ProfileError: the address is missing or of the wrong form.
    """
    del framing
    profile, address = _checked(profile, unit, address)
    return BinaryDriver(profile, _codec(profile, address))


def asker(profile: Profile, *, address: str | None) -> Asker | None:
    """See ``drivers.registry.build_asker``; raises ProfileError as ``build``."""
    profile, address = _checked(profile, None, address)
    return make_asker(profile, _codec(profile, address))


def _checked(profile: Profile, unit: int | None, address: str | None) -> tuple[BinaryProfile, str]:
    if not isinstance(profile, BinaryProfile):
        raise TypeError(f"{profile.name} is no profile of the binary family")
    if unit is not None:
        raise ProfileError(f"{profile.name}: has an address, not a unit, which is Modbus's")
    form = profile.address_form
    if address is None or not re.fullmatch(form, address):
        raise ProfileError(f"{profile.name}: address: found {address!r}; it must match {form!r}")
    return profile, address


def _codec(profile: BinaryProfile, address: str) -> Codec:
    if profile.binary.codec == "aibus":
        return Aibus(address, profile.marker, profile.items)
    return Dlt645(address, {item: profile.size(item) for item in profile.items})
