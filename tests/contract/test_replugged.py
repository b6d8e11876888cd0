"""An adapter that is unplugged and comes back, also under another name; real pseudo terminals."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from daq.acquire.poller import OpenLink
from drivers.model import Status
from drivers.registry import build_driver, load_profile
from drivers.transport.port_info import PortInfo
from simulators import Lab, parse_scenario, running_lab
from tests.polled_bus import Notes, line_to, polled_bus
from tests.unit.drivers.test_serial_ports import Info

LAB = """
[lab]
seed = 3
[lab.wire.line]
pty = "by-id/usb-FTDI_USB-RS485_A50285BI-if00-port0"
[lab.device.sensors]
model = "pta8c04"
wire = "line"
unit = 1
"""
Name = Callable[[Lab, pytest.MonkeyPatch], OpenLink]


def by_link(lab: Lab, _patch: pytest.MonkeyPatch) -> OpenLink:
    """The name udev makes: a link to a device that changes."""
    return line_to(lab.address("sensors"))


def by_adapter(lab: Lab, patch: pytest.MonkeyPatch) -> OpenLink:
    """What the adapter says of itself; the system's list of ports shows the device of now."""

    def ports() -> list[PortInfo]:
        link = lab.address("sensors")
        if not os.path.lexists(link):
            return []
        return [Info(os.path.realpath(link), 0x0403, 0x6001, "A50285BI")]

    patch.setattr("drivers.transport.serial_line.system_ports", ports)
    return line_to("hwgrep://0403:6001 SER=A50285BI")


def audit(notes: Notes) -> None:
    assert notes.kinds == ["instrument-found", "bus-lost", "bus-restored"]
    assert {status for _, status in notes.bad} == {Status.DISCONNECTED}


@pytest.mark.parametrize("name", [by_link, by_adapter])
async def test_an_adapter_comes_back_as_another_device(
    name: Name, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = {"sensors": (build_driver(load_profile("pta8c04"), unit=1), ["t1", "t2"])}
    async with running_lab(parse_scenario(LAB, folder=tmp_path)) as lab:
        # Another adapter takes the old device's name meanwhile.
        device, taken = os.path.realpath(lab.address("sensors")), list[int]()
        async with polled_bus(name(lab, monkeypatch), units) as (poller, notes):
            await notes.more()
            gone = lab.inject("sensors", "disconnect", duration=60.0)
            await notes.until(lambda: poller.counters.open_failures >= 2)
            taken += os.openpty()
            await gone.end()
            await notes.more()
            assert poller.counters.reconnects == 1
            assert os.path.realpath(lab.address("sensors")) != device
            audit(notes)
        for descriptor in taken:
            os.close(descriptor)


async def test_an_adapter_that_vanishes_again_and_again_is_one_fault(tmp_path: Path) -> None:
    units = {"sensors": (build_driver(load_profile("pta8c04"), unit=1), ["t1"])}
    async with running_lab(parse_scenario(LAB, folder=tmp_path)) as lab:
        async with polled_bus(line_to(lab.address("sensors")), units) as (poller, notes):
            for _ in range(4):
                await notes.more()
                lab.inject("sensors", "disconnect", count=1)
                losses = poller.counters.losses
                await notes.until(lambda losses=losses: poller.counters.losses > losses)
            await notes.more()
        assert notes.kinds == ["instrument-found", "bus-lost", "bus-restored", "bus-lost"]
        assert poller.counters.reconnects == 4
