"""What is sent: a title, a text, how urgent it is. Plain data."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from daq.notification.matter import Heard

Tone: TypeAlias = Literal["failure", "warning", "info", "success"]
"""Ways that can show a colour or a sign show it by this."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message.

    ``matters`` are what it tells of, how far each is or that it is only counted, ``names`` their
    subjects, ``rank`` that of the most urgent.
    """

    title: str
    body: str
    tone: Tone = "info"
    matters: Mapping[int, Heard] = {}
    names: tuple[str, ...] = ()
    rank: int = 4
    digest: bool = False
