"""The house style of panels: large, few colours, no value drawn where there is none."""

from typing import Literal, TypeAlias, TypeVar

from grafana_foundation_sdk.builders import common as parts
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import stat, statetimeline, table, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as model

from config.dashboards.influxql import SOURCE, InfluxQuery

GREEN, AMBER, RED, GREY = "green", "orange", "red", "text"

NO_DAEMON = "No [health]"
"""Shown where the daemon does not journal itself."""

Panel: TypeAlias = Builder[model.Panel]
P = TypeVar("P", stat.Panel, timeseries.Panel, statetimeline.Panel, table.Panel)

Steps: TypeAlias = tuple[tuple[float, str], ...]
"""From which value on which colour."""

BAD_FROM_ONE: Steps = ((1, RED),)


def _frame(panel: P, title: str, about: str, size: tuple[int, int]) -> P:
    """``size`` is width (of 24) and height."""
    width, height = size
    return panel.title(title).description(about).datasource(SOURCE).span(width).height(height)


def thresholds(steps: Steps, base: str = GREEN) -> build.ThresholdsConfig:
    """Colours by value."""
    first = model.Threshold(value=None, color=base)
    rest = [model.Threshold(value=value, color=colour) for value, colour in steps]
    return build.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps([first, *rest])


def quality_words() -> list[model.ValueMapping]:
    """0, 1, 2 of the field ``quality`` as people say them."""
    words = (("good", GREEN), ("uncertain", AMBER), ("bad", RED))
    options = {
        str(number): model.ValueMappingResult(text=text, color=colour, index=number)
        for number, (text, colour) in enumerate(words)
    }
    return [model.ValueMap(options=options)]


def big_number(  # noqa: PLR0913 - what one looks like, each with a default
    title: str,
    about: str,
    unit: str,
    query: InfluxQuery,
    *,
    steps: Steps = (),
    base: str = GREEN,
    empty: str = "0",
    field: str = "",
    size: tuple[int, int] = (4, 4),
) -> stat.Panel:
    """One figure, to be read from across the room; ``empty`` stands where there is nothing."""
    reduce = parts.ReduceDataOptions().calcs(["lastNotNull"]).values(values=False).fields(field)
    return (
        _frame(stat.Panel(), title, about, size)
        .unit(unit)
        .no_value(empty)
        .thresholds(thresholds(steps, base))
        .reduce_options(reduce)
        .graph_mode(common.BigValueGraphMode.NONE)
        .color_mode(common.BigValueColorMode.BACKGROUND if steps else common.BigValueColorMode.NONE)
        .with_target(query)
    )


def age(title: str, about: str, query: InfluxQuery, size: tuple[int, int] = (4, 4)) -> stat.Panel:
    """How long ago the newest point is."""
    empty = "never"
    return big_number(
        title, about, "dateTimeFromNow", query, empty=empty, field="/^Time$/", size=size
    )


def trend(
    title: str,
    about: str,
    unit: str,
    *queries: InfluxQuery,
    steps: Steps = (),
    shortest: str = "10s",
    size: tuple[int, int] = (12, 8),
    bars: bool = False,
) -> timeseries.Panel:
    """Lines over time. What is missing stays missing; ``shortest`` is the least a point covers."""
    legend = (
        parts.VizLegendOptions()
        .display_mode(common.LegendDisplayMode.TABLE)
        .placement(common.LegendPlacement.BOTTOM)
        .show_legend(show_legend=True)
        .calcs(["lastNotNull"])
    )
    panel = (
        _frame(timeseries.Panel(), title, about, size)
        .unit(unit)
        .interval(shortest)
        .span_nulls(span_nulls=False)
        .insert_nulls(insert_nulls=False)
        .show_points(common.VisibilityMode.AUTO)
        .line_width(2)
        .draw_style(common.GraphDrawStyle.BARS if bars else common.GraphDrawStyle.LINE)
        .fill_opacity(60 if bars else 5)
        .legend(legend)
        .tooltip(parts.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
        .targets(list(queries))
    )
    if steps:
        lines = parts.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
        panel = panel.thresholds(thresholds(steps, GREY)).thresholds_style(lines)
    return panel


def states(
    title: str,
    about: str,
    query: InfluxQuery,
    *,
    shortest: str = "1m",
    size: tuple[int, int] = (12, 10),
) -> statetimeline.Panel:
    """Quality over time, a band for each series; where nothing was read there is no band."""
    return (
        _frame(statetimeline.Panel(), title, about, size)
        .unit("none")
        .interval(shortest)
        .span_nulls(span_nulls=False)
        .merge_values(merge_values=True)
        .show_value(common.VisibilityMode.NEVER)
        .row_height(0.8)
        .mappings(quality_words())
        .thresholds(thresholds(((1, AMBER), (2, RED))))
        .color_scheme(build.FieldColor().mode(model.FieldColorModeId.THRESHOLDS))
        .with_target(query)
    )


def listing(
    title: str, about: str, *queries: InfluxQuery, size: tuple[int, int] = (12, 10)
) -> table.Panel:
    """A table."""
    return (
        _frame(table.Panel(), title, about, size)
        .unit("none")
        .thresholds(thresholds(()))
        .targets(list(queries))
    )


def transformed(panel: P, kind: str, ref: str = "", **options: object) -> P:
    """With a transformation, of the answer to one of its queries if ``ref`` says which."""
    matcher = model.MatcherConfig(id_val="byRefId", options=ref) if ref else None
    step = model.DataTransformerConfig(id_val=kind, filter_val=matcher, options=options)
    return panel.with_transformation(step)


def renamed(panel: P, regex: str) -> P:
    """Each series by what the one group of a regular expression finds in its name."""
    return transformed(panel, "renameByRegex", regex=regex, renamePattern="$1")


def without_empty(panel: timeseries.Panel) -> timeseries.Panel:
    """Without channels that have no value at all in the time shown: other instruments' ones."""
    hidden = {"viz": True, "legend": True, "tooltip": True}
    matcher = model.MatcherConfig(id_val="byValue", options={"reducer": "allIsNull"})
    return panel.with_override(matcher, [value("custom.hideFrom", hidden)])


def value(key: str, content: object) -> model.DynamicConfigValue:
    """One setting of an override."""
    return model.DynamicConfigValue(id_val=key, value=content)


def coloured(mode: Literal["basic", "gradient"] = "basic") -> model.DynamicConfigValue:
    """A cell in the colour of its value."""
    return value("custom.cellOptions", {"type": "color-background", "mode": mode})
