"""The checksum of Modbus RTU: CRC-16, polynomial 0xA001 reflected, initial 0xFFFF.

Source: Modbus over Serial Line V1.02, section 6.2.2.
"""


def _entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


_TABLE = tuple(_entry(value) for value in range(256))


def crc(data: bytes | bytearray) -> bytes:
    """The two checksum bytes of ``data``, in line order (low byte first)."""
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


def intact(frame: bytes | bytearray) -> bool:
    """True when a whole frame ends with the checksum of what precedes it."""
    return crc(frame[:-2]) == frame[-2:]
