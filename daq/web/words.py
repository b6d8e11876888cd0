"""Times, spans of time, sizes and reasons in the words of a language, as HTML where it has to be.

Times are those of this machine's zone: it stands in the laboratory, with those who look.
"""

from datetime import datetime

from markupsafe import Markup

from daq.web.text import Text

_NS = 1_000_000_000

UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
"""Units of a span of time and their seconds; ``static/live.js`` lets ages count in the same way."""

SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


class Words:
    """The filters of the templates; ``now`` is the moment that is shown, ns since 1970 UTC."""

    def __init__(self, text: Text, now: int) -> None:
        self._text, self._now = text, now

    def span(self, seconds: float) -> str:
        """A span of time in the unit that suits it: ``3 s``, ``12 min``, ``5 h``."""
        seconds = max(seconds, 0.0)
        for unit, size in UNITS:
            if seconds >= 2 * size or unit == "s":
                return f"{int(seconds / size)}\u202f{self._text(f'unit.{unit}')}"
        raise AssertionError("the smallest unit fits always")

    def age(self, time: int) -> Markup:
        """How long ago, counting on by itself in the browser."""
        if not time:
            return Markup("{}").format(self._text("age.never"))
        span = self.span((self._now - time) / _NS)
        return Markup('<span class="age" data-time="{}">{}</span>').format(time // 10**6, span)

    def since(self, time: int) -> Markup:
        """``since 14:03:20 (12 min)``; nothing when it is not known."""
        if not time:
            return Markup("")
        words = self._text("age.since", time="\0", age="\1")
        before, _, rest = words.partition("\0")
        between, _, after = rest.partition("\1")
        return Markup("{}{}{}{}{}").format(before, self.time(time), between, self.age(time), after)

    def time(self, time: int) -> Markup:
        """A moment: the time of day, with the date unless it is today's."""
        moment = datetime.fromtimestamp(time / _NS).astimezone()
        today = datetime.fromtimestamp(self._now / _NS).astimezone().date()
        shown = f"{moment:%H:%M:%S}" if moment.date() == today else f"{moment:%Y-%m-%d %H:%M:%S}"
        return Markup('<time datetime="{}">{}</time>').format(
            moment.isoformat(timespec="milliseconds"), shown
        )

    def reason(self, reason: str) -> str:
        """The reason of a status, such as ``over range``."""
        key = f"reason.{reason.replace(' ', '-')}"
        return self._text(key) if self._text.has(key) else reason

    def name(self, name: str) -> Markup:
        """The name of a channel, which may be broken after an underline."""
        return Markup("_<wbr>").join(name.split("_"))

    def size(self, count: float) -> str:
        """Bytes in the unit that suits them."""
        for unit, size in SIZES:
            if abs(count) >= size:
                return f"{count / size:.1f}\u202f{unit}"
        return f"{count:.0f}\u202fB"
