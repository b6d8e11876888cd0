"""Serial ports and their stable names, on folders of real links."""

from pathlib import Path

import msgspec
import pytest

from drivers.transport.serial_ports import list_ports, stable_name

FTDI = "usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0"
CH340 = "usb-1a86_USB_Serial-if00-port0"


class Info(msgspec.Struct):
    """What the system says of a port."""

    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str | None = None
    manufacturer: str | None = None
    product: str | None = None
    interface_num: int | None = None
    port_number: int | None = None


class Machine:
    """A /dev of its own."""

    def __init__(self, root: Path) -> None:
        self.dev = root / "dev"
        self.links = self.dev / "serial"
        self.infos: list[Info] = []
        self.dev.mkdir()

    def port(self, name: str, **info: int | str | None) -> str:
        device = self.dev / name
        device.touch()
        self.infos.append(msgspec.convert({"device": str(device), **info}, Info))
        return str(device)

    def link(self, folder: str, name: str, target: str) -> str:
        link = self.links / folder / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"../../{target}")
        return str(link)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def usb(serial_number: str | None = None) -> dict[str, int | str | None]:
    return {
        "vid": 0x1A86,
        "pid": 0x7523,
        "product": "USB Serial",
        "serial_number": serial_number,
        "interface_num": 0,
        "port_number": 0,
    }


def test_an_adapter_with_a_serial_number_is_named_by_it(machine: Machine) -> None:
    device = machine.port("ttyUSB0", **usb("A50285BI"))
    by_id = machine.link("by-id", FTDI, "ttyUSB0")
    by_path = machine.link("by-path", "pci-0000:00:14.0-usb-0:1:1.0-port0", "ttyUSB0")
    (port,) = list_ports(machine.links, machine.infos)
    assert (port.device, port.by_id, port.by_path, port.warning) == (device, by_id, by_path, "")
    assert port.stable == by_id
    assert port.description == "USB Serial (A50285BI)"


def test_two_adapters_that_share_a_name_are_warned_about_and_named_by_path(
    machine: Machine,
) -> None:
    first, second = machine.port("ttyUSB0", **usb()), machine.port("ttyUSB1", **usb())
    machine.link("by-id", CH340, "ttyUSB1")  # udev: the last one wins
    paths = [
        machine.link("by-path", f"pci-0000:00:14.0-usb-0:{n + 1}:1.0-port0", f"ttyUSB{n}")
        for n in range(2)
    ]
    ports = list_ports(machine.links, machine.infos)
    assert [port.stable for port in ports] == paths
    assert second in ports[0].warning
    assert first in ports[1].warning


def test_links_alone_tell_too_that_a_name_was_taken(machine: Machine) -> None:
    for number in range(2):
        machine.link("by-path", f"pci-0000:00:14.0-usb-0:{number}:1.0-port0", f"ttyUSB{number}")
    machine.link("by-id", CH340, "ttyUSB1")
    first, second = list_ports(machine.links, [])
    assert "no name by-id" in first.warning
    assert second.warning == ""


def test_two_interfaces_of_one_adapter_do_not_share(machine: Machine) -> None:
    for number in range(2):
        machine.port(f"ttyUSB{number}", **{**usb("X"), "interface_num": number})
        machine.link("by-id", f"usb-FTDI_Dual_X-if0{number}-port0", f"ttyUSB{number}")
    assert [port.warning for port in list_ports(machine.links, machine.infos)] == ["", ""]


def test_the_usual_name_by_path_is_taken_of_two(machine: Machine) -> None:
    machine.port("ttyUSB0", **usb())
    machine.link("by-path", "pci-0000:00:14.0-usbv2-0:1:1.0-port0", "ttyUSB0")
    usual = machine.link("by-path", "pci-0000:00:14.0-usb-0:1:1.0-port0", "ttyUSB0")
    (port,) = list_ports(machine.links, machine.infos)
    assert port.by_path == usual


def test_a_port_of_the_board_has_its_device_alone(machine: Machine) -> None:
    device = machine.port("ttyS0")
    (port,) = list_ports(machine.links, machine.infos)
    assert (port.stable, port.warning) == (device, "")


def test_ports_are_counted_as_people_count(machine: Machine) -> None:
    names = ["ttyUSB10", "ttyUSB2", "ttyUSB0"]
    for number, name in enumerate(names):
        machine.port(name, **usb(str(number)))
    found = [Path(port.device).name for port in list_ports(machine.links, machine.infos)]
    assert found == ["ttyUSB0", "ttyUSB2", "ttyUSB10"]


def test_this_machine_can_be_listed() -> None:
    assert all(port.device for port in list_ports())


def test_a_name_that_is_no_known_device_stays_as_it_is(machine: Machine) -> None:
    assert stable_name("/dev/pts/99", machine.links) == "/dev/pts/99"
    by_id = machine.link("by-id", FTDI, "ttyUSB0")
    assert stable_name(by_id, machine.links) == by_id
    assert stable_name(str(machine.dev / "ttyUSB0"), machine.links) == by_id
