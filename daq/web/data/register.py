"""What the configuration says of the laboratory: what people call things and where they stand."""

from typing import Self

import msgspec

from daq.config.config import Config


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument as the configuration has it."""

    name: str
    title: str = ""
    room: str = ""
    bus: str = ""
    profile: str = ""
    asset: str = ""


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """The laboratory by the configuration: ``site`` is its name, ``title`` what people call it."""

    site: str
    title: str = ""
    instruments: tuple[Listed, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Self:
        """What a configuration says."""
        return cls(
            site=config.site.name,
            title=config.site.title,
            instruments=tuple(
                Listed(
                    name=name,
                    title=item.title,
                    room=item.room,
                    bus=item.bus,
                    profile=item.profile,
                    asset=item.asset,
                )
                for name, item in config.instrument.items()
            ),
        )

    def listed(self, name: str) -> Listed:
        """An instrument; bare when the configuration has none of that name (any more)."""
        return next((one for one in self.instruments if one.name == name), Listed(name=name))
