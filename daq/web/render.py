"""From a view to HTML."""

from collections.abc import Mapping, Sequence

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from yarl import URL

from daq.web.data.alarms import alarm_sum
from daq.web.data.lab import silent_since
from daq.web.draw.spark import draw_spark
from daq.web.text import LANGUAGES
from daq.web.view import Part, Shown, View
from daq.web.visit import Visit
from daq.web.words import UNITS


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds every view: ``theme`` is light, dark, or empty for the browser's own.

    ``link`` is the page's own path and query; ``can_sign_in`` says whether there is a password.
    """

    theme: str
    link: str
    can_sign_in: bool
    navigation: Sequence[tuple[str, str]] = ()

    def choosing(self, key: str, value: str) -> str:
        """The link to here that chooses a language or a theme."""
        return str(URL(self.link).update_query({key: value}))


class Renderer:
    """Knows the templates."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("daq.web", "."),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, view: View, visit: Visit, frame: Frame, shown: Shown) -> str:
        """A view's page."""
        template = self._environment.get_template(f"views/{view.template}")
        return template.render(_context(visit, frame, shown) | {"view": view})

    def part(self, part: Part, visit: Visit, frame: Frame, shown: Shown) -> str:
        """A part of a view, without what surrounds it."""
        template = self._environment.get_template(f"views/{part.template}")
        return template.render(_context(visit, frame, shown))

    def plain(self, name: str, visit: Visit, frame: Frame, shown: Shown) -> str:
        """A page that is no view: sign-in, an error."""
        template = self._environment.get_template(f"templates/{name}")
        return template.render(_context(visit, frame, shown) | {"view": None})


def _context(visit: Visit, frame: Frame, shown: Shown) -> dict[str, object]:
    taken: Mapping[str, object] = {
        "visit": visit,
        "snapshot": visit.snapshot,
        "t": visit.text,
        "words": visit.words,
        "frame": frame,
        "silent_since": silent_since(visit.snapshot),
        "alarm_sum": alarm_sum(visit.snapshot),
        "languages": LANGUAGES,
        "units": [unit for unit, _ in UNITS],
        "draw_spark": draw_spark,
    }
    return {**shown, **taken}
