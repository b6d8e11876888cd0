"""The driver of the Modbus family: profiles into requests, replies into samples."""

import difflib
import time
from collections.abc import Callable, Sequence

from drivers.driver import ReadPlan
from drivers.errors import (
    DeviceError,
    DriverError,
    IllegalAddressError,
    ProfileError,
    ReplyTimeoutError,
    TransportError,
)
from drivers.modbus.convert import sample
from drivers.modbus.decode import Decoder, Slots
from drivers.modbus.framing import RTU_OVERHEAD, TCP_OVERHEAD
from drivers.modbus.identify import identify
from drivers.modbus.plan import Cost, Learned, ModbusPlan
from drivers.modbus.planner import cover, halves, items
from drivers.modbus.profile import ModbusProfile
from drivers.modbus.unit import RtuUnit, TcpUnit, Unit
from drivers.model import Identity, Sample, Status
from drivers.timing import midway
from drivers.transport.link import Link

RELEARN_AFTER = 3600.0
"""Seconds after which registers a device refused are asked for again: it may have been booting."""

_RTU_REQUEST = 8
_TCP_REQUEST = 12


class ModbusDriver:
    """One Modbus unit. Implements ``drivers.driver.Driver``.

    ``tcp`` is the framing (MBAP instead of RTU), whatever the link; ``clock`` counts seconds.
    """

    def __init__(
        self,
        profile: ModbusProfile,
        unit: int,
        *,
        tcp: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.profile = profile
        self._clock = clock
        self._learned = Learned()
        self._relearn_at = 0.0
        wire = profile.modbus
        kind = TcpUnit if tcp else RtuUnit
        self._unit: Unit = kind(unit, profile.layouts.probes, wire.silence)
        # The silence every RTU line keeps is the line's; only what the device needs beyond is here.
        pause = wire.turnaround + wire.silence
        sizes = (_TCP_REQUEST, TCP_OVERHEAD) if tcp else (_RTU_REQUEST, RTU_OVERHEAD)
        self._cost = Cost(*sizes, pause)

    def plan(self, channels: Sequence[str]) -> ModbusPlan:
        """See ``drivers.driver.Driver.plan``."""
        for name in channels:
            if name not in self.profile.channel:
                raise ProfileError(_unknown(name, self.profile))
        return ModbusPlan(self.profile, channels, self._learned, self._cost)

    async def identify(self, link: Link) -> Identity:
        """See ``drivers.driver.Driver.identify``. What was learned of the device is forgotten."""
        self._learned.forget()
        return await identify(self._unit, link, self.profile)

    async def probe(self, link: Link) -> None:
        """See ``drivers.driver.Driver.probe``."""
        await self._unit.probe(link)

    async def read(self, link: Link, plan: ReadPlan) -> Sample:
        """See ``drivers.driver.Driver.read``.

        After the first request without an answer the rest is not asked for. Registers the
        device refuses are isolated once and then left out of the requests.
        """
        if not isinstance(plan, ModbusPlan):
            raise TypeError(f"not a plan of this driver: {plan!r}")
        self._reconsider()
        slots: Slots = plan.blank()
        times = await self._read_all(link, plan, slots)
        if not times:
            await self._unit.probe(link)
            times.append(link.clock())
        return Sample(midway(times), *sample(plan.outputs, slots))

    async def _read_all(self, link: Link, plan: ModbusPlan, slots: Slots) -> list[int]:
        """Times of what was answered; empty when there was nothing to ask."""
        times: list[int] = []
        first: DriverError | None = None
        decoders = plan.decoders
        for number, decoder in enumerate(decoders):
            try:
                await self._read(link, plan, decoder, slots, times)
            except DeviceError as error:
                times.append(link.clock())
                decoder.fail(error.status, slots)
            except DriverError as error:
                first = first or error
                if isinstance(error, (ReplyTimeoutError, TransportError)):
                    _fail_all(decoders[number:], error.status, slots)
                    break
                decoder.fail(error.status, slots)
        try:
            if first and not times:
                raise first
        finally:
            first = None  # an error knows the frame it came from: a ring only the collector frees
        return times

    async def _read(
        self, link: Link, plan: ModbusPlan, decoder: Decoder, slots: Slots, times: list[int]
    ) -> None:
        try:
            answer = await self._unit.ask(link, decoder.request)
        except IllegalAddressError:
            times.append(link.clock())
            await self._divide(link, plan, decoder, slots, times)
        else:
            times.append(answer.time)
            decoder.unpack(answer.data, slots)

    async def _divide(
        self, link: Link, plan: ModbusPlan, refused: Decoder, slots: Slots, times: list[int]
    ) -> None:
        """Read the parts of a refused request, down to the registers that are not there."""
        parts = items(refused.spans)
        if len(parts) == 1:
            self._relearn_at = self._clock() + RELEARN_AFTER
            refused.fail(Status.ILLEGAL_ADDRESS, slots)
            for span in refused.spans:
                self._learned.refuse(span)
            return
        known = self._learned.version
        left, right = halves(parts)
        for half in (left, right):
            await self._read(link, plan, plan.decoder(cover(half)), slots, times)
        if self._learned.version == known:  # neither half explains the refusal: it is in between
            self._learned.divide(right[0].function, right[0].address)

    def _reconsider(self) -> None:
        if self._learned.illegal and self._clock() > self._relearn_at:
            self._learned.forget()


def _fail_all(decoders: Sequence[Decoder], status: Status, slots: Slots) -> None:
    for decoder in decoders:
        decoder.fail(status, slots)


def _unknown(name: str, profile: ModbusProfile) -> str:
    near = difflib.get_close_matches(name, profile.channel, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{profile.name} has no channel {name!r}{hint} (have: {', '.join(profile.channel)})"
