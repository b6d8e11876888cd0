"""What is asked of the data source: queries, template variables, annotations.

The shapes are those of Grafana's InfluxDB data source (public/app/plugins/datasource/influxdb).
"""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog import builder, variants
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as model

SOURCE = common.DataSourceRef(type_val="influxdb", uid="${datasource}")
"""Whichever InfluxDB is chosen at the top of a dashboard."""

ALL_EVENTS = "\"site\" = '$site' AND $timeFilter"

RUNS = '"kind" =~ /^run-(started|paused|resumed|ended)$/'
"""From where to where the readings are of one sample."""

SEVERITIES = {
    "error": ("Errors", "red"),
    "warning": ("Warnings", "orange"),
    "info": ("Notes", "blue"),
}
"""What events of each severity are called, and the colour of their marks."""


OVER_TIME = "time($__interval)"
"""Grouped by this, a query gives a point for each span of time, null where there is nothing."""


def select(what: str, where: str = "", *by: str, source: str = '"scan"', tail: str = "") -> str:
    """A query as text; ``source`` is a measurement, or another query."""
    inner = source if source.startswith('"') else f"({source})"
    condition = f" WHERE {where}" if where else ""
    grouped = f" GROUP BY {', '.join(by)}" if by else ""
    fill = " fill(null)" if OVER_TIME in by else ""
    return f"SELECT {what} FROM {inner}{condition}{grouped}{fill}{tail}"  # noqa: S608 - constants


class InfluxQuery(variants.Dataquery, builder.Builder[variants.Dataquery]):
    """One query in InfluxQL; the SDK has none for this data source."""

    def __init__(self, ref: str, query: str, **more: object) -> None:
        self._fields: dict[str, object] = {
            "refId": ref,
            "datasource": SOURCE,
            "rawQuery": True,
            "query": " ".join(query.split()),
            **more,
        }

    def build(self) -> variants.Dataquery:
        """Itself: there is nothing to put together."""
        return self

    def to_json(self) -> dict[str, object]:
        """As it stands in the file."""
        return self._fields


def series(query: str, alias: str = "", ref: str = "A") -> InfluxQuery:
    """A query for lines over time; ``alias`` names them (``$tag_instrument``, ``$col``)."""
    return InfluxQuery(ref, query, resultFormat="time_series", alias=alias)


def rows(query: str, ref: str = "A") -> InfluxQuery:
    """A query for a table, its tags in columns of their own."""
    return InfluxQuery(ref, query, resultFormat="table")


def source_variable() -> build.DatasourceVariable:
    """Which InfluxDB."""
    return build.DatasourceVariable("datasource").label("Database").type("influxdb")


def variable(name: str, label: str, query: str, about: str) -> build.QueryVariable:
    """A choice among what the database answers, looked up again with each change of the time."""
    return (
        build.QueryVariable(name)
        .label(label)
        .description(about)
        .datasource(SOURCE)
        .query(query)
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
    )


def site_variable() -> build.QueryVariable:
    """One site at a time: instruments of two sites may have the same name."""
    query = 'SHOW TAG VALUES FROM "scan" WITH KEY = "site"'
    return variable("site", "Site", query, "The laboratory.")


def channel_variable() -> build.QueryVariable:
    """The fields of scans that are channels: all but ours and the words beside a bad value."""
    return (
        variable("channel", "Channel", 'SHOW FIELD KEYS FROM "scan"', "What is measured.")
        .regex(r"/^(?!(quality|seq)$)(?!.*\.status$).*$/")
        .multi(multi=True)
        .include_all(include_all=True)
    )


def annotation(
    name: str, colour: str, condition: str, *, shown: bool = True
) -> build.AnnotationQuery:
    """Events as marks in every chart: the sentence, tagged with kind and subject."""
    target = InfluxQuery(
        "Anno",
        select('"text", "kind", "subject"', condition, source='"event"', tail=" LIMIT 500"),
        fromAnnotations=True,
        textEditor=True,
        textColumn="text",
        tagsColumn="kind,subject",
    )
    return (
        build.AnnotationQuery()
        .name(name)
        .datasource(SOURCE)
        .enable(enable=shown)
        .icon_color(colour)
        .target(target)
    )


def annotations(events: str = ALL_EVENTS) -> list[build.AnnotationQuery]:
    """Errors, warnings, and, hidden at first, the rest; runs wherever they are not told of yet."""
    told = [
        annotation(name, colour, f"\"severity\" = '{word}' AND {events}", shown=word != "info")
        for word, (name, colour) in SEVERITIES.items()
    ]
    return [*told, annotation("Runs", "purple", f"{RUNS} AND {ALL_EVENTS}")]
