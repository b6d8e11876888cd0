"""What is said to an instrument and what it says: queries, steps of a hand-shake, writes."""

import re
from collections.abc import Mapping

from pydantic import Field, model_validator

from drivers.duration import Seconds
from drivers.misfit import Misfit, refuse
from drivers.profile import Table
from drivers.reason import BadReason
from drivers.text.form import LONGEST_REPLY, PLAIN, Alternative
from drivers.text.pattern import compile_pattern
from drivers.text.rule import StatusRule


class Reply(Table, frozen=True):
    """What all that an instrument says has in common: its forms in order, and its bounds.

    ``reply_length`` is the most characters a reply has, ``length`` their exact number where there
    is no terminator. A reply of several ``lines`` is matched as one text with newlines.
    ``checksum = false`` where ``[text.checksum]`` does not hold.
    """

    reply: tuple[Alternative, ...] = Field(min_length=1)
    reply_length: int = Field(default=80, ge=1, le=LONGEST_REPLY)
    length: int | None = Field(default=None, ge=1, le=LONGEST_REPLY)
    lines: int = Field(default=1, ge=1, le=32)
    reply_terminator: str | None = None
    checksum: bool = True

    @model_validator(mode="after")
    def _patterns_compile(self) -> "Reply":
        misfits: list[Misfit] = []
        for number, form in enumerate(self.reply):
            try:
                form.compile(PLAIN, self.reply_length)
            except ValueError as error:
                key = "pattern" if form.pattern else "fields"
                misfits.append(Misfit(("reply", number, key), str(error)))
        refuse(misfits)
        return self

    def patterns(self, fillings: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
        """The forms of the reply of one instrument, in order.

        Raises:
            ValueError: a pattern is wrong or may take too long.
        """
        return tuple(form.compile(fillings, self.reply_length) for form in self.reply)

    @property
    def groups(self) -> frozenset[str]:
        """Names of the fields a reply with values may have."""
        pairs = zip(self.reply, self.patterns(PLAIN), strict=True)
        return frozenset(
            group for form, pattern in pairs if form.status is None for group in pattern.groupindex
        )


class Ask(Reply, frozen=True):
    """A command and its reply.

    ``timeout`` is how long the instrument may take before it answers (default: the bus's),
    ``turnaround`` how long it usually takes. ``settle`` discards what follows until the line is
    silent for that long.
    """

    send: str
    timeout: Seconds | None = None
    turnaround: Seconds = 0.02
    settle: Seconds = 0.0
    send_terminator: str | None = None


class Query(Ask, frozen=True):
    """``[query.NAME]``: what is asked for values.

    ``before`` are the steps of a hand-shake that lead to it; one that is answered by a form with a
    ``status`` ends the query with that. ``silence`` is the status that no reply at all stands for.
    ``once`` is for what does not change while the instrument is connected, such as its units: it
    is asked when first needed after an identification. ``status`` are rules for each channel of
    the query.
    """

    before: tuple[Ask, ...] = ()
    silence: BadReason | None = None
    once: bool = False
    status: tuple[StatusRule, ...] = ()

    @property
    def all_groups(self) -> frozenset[str]:
        """Names of the fields of the reply and of the steps before it."""
        return self.groups.union(*(step.groups for step in self.before))


class Write(Ask, frozen=True):
    """``[write.NAME]``: what changes something. Without ``reply`` the instrument says nothing.

    ``delay`` is the rest it needs afterwards (default: ``write_delay`` or ``read_delay``).
    """

    reply: tuple[Alternative, ...] = ()
    delay: Seconds | None = None


class Stream(Reply, frozen=True):
    """``[stream.NAME]``: what the instrument says unasked, a line at a time.

    A line older than ``stale`` is never reported, and so long a read waits for one. With
    ``silence`` the instrument speaks only when somebody presses a key: a read does not wait, it
    reports the lines since the last one, one each, and that status when there was none.
    ``ignore`` are lines that are no readings.
    """

    stale: Seconds = Field(default=5.0, gt=0)
    silence: BadReason | None = None
    ignore: tuple[str, ...] = ()
    status: tuple[StatusRule, ...] = ()

    @model_validator(mode="after")
    def _lines(self) -> "Stream":
        if self.length is not None or self.lines != 1 or self.reply_terminator is not None:
            raise ValueError(
                "length, lines, reply_terminator: a stream consists of lines of [text]"
            )
        for pattern in self.ignore:
            compile_pattern(pattern, self.reply_length)
        return self
