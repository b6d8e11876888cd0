"""The tables of a text profile as a whole. ``docs/reference/profiles.md`` is their reference."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from drivers.duration import Seconds
from drivers.profile import IdentityField, Name, Table
from drivers.text.checksum import Checksum


class StartWrite(Table, frozen=True):
    """An entry of ``wake`` or ``startup`` that names a ``[write.NAME]``."""

    write: Name


class Line(Table, frozen=True):
    """``[text]``: how lines are sent and recognised, whatever they say.

    ``prompt`` and (with ``echo``) a repetition of the command are dropped from the front of a
    reply if they are there. ``address`` is what an instrument's address must look like; the
    commands and patterns then contain ``{address}``, or ``{prefix}`` where it may be left out (the
    form then matches the empty text). ``startup`` are commands without reply, and writes; they are
    sent when the instrument has proved to be the right one. ``wake`` is sent before that: it must
    do no harm to any instrument, and what it is answered is discarded. The delays are rests after
    a reply and after a command without reply.
    """

    encoding: Literal["ascii", "latin-1", "utf-8"] = "ascii"
    send_terminator: str = "\r\n"
    reply_terminator: str = "\r\n"
    checksum: Checksum | None = None
    prompt: str = ""
    echo: bool = False
    address: str = ""
    prefix: str = ""
    wake: tuple[str | StartWrite, ...] = ()
    startup: tuple[str | StartWrite, ...] = ()
    read_delay: Seconds = 0.0
    write_delay: Seconds = 0.0

    @property
    def variants(self) -> tuple["Line", ...]:
        """The ways an instrument may have been set to speak, the usual one first."""
        if self.checksum is None or not self.checksum.optional:
            return (self,)
        return self.model_copy(update={"checksum": None}), self


class Identify(Table, frozen=True):
    """``[identify]``: what to ask to know the instrument.

    The groups of the replies are named after the fields of an identity. The reply to the first of
    ``queries`` must not look like any other reply: it is what synchronises a line after a failure.
    ``expect`` holds patterns the fields must match as a whole.
    """

    queries: tuple[Name, ...] = Field(min_length=1)
    expect: Mapping[IdentityField, str] = {}
