"""Read requests, and what a device may answer to them: Modbus Application Protocol V1.1b3.

Only functions 1 to 4 exist here: this package reads instruments and never writes to them. Coils
of lamps and horns are set by ``drivers.modbus.coil``.
"""

import struct

import msgspec

from drivers.errors import DeviceError, DriverError, IllegalAddressError, ReplyTimeoutError

EXCEPTION = 0x80
"""Bit set in the function code of an exception reply."""

BIT_FUNCTIONS = frozenset({1, 2})
"""Functions that read bits (coils, discrete inputs); 3 and 4 read registers."""

ILLEGAL_ADDRESS_CODES = frozenset({2, 3})
"""Exceptions that depend on the request alone: no such address, no such number of registers."""

GATEWAY_SILENT_CODES = frozenset({10, 11})
"""Exceptions of a gateway, not of the unit: it has no way to the unit, or got no reply."""

# Modbus Application Protocol V1.1b3, section 7.
EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledged, not done yet",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway: the device behind it does not answer",
}

_REQUEST = struct.Struct(">BHH")


class Request(msgspec.Struct, frozen=True, gc=False):
    """Read ``count`` registers or bits from protocol address ``address`` (counted from 0)."""

    function: int
    address: int
    count: int

    @property
    def pdu(self) -> bytes:
        """The request without unit, length or checksum."""
        return _REQUEST.pack(self.function, self.address, self.count)

    @property
    def byte_count(self) -> int:
        """Bytes of data in the reply."""
        if self.function in BIT_FUNCTIONS:
            return (self.count + 7) // 8
        return self.count * 2

    @property
    def end(self) -> int:
        """The first address after those read."""
        return self.address + self.count

    def __str__(self) -> str:
        what = "bits" if self.function in BIT_FUNCTIONS else "registers"
        return f"function {self.function}, {what} {self.address}..{self.end - 1}"


def device_error(unit: int, request: object, code: int) -> DriverError:
    """The error an exception reply stands for."""
    text = EXCEPTIONS.get(code, "unknown exception")
    message = f"unit {unit}: {request}: exception {code} ({text})"
    if code in ILLEGAL_ADDRESS_CODES:
        return IllegalAddressError(message)
    if code in GATEWAY_SILENT_CODES:
        return ReplyTimeoutError(message)
    return DeviceError(message)
