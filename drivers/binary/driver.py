"""The driver of the binary family: items into requests, replies into samples."""

import difflib
from collections.abc import Sequence

from drivers.binary.codec import Codec
from drivers.binary.convert import text_of
from drivers.binary.keys import IdentityField
from drivers.binary.plan import BinaryPlan, Outcome
from drivers.binary.profile import BinaryProfile
from drivers.binary.unit import Unit
from drivers.driver import ReadPlan
from drivers.errors import (
    DeviceError,
    DriverError,
    IdentityError,
    IllegalAddressError,
    ProfileError,
    ReplyError,
    ReplyTimeoutError,
    TransportError,
)
from drivers.model import Identity, Sample
from drivers.timing import midway
from drivers.transport.link import Link


class BinaryDriver:
    """One instrument at one address. Implements ``drivers.driver.Driver``."""

    def __init__(self, profile: BinaryProfile, codec: Codec) -> None:
        self.profile = profile
        self._codec = codec
        self._unit = Unit(codec, profile.binary)

    def plan(self, channels: Sequence[str]) -> BinaryPlan:
        """See ``drivers.driver.Driver.plan``."""
        for name in channels:
            if name not in self.profile.channel:
                raise ProfileError(_unknown(name, self.profile))
        return BinaryPlan(self.profile, channels, self._codec)

    async def identify(self, link: Link) -> Identity:
        """See ``drivers.driver.Driver.identify``."""
        await self._unit.probe(link)
        head, fields = self.profile.profile, self.profile.identify.fields
        found = {name: await self._field(link, spec) for name, spec in fields.items()}
        return Identity(
            manufacturer=head.manufacturer,
            model=found.get("model") or head.model,
            serial_number=found.get("serial_number", ""),
            firmware=found.get("firmware", ""),
        )

    async def probe(self, link: Link) -> None:
        """See ``drivers.driver.Driver.probe``."""
        await self._unit.probe(link)

    async def read(self, link: Link, plan: ReadPlan) -> Sample:
        """See ``drivers.driver.Driver.read``.

        After the first request without an answer the rest is not asked for.
        """
        if not isinstance(plan, BinaryPlan):
            raise TypeError(f"not a plan of this driver: {plan!r}")
        times: list[int] = []
        outcomes = await self._read_all(link, plan.items, times)
        return Sample(midway(times), *plan.sample(outcomes))

    async def _read_all(
        self, link: Link, items: Sequence[int | None], times: list[int]
    ) -> dict[int | None, Outcome]:
        """What became of each item, and the times of what was answered: one at least."""
        outcomes: dict[int | None, Outcome] = {}
        first: DriverError | None = None
        for number, item in enumerate(items):
            try:
                answer = await self._unit.ask(link, item)
            except DeviceError as error:
                times.append(link.clock())
                outcomes[item] = error.status
            except DriverError as error:
                first = first or error
                outcomes[item] = error.status
                if isinstance(error, (ReplyTimeoutError, TransportError, IdentityError)):
                    outcomes |= dict.fromkeys(items[number:], error.status)
                    break
            else:
                times.append(answer.time)
                outcomes[item] = answer.data
        try:
            if first and (not times or isinstance(first, IdentityError)):
                raise first
        finally:
            first = None  # an error knows the frame it came from: a ring only the collector frees
        return outcomes

    async def _field(self, link: Link, spec: IdentityField) -> str:
        try:
            answer = await self._unit.ask(link, spec.item)
            return text_of(spec, answer.data, spec.names)
        except IllegalAddressError:
            return ""
        except ValueError as error:
            raise ReplyError(f"item {spec.item or 0:#x}: {error}") from error


def _unknown(name: str, profile: BinaryProfile) -> str:
    near = difflib.get_close_matches(name, profile.channel, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{profile.name} has no channel {name!r}{hint} (have: {', '.join(profile.channel)})"
