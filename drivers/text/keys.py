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
    """its name"""


class Line(Table, frozen=True):
    """``[text]``: how lines are sent and recognised, whatever they say.

    Line ends, blanks at the end of a line and empty lines are never part of a reply.
    """

    encoding: Literal["ascii", "latin-1", "utf-8"] = "ascii"
    """of characters"""
    send_terminator: str = "\r\n"
    """ends every command; may be empty"""
    reply_terminator: str = "\r\n"
    """ends every line of a reply; empty: replies have a fixed `length`"""
    checksum: Checksum | None = None
    """`[text.checksum]`"""
    prompt: str = ""
    """dropped from the front of a line when it is there"""
    echo: bool = False
    """the instrument repeats commands; the repetition is dropped when it comes"""
    address: str = ""
    """what an address looks like; commands and patterns then contain `{address}`"""
    prefix: str = ""
    """text with `{address}`: what `{prefix}` in commands and patterns stands for where an
    address is configured; it stands for nothing where none is, which `address` must allow by
    matching the empty text"""
    wake: tuple[str | StartWrite, ...] = ()
    """commands that are sent first, before the instrument is known, on connect and after a
    failure; what it answers is discarded. They must do no harm to any instrument. `{ write =
    "NAME" }` is a declared write without `reply`"""
    startup: tuple[str | StartWrite, ...] = ()
    """commands without reply, or `{ write = "NAME" }`, that are sent once the instrument has
    proved to be the right one, on connect and after a failure"""
    read_delay: Seconds = 0.0
    """rest after a reply, before the next command"""
    write_delay: Seconds = 0.0
    """rest after a command without reply"""

    @property
    def variants(self) -> tuple["Line", ...]:
        """The ways an instrument may have been set to speak, the usual one first."""
        if self.checksum is None or not self.checksum.optional:
            return (self,)
        return self.model_copy(update={"checksum": None}), self


class Identify(Table, frozen=True):
    """``[identify]``: what to ask to know the instrument.

    The reply to the first query must look like no other reply of the instrument. After any failure
    the driver asks it and passes over everything until it comes, so that a late reply is never
    taken for the answer to a newer question. Leave general error replies out of its forms. Without
    ``[identify]`` only silence of the line can bring a driver back in step, which takes longer.

    ``daq scan`` sends these queries, and no others, to whatever may be on a line: they must change
    nothing in any instrument. Without ``[identify]`` a text profile is not scanned for; a query for
    readings may serve where the instrument cannot say what it is.
    """

    queries: tuple[Name, ...] = Field(min_length=1)
    """names of queries; their fields `manufacturer`, `model`, `serial_number`, `firmware` make
    the identity. A later one that answers with a status adds nothing"""
    expect: Mapping[IdentityField, str] = {}
    """regular expressions that fields must match as a whole; otherwise it is the wrong
    instrument"""
