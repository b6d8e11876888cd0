"""A simulated instrument that speaks text, and the driver of the profile of its name."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from drivers.errors import DriverError
from drivers.model import Status, Value
from drivers.registry import build_driver, load_profile
from drivers.transport.link import Link, Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from simulators import simulated
from simulators.standalone import Simulated

if TYPE_CHECKING:
    from drivers.text.profile import TextProfile

ADDRESSES = {
    "adam-4000": "01",
    "alicat-mc": "A",
    "bronkhorst-propar": "03",
    "samwon-temi": "01",
    "weiss-simserv": "1",
}
"""As the simulators have them without being told."""
WIRES: Mapping[str, Mapping[str, object]] = {"pty": {"baud": 115200}, "tcp": {}}
IMPATIENT = 0.2
"""Seconds, instead of the time an instrument may take to answer."""

Found: TypeAlias = Mapping[str, tuple[Value, Status]]


class Bench:
    """A simulated instrument and the driver of its profile."""

    def __init__(self, name: str, sim: Simulated, link: Link, address: str | None) -> None:
        self.sim = sim
        self.link = link
        self.address = address
        self.profile = cast("TextProfile", load_profile(name))
        self.driver = build_driver(self.profile, address=address)

    async def read(self, *channels: str) -> Found:
        """Read some channels, or all."""
        plan = self.driver.plan(channels or tuple(self.profile.channel))
        sample = await self.driver.read(self.link, plan)
        pairs = zip(sample.values, sample.statuses, strict=True)
        return dict(zip([each.name for each in plan.channels], pairs, strict=True))

    async def outcome(self) -> set[Status]:
        """The statuses of a read of all channels; the one of its error if it fails."""
        try:
            return {status for _, status in (await self.read()).values()}
        except DriverError as error:
            return {error.status}

    async def attempt(self) -> list[Found]:
        """A read of all channels; nothing if it fails."""
        try:
            return [await self.read()]
        except DriverError:
            return []

    @property
    def late(self) -> bool:
        """True when a late reply has come."""
        return any(served.late for served in self.sim.device.served)

    def ever_told(self) -> dict[str, list[Value]]:
        """All that the simulator has told, by channel."""
        found: dict[str, list[Value]] = {}
        for served in self.sim.device.served:
            for channel, value in served.values.items():
                found.setdefault(channel, []).append(value)
        return found

    def told(self) -> dict[str, Value]:
        """What the simulator told last, by channel."""
        found: dict[str, Value] = {}
        for served in self.sim.device.served:
            found |= served.values
        return found

    async def operate(self, name: str, value: Value) -> None:
        """Operate a control, or let an event begin or end."""
        await asyncio.to_thread(self.sim.device.operate, name, value)

    def hurry(self) -> None:
        """Wait for no reply longer than a moment."""
        quick = {
            name: query.model_copy(update={"timeout": IMPATIENT})
            for name, query in self.profile.query.items()
        }
        profile = self.profile.model_copy(update={"query": quick})
        self.link.settings = Settings(timeout=IMPATIENT, quiet=0.02)
        self.driver = build_driver(profile, address=self.address)


@asynccontextmanager
async def bench_of(
    name: str,
    wire: str = "pty",
    *,
    speed: float = 0.0,
    options: Mapping[str, Any] | None = None,
    address: str | None = None,
) -> AsyncGenerator[Bench]:
    kind = "pty" if wire == "pty" else "tcp"
    lab = {"seed": 5, "speed": speed}
    sim = simulated(name, kind, wire=WIRES[wire], lab=lab, **(options or {}))
    await asyncio.to_thread(sim.__enter__)
    try:
        link = await _open(sim)
        try:
            yield Bench(name, sim, link, address or ADDRESSES.get(name))
        finally:
            await link.close()
    finally:
        await asyncio.to_thread(sim.__exit__, None, None, None)


async def _open(sim: Simulated) -> Link:
    settings = Settings(timeout=2.0, quiet=0.05)
    if sim.transport == "pty":
        return await open_serial(sim.port, SerialSettings(baud=115200), settings, "line")
    return await open_tcp(sim.host, sim.tcp_port, settings, "line")
