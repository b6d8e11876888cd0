"""Frames of AIBUS and DL/T 645 built by hand, and small profiles, for tests of this family."""

import struct
from collections.abc import Mapping

from drivers.binary.profile import BinaryProfile

MODEL_CODE = 0x5180


def aibus_reply(value: int, *, pv: int = 250, sv: int = 300, address: int = 1) -> bytes:
    """A reply with this parameter value; 15 % output, no alarm."""
    words = [pv & 0xFFFF, sv & 0xFFFF, 15, value & 0xFFFF]
    return struct.pack("<5H", *words, (sum(words) + address) & 0xFFFF)


def aibus_request(code: int, address: int = 1) -> bytes:
    """The request for a parameter."""
    check = code * 256 + 82 + address
    return bytes([128 + address] * 2) + struct.pack("<BBHH", 82, code, 0, check)


def meter_frame(control: int, data: bytes, address: str = "000000000161") -> bytes:
    """A frame of DL/T 645; ``data`` as it is before 33h is added, in the order of the wire."""
    coded = bytes((byte + 0x33) % 256 for byte in data)
    body = b"\x68" + bytes.fromhex(address)[::-1] + bytes([0x68, control, len(data)]) + coded
    return body + bytes([sum(body) % 256, 0x16])


def meter_answer(item: int, digits: str, address: str = "000000000161") -> bytes:
    """The answer to a read, with these decimal digits."""
    data = item.to_bytes(4, "little") + bytes.fromhex(digits)[::-1]
    return meter_frame(0x91, data, address)


def make_profile(codec: str, **tables: Mapping[str, object]) -> BinaryProfile:
    """A profile with these tables."""
    head = {
        "name": "made-up",
        "manufacturer": "Maker",
        "model": "M1",
        "protocol": "binary",
        "source": ["made up"],
    }
    return BinaryProfile.model_validate(
        {"profile": head, "binary": {"codec": codec}, **tables}, strict=False
    )


def controller(**channels: Mapping[str, object]) -> BinaryProfile:
    """An AIBUS profile with a temperature, two markers and these channels."""
    return make_profile(
        "aibus",
        marker={
            "decimals": {"item": 0x0C, "values": [(0, 3), (128, 131)], "expect": [1, 128]},
            "model": {"item": 0x15, "values": [(0x5000, 0x7FFE), (0x8000, 0x9FFF)]},
        },
        channel={"temperature": {"type": "int16", "scale": 0.1}, **channels},
    )


def meter(*items: int, **tables: Mapping[str, object]) -> BinaryProfile:
    """A DL/T 645 profile with channels ``c02010100`` ... of two bytes each, in tenths."""
    channels = {
        f"c{item:08x}": {"item": item, "type": "bcd", "size": 2, "scale": 0.1} for item in items
    }
    return make_profile("dlt645-2007", channel=channels, **tables)
