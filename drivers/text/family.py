"""What the registry needs of this family: its profile class and its driver."""

import re

from drivers.asker import Asker
from drivers.errors import ProfileError
from drivers.profile import Profile
from drivers.text.asker import make_asker
from drivers.text.driver import TextDriver
from drivers.text.profile import TextProfile

PROFILE = TextProfile


def build(
    profile: Profile, *, unit: int | None = None, address: str | None = None, framing: str = "rtu"
) -> TextDriver:
    """The driver of one instrument; ``framing`` is Modbus's and of no meaning here.

    Raises:
        ProfileError: the address is missing, of the wrong form, or not wanted.
    """
    del framing
    if not isinstance(profile, TextProfile):
        raise ProfileError(f"{profile.name}: not a text profile")
    if unit is not None:
        raise ProfileError(f"{profile.name}: unit belongs to Modbus; a text profile has an address")
    form = profile.text.address
    if not form and address is not None:
        raise ProfileError(f"{profile.name}: has no address")
    if form and not re.fullmatch(form, address or ""):
        raise ProfileError(f"{profile.name}: address: found {address!r}; it must match {form!r}")
    return TextDriver(profile, address or "")


def asker(profile: Profile, *, address: str | None = None) -> Asker | None:
    """See ``drivers.registry.build_asker``.

    Raises:
        ProfileError: the address is missing, of the wrong form, or not wanted.
    """
    build(profile, address=address)
    return make_asker(profile, address or "") if isinstance(profile, TextProfile) else None
