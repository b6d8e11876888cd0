"""What the system knows of a serial port. A protocol, no I/O."""

from typing import Protocol


class PortInfo(Protocol):
    """What the system knows of a port: ``serialx.SerialPortInfo``."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    manufacturer: str | None
    product: str | None
    interface_num: int | None
    port_number: int | None
