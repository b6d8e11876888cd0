"""What a link says of the log: which events, over which period, from where on. Pure."""

import msgspec

from daq.timefmt import parse_time
from daq.web.data.events.about import Subjects
from daq.web.data.events.kinds import TOPICS
from daq.web.data.events.wanted import Wanted, terms_of
from daq.web.text import LANGUAGES, Text
from daq.web.visit import Visit

QUICK = ("-1h", "-8h", "-1d", "-7d", "-30d")
"""Periods one click away, up to now."""

TERMS = 10
"""Words that are looked for at a time."""

TEXT = 200
"""Characters of them."""

MOST = 50
"""Kinds and subjects at a time."""

SEVERITIES = ("error", "warning", "info")
"""The gravest first."""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """``said`` is the period as the link has it, empty where it has no end.

    ``before`` is the number below which the page begins, 0 for the newest. ``wrong`` is what of
    the period is no time, ``reversed`` says that it ends before it begins: then nothing is wanted.
    """

    wanted: Wanted
    text: str = ""
    said: tuple[str, str] = ("", "")
    before: int = 0
    wrong: str = ""
    reversed: bool = False

    @property
    def live(self) -> bool:
        """Whether what happens now belongs to it."""
        return not self.before and self.said[1] in ("", "now")

    @property
    def narrowed(self) -> bool:
        """Whether not every event is wanted."""
        return self.wanted != Wanted()

    @property
    def sound(self) -> bool:
        """Whether the period is one."""
        return not self.wrong and not self.reversed


def choices(visit: Visit, there: Subjects) -> Choices:
    """What a link says."""
    text = visit.choice("text").strip()[:TEXT]
    said = (visit.choice("from").strip(), visit.choice("to").strip())
    times, wrong = _times(said, visit.now)
    return Choices(
        wanted=Wanted(
            start=times[0],
            end=times[1],
            kinds=_several(visit, "kind"),
            severities=_several(visit, "severity") & frozenset(SEVERITIES),
            subjects=_several(visit, "about"),
            terms=terms_of(text, kind_names(), there.titles, TERMS),
        ),
        text=text,
        said=said,
        before=_number(visit.choice("before")),
        wrong=wrong,
        reversed=times[0] is not None and times[1] is not None and times[0] >= times[1],
    )


def kind_names() -> dict[str, str]:
    """What the languages call each kind, so that people find it by that name."""
    texts = [Text(language) for language in LANGUAGES]
    return {kind: "\n".join(text(f"event.{kind}") for text in texts) for kind in TOPICS}


def _times(said: tuple[str, str], now: int) -> tuple[tuple[int | None, int | None], str]:
    found: list[int | None] = []
    for one, open_end in zip(said, (("",), ("", "now")), strict=True):
        try:
            found.append(None if one in open_end else parse_time(one, now))
        except ValueError:
            return (None, None), one
    return (found[0], found[1]), ""


def _several(visit: Visit, key: str) -> frozenset[str]:
    return frozenset([one for one in visit.choices.get(key, ()) if one][:MOST])


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0  # noqa: PLR2004 - of a signed 64 bit number
