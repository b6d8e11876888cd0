"""Ports named by what their adapter is."""

import pytest

from drivers.errors import OpenFailedError
from drivers.transport.port_info import PortInfo
from drivers.transport.port_name import find_device
from tests.unit.drivers.test_serial_ports import Info

BALANCE = Info("/dev/ttyUSB0", 0x0403, 0x6001, "A50285BI", "FTDI", "FT232R USB UART")
METER = Info("/dev/ttyUSB1", 0x0403, 0x6001, "A50285XX", "FTDI", "FT232R USB UART")
BOARD = Info("/dev/ttyS0")


@pytest.mark.parametrize(
    "name",
    [
        "hwgrep://SER=A50285BI",
        "hwgrep://0403:6001 ser=a50285bi",
        "hwgrep://VID:PID=0403:6001.*BI$",
        "hwgrep:///dev/ttyUSB0",
    ],
)
def test_an_adapter_is_found_whatever_its_device(name: str) -> None:
    assert find_device(name, lambda: [BOARD, METER, BALANCE]) == "/dev/ttyUSB0"


def test_a_path_is_taken_as_it_is() -> None:
    assert find_device("/dev/serial/by-id/usb-FTDI", list[PortInfo]) == "/dev/serial/by-id/usb-FTDI"


def test_two_that_fit_are_an_error_and_never_the_first() -> None:
    with pytest.raises(
        OpenFailedError, match=r"2 ports fit, and only one may: .*BI; .*XX"
    ) as caught:
        find_device("hwgrep://0403:6001", lambda: [BALANCE, METER])
    assert caught.value.kind == "unsuitable"


def test_one_that_is_not_there_says_what_is() -> None:
    with pytest.raises(OpenFailedError, match=r"no port fits; present: /dev/ttyS0; .*A50285XX"):
        find_device("hwgrep://A50285BI", lambda: [BOARD, METER])
    with pytest.raises(OpenFailedError, match="no port fits; present: none"):
        find_device("hwgrep://A50285BI", list[PortInfo])


def test_what_is_no_expression_is_said() -> None:
    with pytest.raises(OpenFailedError, match="no regular expression"):
        find_device("hwgrep://(", list[PortInfo])
