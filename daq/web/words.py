"""Times, spans of time, sizes and reasons in the words of a language, as HTML where it has to be.

Times are those of this machine's zone: it stands in the laboratory, with those who look.
"""

from datetime import datetime

import msgspec
from markupsafe import Markup

from daq.web.text import Text
from drivers.model import Channel

_NS = 1_000_000_000

UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
"""Units of a span of time and their seconds; ``static/live.js`` lets ages count in the same way."""

NOTHING = "\u2013"
"""A dash where a number would be."""

_MINUTES = 120.0
_WHOLE = 1.0
_EVEN = 0.005
_TEN, _HUNDRED = 10.0, 100.0

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

    def put(self, key: str, **values: object) -> Markup:
        """The words for a key, with values put in that may be HTML, such as times."""
        return Markup(self._text(key)).format(**values)  # noqa: S704 - the words are our own

    def whole(self, seconds: float) -> str:
        """A span that is a whole number of a unit, in the largest such: ``1 h``, ``30 min``."""
        unit, size = next((u, s) for u, s in UNITS if seconds % s == 0 and seconds >= s)
        return f"{int(seconds / size)}\u202f{self._text(f'unit.{unit}')}"

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

    def moment(self, time: int) -> str:
        """The time of day to the millisecond, of what has just been."""
        return f"{datetime.fromtimestamp(time / _NS).astimezone():%H:%M:%S.%f}"[:-3]

    def ago(self, said: str) -> str:
        """A period up to now that a link calls ``-8h``."""
        number = said.strip("-").rstrip("dhmins")
        return f"{number}\u202f{self._text('unit.' + said.strip('-')[len(number) :])}"

    def interval(self, seconds: float) -> str:
        """The interval of a scan group."""
        if seconds < 1:
            return f"{seconds * 1000:.0f}\u202fms"
        whole = f"{seconds:g}\u202f{self._text('unit.s')}"
        return whole if seconds < _MINUTES else self.span(seconds)

    def lapse(self, seconds: float | None) -> str:
        """How long something took: ``0.4 ms``, ``35 ms``, ``1.2 s``."""
        if seconds is None:
            return NOTHING
        if seconds < _WHOLE:
            return f"{_figures(seconds * 1000)}\u202fms"
        return f"{_figures(seconds)}\u202f{self._text('unit.s')}"

    def percent(self, percent: float | None) -> str:
        """Per cent of a whole, to two figures where it is little."""
        return NOTHING if percent is None else f"{_figures(percent)}\u202f%"

    def rate(self, rate: float | None) -> str:
        """How many a second."""
        return NOTHING if rate is None else self._text("unit.rate", n=_figures(rate))

    def few(self, mean: float | None) -> str:
        """A mean of small counts: ``3``, or ``3.05`` where it is no whole number."""
        if mean is None:
            return NOTHING
        return f"{mean:.0f}" if abs(mean - round(mean)) < _EVEN else f"{mean:.2f}"

    def until(self, time: int) -> str:
        """A span up to a moment that is to come."""
        return self.span((time - self._now) / _NS)

    def number(self, channel: Channel, value: float | None, more: int = 0) -> str:
        """A value with the digits its instrument resolves, and so many ``more``."""
        if value is None:
            return NOTHING
        if channel.resolution is None:
            return self.figures(value, 6)
        resolution = channel.resolution / 10**more
        return msgspec.structs.replace(channel, resolution=resolution).format(float(value))

    def figures(self, value: float | None, figures: int = 3) -> str:
        """A number with so many significant figures."""
        return NOTHING if value is None else f"{value:.{figures}g}"

    def count(self, number: int) -> str:
        """A count, its thousands apart."""
        return f"{number:,}".replace(",", "\u202f")

    def share(self, part: int, whole: int) -> str:
        """A share in per cent; never 100 when something is missing."""
        if not whole:
            return NOTHING
        percent = 100.0 * part / whole
        if part < whole:
            percent = min(percent, 99.99)
        return f"{percent:.{0 if percent in (0.0, 100.0) else 2}f}\u202f%"

    def event(self, kind: str) -> str:
        """The kind of an event, such as ``bus-lost``."""
        key = f"event.{kind}"
        return self._text(key) if self._text.has(key) else kind

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


def _figures(value: float) -> str:
    """Two figures, or all whole ones: ``0.42``, ``4.2``, ``42``, ``420``."""
    if value >= _TEN or not value:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}" if value >= 1 / _HUNDRED else "<0.01"
