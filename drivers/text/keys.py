"""The tables of a text profile. ``docs/profiles.md`` is their reference, with examples."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from drivers.duration import Seconds
from drivers.model import Quality, Status
from drivers.profile import IdentityField, Name, Table, status_of
from drivers.text.misfit import Misfit, refuse
from drivers.text.pattern import compile_pattern

ADDRESS = "{address}"
"""Stands for the instrument's address in commands and patterns."""

LONGEST_REPLY = 1024
"""Characters. No reply may be longer: the line is bounded, and so is the work on it."""


def _reason(value: object) -> object:
    return status_of(value) if isinstance(value, str) else value


def _bad(status: Status) -> Status:
    if status.quality is not Quality.BAD:
        raise ValueError(f"{status}: here stands no value, so the status must be a bad one")
    return status


Reason: TypeAlias = Annotated[Status, BeforeValidator(_reason)]
"""A status, named by its reason: ``"over range"``, ``"good"``."""

BadReason: TypeAlias = Annotated[Reason, AfterValidator(_bad)]
"""A status of bad quality: there is no value."""


class Line(Table, frozen=True):
    """``[text]``: how lines are sent and recognised, whatever they say.

    ``prompt`` and (with ``echo``) a repetition of the command are dropped from the front of a
    reply if they are there. ``address`` is what an instrument's address must look like; the
    commands and patterns then contain ``{address}``. ``startup`` commands have no reply; they are
    sent when the instrument has proved to be the right one. The delays are rests after a reply
    and after a command without reply.
    """

    encoding: Literal["ascii", "latin-1", "utf-8"] = "ascii"
    send_terminator: str = "\r\n"
    reply_terminator: str = "\r\n"
    prompt: str = ""
    echo: bool = False
    address: str = ""
    startup: tuple[str, ...] = ()
    read_delay: Seconds = 0.0
    write_delay: Seconds = 0.0


class StatusRule(Table, frozen=True):
    """What a field of the reply says about the values beside it.

    ``map`` knows whole texts (a field that is absent is the text ""), ``bits`` the bits of an
    integer, ``flags`` words separated by blanks. ``other`` is for what is not listed.
    """

    field: str
    map: Mapping[str, Reason] = {}
    bits: Mapping[str, Reason] = {}
    flags: Mapping[str, Reason] = {}
    other: Reason = Status.MALFORMED_REPLY

    @model_validator(mode="after")
    def _one_kind(self) -> "StatusRule":
        if [bool(self.map), bool(self.bits), bool(self.flags)].count(True) != 1:
            raise ValueError("needs exactly one of map, bits, flags")
        if any(not mask.isascii() or not mask.isdecimal() or int(mask) < 1 for mask in self.bits):
            raise ValueError('bits: the keys are masks in decimal, such as "16"')
        return self


class Alternative(Table, frozen=True):
    """One form a reply may have. With a ``status`` it stands for that instead of values."""

    pattern: str
    status: BadReason | None = None


class Query(Table, frozen=True):
    """``[query.NAME]``: a command and the forms its reply may have, in order.

    ``timeout`` is how long the instrument may take before it answers (default: the bus's),
    ``turnaround`` how long it usually takes, ``reply_length`` the most characters a reply has.
    ``length`` is for replies without a terminator. A reply of several ``lines`` is matched as one
    text with newlines. ``settle`` discards what follows until the line is silent for that long.
    """

    send: str
    reply: tuple[Alternative, ...] = Field(min_length=1)
    timeout: Seconds | None = None
    turnaround: Seconds = 0.02
    reply_length: int = Field(default=80, ge=1, le=LONGEST_REPLY)
    length: int | None = Field(default=None, ge=1, le=LONGEST_REPLY)
    lines: int = Field(default=1, ge=1, le=32)
    settle: Seconds = 0.0
    send_terminator: str | None = None
    reply_terminator: str | None = None
    status: tuple[StatusRule, ...] = ()

    @model_validator(mode="after")
    def _patterns_compile(self) -> "Query":
        misfits: list[Misfit] = []
        for number, form in enumerate(self.reply):
            try:
                self._compile(form, "0")
            except ValueError as error:
                misfits.append(Misfit(("reply", number, "pattern"), str(error)))
        refuse(misfits)
        return self

    def patterns(self, address: str) -> tuple[re.Pattern[str], ...]:
        """The forms of the reply of an instrument at this address, in order.

        Raises:
            ValueError: a pattern is wrong or may take too long.
        """
        return tuple(self._compile(form, address) for form in self.reply)

    def _compile(self, form: Alternative, address: str) -> re.Pattern[str]:
        text = form.pattern.replace(ADDRESS, re.escape(address))
        return compile_pattern(text, self.reply_length)

    @property
    def groups(self) -> frozenset[str]:
        """Names of the fields a reply with values may have."""
        pairs = zip(self.reply, self.patterns("0"), strict=True)
        return frozenset(
            group for form, pattern in pairs if form.status is None for group in pattern.groupindex
        )


class Identify(Table, frozen=True):
    """``[identify]``: what to ask to know the instrument.

    The groups of the replies are named after the fields of an identity. The reply to the first of
    ``queries`` must not look like any other reply: it is what synchronises a line after a failure.
    ``expect`` holds patterns the fields must match as a whole.
    """

    queries: tuple[Name, ...] = Field(min_length=1)
    expect: Mapping[IdentityField, str] = {}
