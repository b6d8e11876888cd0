"""From a template to an HTML page that needs nothing beside itself."""

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from daq import __version__
from daq.report.text import Text
from daq.report.words import Words


def render(template: str, text: Text, now: int, **values: object) -> str:
    """A report from a template of this package; ``now`` (ns) is when it is made."""
    environment = Environment(
        loader=PackageLoader("daq.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    context: dict[str, object] = {
        "t": text,
        "words": Words(text),
        "now": now,
        "version": __version__,
        "style": _style("report.css"),
        "swatch": chart_style(),
    }
    return environment.get_template(template).render({**values, **context})


def chart_style() -> Markup:
    """The stylesheet that goes into each chart: a PDF is drawn without that of the page."""
    return Markup("<style>{}</style>").format(_style("chart.css"))


def _style(name: str) -> Markup:
    # Our own file, and in a style element nothing is escaped.
    return Markup(files("daq.report").joinpath("templates", name).read_text("utf-8"))  # noqa: S704
