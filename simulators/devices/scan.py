"""What a 34970A scans, and how it is written; the sources are named in keysight_34970a."""

import re
from collections.abc import Collection, Sequence

import msgspec

CHANNELS = tuple(range(101, 121))
"""Those of a 34901A in slot 100."""
OVERLOAD = 9.9e37
FIELDS = ("UNIT", "TIME", "CHANnel", "ALARm")
"""What can stand beside a reading, in this order."""


class Reading(msgspec.Struct, frozen=True):
    """A measured value with what belongs to it; ``time`` in s since the start of the scan."""

    channel: int
    value: float
    unit: str
    time: float

    @property
    def text(self) -> str:
        """The value alone, as it is sent."""
        return f"{self.value:+.8E}"

    def written(self, on: Collection[str]) -> str:
        """The reading with the fields that are turned on."""
        fields = [f"{self.text} {self.unit}" if "UNIT" in on else self.text]
        rest = {"TIME": f"{self.time:013.3f}", "CHANnel": str(self.channel), "ALARm": "0"}
        return ",".join([*fields, *(text for name, text in rest.items() if name in on)])


def block(channels: Sequence[int]) -> str:
    """A channel list as a definite length block: #214(@101,102,103)."""
    body = f"(@{','.join(map(str, channels))})"
    return f"#{len(str(len(body)))}{len(body)}{body}"


def channel_list(text: str) -> list[int] | None:
    """The channels of a list like (@101:103,110); None when it is none."""
    match = re.fullmatch(r"\(@([\d:,\s]*)\)", text.strip(), re.ASCII)
    if match is None:
        return None
    found: list[int] = []
    for part in filter(None, (each.strip() for each in match[1].split(","))):
        ends = re.fullmatch(r"(\d{3})(?::(\d{3}))?", part)
        if ends is None:
            return None
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if first not in CHANNELS or last not in CHANNELS:
            return None
        found += range(min(first, last), max(first, last) + 1)
    return found
