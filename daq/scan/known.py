"""A profile a scan knows, under the name a configuration has for it."""

import msgspec

from drivers.profile import Profile


class Known(msgspec.Struct, frozen=True):
    """A profile; ``reference`` is its bundled name, or the path of its file."""

    reference: str
    profile: Profile

    @property
    def protocol(self) -> str:
        """The family."""
        return self.profile.profile.protocol

    @property
    def model(self) -> str:
        """Manufacturer and model, for people."""
        return f"{self.profile.profile.manufacturer} {self.profile.profile.model}"
