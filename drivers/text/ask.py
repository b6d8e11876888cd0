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
    """What all that an instrument says has in common: its forms in order, and its bounds."""

    reply: tuple[Alternative, ...] = Field(min_length=1)
    """[forms](#a-form-of-a-reply), tried in order; the first that matches the whole reply counts"""
    reply_length: int = Field(default=80, ge=1, le=LONGEST_REPLY)
    """the most characters of a reply: for the deadline on slow lines, and a limit"""
    length: int | None = Field(default=None, ge=1, le=LONGEST_REPLY)
    """the exact number of characters where there is no terminator"""
    lines: int = Field(default=1, ge=1, le=32)
    r"""the reply has so many lines, matched as one text with `\n` between them"""
    reply_terminator: str | None = None
    """another one than that of `[text]`"""
    checksum: bool = True
    """false where `[text.checksum]` does not hold"""

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
    """A step of a hand-shake (``[[query.NAME.before]]``): a command and its reply.

    Its fields are fields of the query. A step that is answered by a form with a ``status`` ends the
    query with it.
    """

    send: str
    r"""the command without terminator; control characters as `"\u0005"`"""
    timeout: Seconds | None = None
    """how long the instrument may take before it answers; counts where it is longer than the
    bus's"""
    turnaround: Seconds = 0.02
    """how long it usually takes: for the prediction of `daq check`"""
    settle: Seconds = 0.0
    """discard what follows until the line has been silent for so long"""
    send_terminator: str | None = None
    """another one than that of `[text]`"""


class Query(Ask, frozen=True):
    """``[query.NAME]``: what is asked for values.

    A reply that would match with the address of another unit is a ``foreign reply``; one that no
    form matches is an error that shows what came. After a ``silence`` the driver asks for the
    identification before it asks anything else, so that a reply that comes late after all does no
    harm; without ``[identify]`` a dead instrument cannot be told from a silent one.
    """

    before: tuple[Ask, ...] = ()
    """a hand-shake: commands with their replies that lead to this one"""
    silence: BadReason | None = None
    """no reply within `timeout` is no failure but stands for this; not for the first query of
    `[identify]`"""
    once: bool = False
    """for what does not change with every scan, such as the units of the values: asked when it
    is first needed, and again after an identification or a failure"""
    status: tuple[StatusRule, ...] = ()
    """[status rules](#a-status-rule) for every channel of this query"""

    @property
    def all_groups(self) -> frozenset[str]:
        """Names of the fields of the reply and of the steps before it."""
        return self.groups.union(*(step.groups for step in self.before))


class Write(Ask, frozen=True):
    """``[write.NAME]``: what changes something in the instrument, for ``wake`` and ``startup``."""

    reply: tuple[Alternative, ...] = ()
    """may be left out: the instrument says nothing. The pattern `{command}` is a repetition of
    the command as acknowledgement"""
    delay: Seconds | None = None
    """rest after it; default: `write_delay`, or `read_delay` if there is a `reply`"""


class Stream(Reply, frozen=True):
    """``[stream.NAME]``: what the instrument says unasked, a line at a time.

    A channel names it as its ``query``. The time of a reading is the arrival of its line. A profile
    either asks or listens: its channels all come from queries or all from streams; queries for
    ``[identify]`` may be there besides.

    The daemon listens all the time. A read reports the newest line if it has not been reported and
    is not older than ``stale``; otherwise it waits for the next one. No line is reported twice in a
    scan group, and those between two reads are passed over. Where listening begins within a line,
    that line is not believed.

    With ``silence``, every line counts: a read never waits, it reports the oldest line that has not
    been reported (of the last 100), and the status given there when nobody has pressed the key
    since. Such an instrument cannot be told from a dead one.

    A line that waited because the program stood still (stopped, suspended or busy for more than
    half a second) may have come at any time since: it is dated in the middle, and its good values
    are `uncertain: read late`. It counts as being as old as it may be, so where it may be older
    than `stale` it is not reported, and the next line is waited for.

    An instrument that streams cannot be asked anything. If it has to be identified, or is only to
    be asked, put the command that stops it into ``wake`` (it is sent whatever the line does), and
    the one that starts it into ``startup``.

    Its forms are those of a line of ``[text]``: ``length``, ``lines`` and ``reply_terminator`` are
    not for streams.
    """

    stale: Seconds = Field(default=5.0, gt=0)
    """an older line is never reported, and so long a read waits for a line before it fails"""
    silence: BadReason | None = None
    """the instrument speaks only when somebody presses a key: the status when nobody has"""
    ignore: tuple[str, ...] = ()
    """regular expressions of lines that are no readings; any other unknown line is an error"""
    status: tuple[StatusRule, ...] = ()
    """[status rules](#a-status-rule) for every channel of this stream"""

    @model_validator(mode="after")
    def _lines(self) -> "Stream":
        if self.length is not None or self.lines != 1 or self.reply_terminator is not None:
            raise ValueError(
                "length, lines, reply_terminator: a stream consists of lines of [text]"
            )
        for pattern in self.ignore:
            compile_pattern(pattern, self.reply_length)
        return self
