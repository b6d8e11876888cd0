"""Every Modbus simulator as pymodbus, minimalmodbus and mbpoll see it.

The registers below are written down from the manuals once more, and not taken from the profiles.
"""

import struct
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Literal

import msgspec
import pytest

from simulators import simulated
from simulators.devices import MODELS
from simulators.registers import ModbusDevice
from simulators.standalone import Simulated
from tests.contract.modbus_tools import BAUD, mbpoll, minimal, values_of
from tests.contract.simulator_clients import modbus_client

UNIT = 17
NOWHERE = 0xFFF0
Words = Literal["high", "low", "integer"]


def celsius(fahrenheit: float) -> float:
    return (fahrenheit - 32) / 1.8


def same(value: float) -> float:
    return value


class Register(msgspec.Struct, frozen=True):
    """Where a channel is: function, address, and how to read it."""

    channel: str
    function: Literal[3, 4]
    address: int
    words: Words
    decimals: int = 0
    means: Callable[[float], float] = same

    def decode(self, words: Sequence[int]) -> float:
        if self.words == "integer":
            number = struct.unpack(">h", struct.pack(">H", words[0]))[0]
            return self.means(number / 10**self.decimals)
        ordered = words if self.words == "high" else words[::-1]
        return self.means(struct.unpack(">f", struct.pack(">HH", *ordered))[0])

    @property
    def count(self) -> int:
        return 1 if self.words == "integer" else 2


REGISTERS: dict[str, tuple[Register, ...]] = {
    "eastron-sdm120": (
        Register("voltage", 4, 0x00, "high"),
        Register("power", 4, 0x0C, "high"),
        Register("frequency", 4, 0x46, "high"),
        Register("energy_total", 4, 0x156, "high"),
    ),
    "eastron-sdm630": (
        Register("voltage_l2", 4, 0x02, "high"),
        Register("power_total", 4, 0x34, "high"),
        Register("energy_import", 4, 0x48, "high"),
    ),
    "eurotherm-3000": (
        Register("temperature", 3, 1, "integer", 1),
        Register("target_setpoint", 3, 2, "integer", 1),
    ),
    "pta8c04": (Register("t1", 3, 0, "integer", 1), Register("r4", 3, 35, "integer", 1)),
    "watlow-ezzone": (
        Register("temperature", 3, 360, "high", means=celsius),
        Register("setpoint", 3, 2160, "high", means=celsius),
        Register("output", 3, 1904, "high"),
    ),
    "watlow-ezzone-lohi": (
        Register("temperature", 3, 360, "low", means=celsius),
        Register("setpoint", 3, 2160, "low", means=celsius),
    ),
    "watlow-f4": (
        Register("temperature", 3, 100, "integer", 1),
        Register("setpoint", 3, 300, "integer", 1),
    ),
    "watlow-f4t": (
        Register("temperature", 3, 2820, "low"),
        Register("setpoint", 3, 2782, "low"),
    ),
    "binder-mb1": (
        Register("temperature", 3, 0x11A9, "low"),
        Register("humidity", 3, 0x11CD, "low"),
        Register("setpoint", 3, 0x1077, "low"),
    ),
    "omron-e5cc": (
        Register("temperature", 3, 0x2000, "integer", 1),
        Register("setpoint", 3, 0x2103, "integer", 1),
    ),
    "yokogawa-wt310e": (
        Register("voltage", 4, 0x7D0, "high"),
        Register("current", 4, 0x7D2, "high"),
        Register("current_frequency", 4, 0x7E0, "high"),
    ),
    "vaisala-hmt330-modbus": (
        Register("humidity", 3, 0, "low"),
        Register("temperature", 3, 2, "low"),
        Register("dewpoint", 3, 6, "low"),
    ),
}
COILS = {"modbus-relay"}
"""What has no registers: see test_coils.py."""

MODBUS = [
    name for name, model in MODELS.items() if issubclass(model, ModbusDevice) and name not in COILS
]
WRITES: dict[str, tuple[int, list[int], str, float]] = {
    "eurotherm-3000": (2, [1500], "target_setpoint", 150.0),
    "watlow-ezzone": (2160, [0x4354, 0], "setpoint", 100.0),
    "watlow-ezzone-lohi": (2160, [0, 0x4354], "setpoint", 100.0),
    "watlow-f4": (300, [0xFFCE], "setpoint", -5.0),
    "watlow-f4t": (2782, [0, 0x41F0], "setpoint", 30.0),
    "binder-mb1": (0x1581, [0, 0x4248], "setpoint", 50.0),
    "omron-e5cc": (0x2103, [1505], "setpoint", 150.5),
}
"""Register, words, and what the channel then is."""

TABLES = {3: "4", 4: "3"}
"""What mbpoll calls the registers of each function."""

each_model = pytest.mark.parametrize("model", MODBUS)
each_written = pytest.mark.parametrize("model", WRITES)
each_transport = pytest.mark.parametrize("transport", ["pty", "tcp"])


def instrument(model: str, transport: str) -> Simulated:
    """One whose physics stand still, so that what it tells and what it is stay the same."""
    kind = "pty" if transport == "pty" else "tcp"
    wire = {"baud": BAUD} if kind == "pty" else {}
    return simulated(model, kind, wire=wire, lab={"seed": 3, "speed": 0}, unit=UNIT)


def close_to(model: str, sim: Simulated, channel: str) -> object:
    truth = sim.device.state()[channel]
    assert isinstance(truth, float | int), (model, channel)
    return pytest.approx(truth, rel=1e-5, abs=1e-4)


def test_every_modbus_simulator_is_here() -> None:
    assert set(MODBUS) == set(REGISTERS)


@each_model
@each_transport
def test_pymodbus_reads_it(model: str, transport: str) -> None:
    with (
        instrument(model, transport) as sim,
        closing(modbus_client(sim.port, transport)) as client,
    ):
        for each in REGISTERS[model]:
            read = (
                client.read_input_registers if each.function == 4 else client.read_holding_registers
            )
            reply = read(each.address, count=each.count, device_id=UNIT)
            assert each.decode(reply.registers) == close_to(model, sim, each.channel)


@each_model
def test_minimalmodbus_reads_it(model: str) -> None:
    with instrument(model, "pty") as sim, minimal(sim.port, UNIT) as client:
        for each in REGISTERS[model]:
            found = _minimal_read(client, each)
            assert each.means(found) == close_to(model, sim, each.channel)


def _minimal_read(client: Any, register: Register) -> float:  # noqa: ANN401 - has no types
    place, function = register.address, register.function
    if register.words == "integer":
        decimals = register.decimals
        return client.read_register(place, decimals, functioncode=function, signed=True)
    order = 0 if register.words == "high" else 3  # BYTEORDER_BIG, BYTEORDER_LITTLE_SWAP
    return client.read_float(place, functioncode=function, byteorder=order)


@each_model
@each_transport
def test_mbpoll_reads_it(model: str, transport: str) -> None:
    with instrument(model, transport) as sim:
        for each in REGISTERS[model]:
            kind = "" if each.words == "integer" else ":float"
            order = ["-B"] if each.words == "high" else []
            wanted = [
                "-t",
                f"{TABLES[each.function]}{kind}",
                *order,
                "-r",
                str(each.address),
                "-c",
                "1",
            ]
            printed = mbpoll(sim.port, UNIT, wanted)
            assert each.address in values_of(printed), printed
            text = values_of(printed)[each.address]
            scaled = float(text) / 10**each.decimals
            truth = sim.device.state()[each.channel]
            assert isinstance(truth, float | int)
            # mbpoll prints floats with six digits
            assert each.means(scaled) == pytest.approx(truth, rel=2e-5, abs=1e-3)


@each_written
@each_transport
def test_pymodbus_writes_the_set_point(model: str, transport: str) -> None:
    place, words, channel, expected = WRITES[model]
    with (
        instrument(model, transport) as sim,
        closing(modbus_client(sim.port, transport)) as client,
    ):
        assert not client.write_registers(place, words, device_id=UNIT).isError()
        assert sim.device.state()[channel] == pytest.approx(expected)


@each_written
def test_minimalmodbus_writes_the_set_point(model: str) -> None:
    place, words, channel, expected = WRITES[model]
    with instrument(model, "pty") as sim, minimal(sim.port, UNIT) as client:
        client.write_registers(place, words)
        assert sim.device.state()[channel] == pytest.approx(expected)


@each_written
@each_transport
def test_mbpoll_writes_the_set_point(model: str, transport: str) -> None:
    place, words, channel, expected = WRITES[model]
    with instrument(model, transport) as sim:
        numbers = [str(word) for word in words]
        printed = mbpoll(sim.port, UNIT, ["-t", "4:hex", "-r", str(place)], numbers)
        assert "Written" in printed, printed
        assert sim.device.state()[channel] == pytest.approx(expected)


@each_model
@each_transport
def test_exceptions_as_pymodbus_sees_them(model: str, transport: str) -> None:
    with (
        instrument(model, transport) as sim,
        closing(modbus_client(sim.port, transport)) as client,
    ):
        assert client.read_coils(0, count=1, device_id=UNIT).exception_code == 1
        function = REGISTERS[model][0].function
        read = client.read_input_registers if function == 4 else client.read_holding_registers
        assert read(NOWHERE, count=2, device_id=UNIT).exception_code == 2
        assert client.write_registers(NOWHERE, [1], device_id=UNIT).exception_code in (1, 2)


@each_model
def test_an_exception_as_minimalmodbus_sees_it(model: str) -> None:
    function = REGISTERS[model][0].function
    with instrument(model, "pty") as sim, minimal(sim.port, UNIT) as client:
        # It waits that long for the rest of the reply it had expected.
        client.serial.timeout = 1.0
        with pytest.raises(Exception, match="illegal data address"):
            client.read_registers(NOWHERE, 2, functioncode=function)


@each_model
@each_transport
def test_an_exception_as_mbpoll_sees_it(model: str, transport: str) -> None:
    function = REGISTERS[model][0].function
    with instrument(model, transport) as sim:
        printed = mbpoll(sim.port, UNIT, ["-t", TABLES[function], "-r", str(NOWHERE), "-c", "2"])
        assert "Illegal data address" in printed


@each_model
@each_transport
def test_another_unit_is_not_answered_for(model: str, transport: str) -> None:
    with (
        instrument(model, transport) as sim,
        closing(modbus_client(sim.port, transport, 0.3)) as client,
    ):
        if transport == "tcp":
            reply = client.read_holding_registers(0, count=1, device_id=UNIT + 1)
            assert reply.exception_code == 0x0B
            return
        with pytest.raises(Exception, match="No response"):
            client.read_holding_registers(0, count=1, device_id=UNIT + 1)
