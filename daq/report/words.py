"""Times, spans and numbers as a report writes them: filters of its templates."""

from datetime import datetime

from daq.report.text import Text

_NS = 1_000_000_000

UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


class Words:
    """What reads the same years later: every time with its date, in the zone of this machine."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def moment(self, time: int) -> str:
        """``2026-11-23 12:00:00``; a dash for none."""
        if not time:
            return self._text("report.nobody")
        return f"{datetime.fromtimestamp(time / _NS).astimezone():%Y-%m-%d %H:%M:%S}"

    def zone(self, time: int) -> str:
        """``UTC+08:00``: how far the times are ahead of UTC."""
        offset = f"{datetime.fromtimestamp(time / _NS).astimezone():%z}"
        return f"UTC{offset[:3]}:{offset[3:5]}"

    def span(self, ns: int) -> str:
        """``3 h 20 min``: its two largest units."""
        rest, parts = max(ns, 0) // _NS, list[str]()
        for unit, size in UNITS:
            count, rest = divmod(rest, size)
            if count or (unit == "s" and not parts):
                parts.append(f"{count}\u00a0{self._text(f'unit.{unit}')}")
        return " ".join(parts[:2])

    def number(self, value: float | None) -> str:
        """Six significant digits."""
        return self._text("report.nobody") if value is None else f"{value:.6g}"
