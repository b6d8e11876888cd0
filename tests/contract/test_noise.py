"""Noise around, within and between replies, and without end, in every framing.

Each instrument is polled over a relay that spoils half of what it says. What is journalled as good
must be what the simulated device has told; where nothing protects the bytes on the way (text
without a checksum), noise is what a line makes of a character: one no reply has.
"""

import asyncio
from collections.abc import Collection
from pathlib import Path

import msgspec
import pytest

from drivers.driver import Driver
from drivers.model import Value
from drivers.registry import build_driver, load_profile
from drivers.transport.reply import Settings
from simulators import Served, simulated
from simulators.standalone import Simulated
from tests.noisy_relay import noisy_relay
from tests.polled_bus import Notes, line_to, polled_bus

ANY = bytes(range(256))
NO_TEXT = bytes([*range(1, 9), *range(14, 27), *range(0x80, 0x100)])
SETTINGS = Settings(timeout=0.25, quiet=0.02, drain_limit=0.5)
ENOUGH = 6
METER = "000000000161"


class Wire(msgspec.Struct, frozen=True):
    """An instrument, what noise there is on its wire, and where."""

    model: str
    channels: tuple[str, ...]
    framing: str = ""
    noise: bytes = ANY
    places: tuple[str, ...] = ("before", "inside", "after", "between")

    @property
    def driver(self) -> Driver:
        """What reads it."""
        profile, framing = load_profile(self.model), self.framing
        if framing:
            return build_driver(profile, unit=1, framing="tcp" if framing == "tcp" else "rtu")
        address = {"dlt645-2007": METER, "yudian-ai": "1", "adam-4000": "01"}
        return build_driver(profile, address=address.get(self.model))

    def simulated(self, served: Path) -> Simulated:
        """The instrument."""
        wire = {"framing": self.framing} if self.framing else {}
        if self.model == "dlt645-2007":
            return simulated(self.model, "tcp", wire=wire, served=served, address=METER)
        return simulated(self.model, "tcp", wire=wire, served=served)


WIRES = {
    "rtu": Wire("pta8c04", ("t1", "t2", "t3", "t4"), "rtu"),
    # TCP delivers what was sent: noise is what a gateway says between frames.
    "tcp": Wire("pta8c04", ("t1", "t2"), "tcp", places=("between",)),
    "text": Wire("keithley-2000", ("voltage",), noise=NO_TEXT),
    "text with checksum": Wire("adam-4000", ("ch0", "ch1"), noise=NO_TEXT),
    "binary dlt645": Wire("dlt645-2007", ("voltage_l1", "frequency")),
    "binary aibus": Wire("yudian-ai", ("temperature",)),
}
PLACES = [(name, place) for name, wire in WIRES.items() for place in wire.places]


def told(served: Path, channel: str) -> list[Value]:
    """All a device has told of a channel."""
    lines = served.read_bytes().splitlines() if served.exists() else []
    found = [msgspec.json.decode(line, type=Served).values for line in lines]
    return [values[channel] for values in found if channel in values]


def is_among(value: Value, truth: Collection[Value]) -> bool:
    """A number may have been scaled in between."""
    return any(
        value == one
        or (isinstance(value, float) and isinstance(one, float) and abs(value - one) < 1e-9)
        for one in truth
    )


def audit(notes: Notes, wire: Wire, served: Path) -> None:
    """Every good value is one the device has told."""
    for place, channel in enumerate(wire.channels):
        truth = told(served, channel)
        for _, values in notes.good:
            value = values[place]
            assert value is None or is_among(value, truth), (channel, value)


@pytest.mark.parametrize(("name", "place"), PLACES)
async def test_noise_is_never_a_value(name: str, place: str, tmp_path: Path) -> None:
    wire, served = WIRES[name], tmp_path / "served.jsonl"
    with wire.simulated(served) as sim:
        async with (
            noisy_relay(sim.port, wire.noise) as relay,
            polled_bus(line_to(relay.address, SETTINGS), {"one": (wire.driver, wire.channels)}) as (
                poller,
                notes,
            ),
        ):
            await notes.more(2)
            relay.mode = place
            await relay.strikes(ENOUGH)
            relay.mode = ""
            await notes.more(2)
            assert poller.counters.discarded > 0
        await asyncio.sleep(0.05)
    audit(notes, wire, served)
    assert notes.kinds.count("instrument-fault") <= 4, "two faults, each of two kinds at most"
    assert "bus-lost" not in notes.kinds


@pytest.mark.parametrize("name", WIRES)
async def test_a_stream_without_end_is_one_fault_and_no_value(name: str, tmp_path: Path) -> None:
    wire, served = WIRES[name], tmp_path / "served.jsonl"
    with wire.simulated(served) as sim:
        async with (
            noisy_relay(sim.port, wire.noise) as relay,
            polled_bus(line_to(relay.address, SETTINGS), {"one": (wire.driver, wire.channels)}) as (
                poller,
                notes,
            ),
        ):
            await notes.more(2)
            relay.mode = "flood"
            await relay.strikes(300)
            relay.mode = ""
            await notes.more(3)
        await asyncio.sleep(0.05)
    audit(notes, wire, served)
    # A framing that is sure of its replies may find them in the midst of noise.
    assert notes.kinds.count("bus-lost") <= 2
    assert notes.kinds.count("instrument-fault") <= 4
    assert poller.counters.discarded > 1000
