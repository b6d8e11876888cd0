"""Independent clients for the simulators: pymodbus, pyserial and a plain socket, all blocking.

Each is used in a thread, so that the lab in the test's event loop can answer.
"""

import importlib
import socket
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient

ModbusClient: TypeAlias = ModbusSerialClient | ModbusTcpClient

TIMEOUT = 5.0
"""Seconds a client waits for a reply that has to come."""

LAB = """
[lab]
seed = 11

[lab.wire.line]
{wire}

[lab.device.mains]
model = "eastron-sdm630"
wire = "line"
unit = 1

[lab.device.furnace]
model = "eurotherm-3000"
wire = "line"
unit = 2

[lab.device.probes]
model = "pta8c04"
wire = "line"
unit = 3
"""
"""Three Modbus devices on one wire."""


class Port(Protocol):
    """What the tests need of a serial port or a connection."""

    def write(self, data: bytes) -> object: ...
    def read(self, size: int) -> bytes: ...
    def readline(self) -> bytes: ...
    def close(self) -> None: ...


def serial_port(address: str, timeout: float = TIMEOUT, **settings: object) -> Port:
    """A port opened by pyserial, 8N1 unless said otherwise."""
    serial: Any = importlib.import_module("serial")
    port: Port = serial.Serial(address, 9600, timeout=timeout, **settings)
    return port


class TcpPort:
    """A TCP connection with the same face."""

    def __init__(self, address: str, timeout: float = TIMEOUT) -> None:
        host, _, number = address.rpartition(":")
        self._socket = socket.create_connection((host, int(number)), timeout)
        self._file = self._socket.makefile("rb", buffering=0)

    def write(self, data: bytes) -> None:
        self._socket.sendall(data)

    def read(self, size: int) -> bytes:
        return self._file.read(size) or b""

    def readline(self) -> bytes:
        return self._file.readline()

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def ask(port: Port, line: bytes) -> bytes:
    """Send a command and read a line."""
    port.write(line)
    return port.readline()


def modbus_client(address: str, framing: str, timeout: float = TIMEOUT) -> ModbusClient:
    """A connected pymodbus client for a pty's path or for host:port."""
    host, _, number = address.rpartition(":")
    client: ModbusClient
    if framing == "pty":
        client = ModbusSerialClient(address, baudrate=9600, timeout=timeout, retries=0)
    else:
        framer = FramerType.RTU if framing == "rtu" else FramerType.SOCKET
        client = ModbusTcpClient(host, port=int(number), framer=framer, timeout=timeout, retries=0)
    assert client.connect()
    return client


def lines_of(path: Path) -> list[bytes]:
    """The lines of a served log."""
    return path.read_bytes().splitlines()
