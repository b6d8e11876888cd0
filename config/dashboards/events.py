"""What every dashboard has: variables, annotations, links, and the log of events."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.models import dashboard as model

from config.dashboards.influxql import (
    ALL_EVENTS,
    annotations,
    rows,
    select,
    site_variable,
    source_variable,
)
from config.dashboards.panels import AMBER, GREEN, RED, coloured, listing, transformed, value

TAG = "lab-daq"


def page(
    title: str, uid: str, about: str, *, since: str, events: str = ALL_EVENTS
) -> build.Dashboard:
    """A dashboard without panels; ``events`` says which events are marked in its charts."""
    return (
        build.Dashboard(title)
        .uid(uid)
        .description(about)
        .tags([TAG])
        .time(since, "now")
        .refresh("10s")
        .timezone("browser")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .link(_links())
        .annotations([*annotations(events)])
        .with_variable(source_variable())
        .with_variable(site_variable())
    )


def event_log(events: str = ALL_EVENTS, size: tuple[int, int] = (24, 9)) -> table.Panel:
    """The newest events, with the severity in colour."""
    about = "What is told besides readings, the newest first. All kinds: docs/reference/events.md."
    query = select(
        '"severity", "kind", "subject", "text"',
        events,
        source='"event"',
        tail=" ORDER BY time DESC LIMIT 200",
    )
    panel = listing("Events", about, rows(query), size=size)
    order = {"Time": 0, "severity": 1, "subject": 2, "kind": 3, "text": 4}
    panel = transformed(panel, "organize", indexByName=order, excludeByName={}, renameByName={})
    return (
        panel.override_by_name("Time", [value("custom.width", 180)])
        .override_by_name("severity", [value("custom.width", 90), *severity_colours()])
        .override_by_name("subject", [value("custom.width", 160)])
        .override_by_name("kind", [value("custom.width", 200)])
    )


def severity_colours() -> list[model.DynamicConfigValue]:
    """Errors in red, warnings in amber."""
    told = {"error": RED, "warning": AMBER, "info": GREEN}
    options = {
        word: {"text": word, "color": colour, "index": index}
        for index, (word, colour) in enumerate(told.items())
    }
    return [value("mappings", [{"type": "value", "options": options}]), coloured()]


def _links() -> build.DashboardLink:
    return (
        build.DashboardLink("Dashboards")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .keep_time(keep_time=True)
        .include_vars(include_vars=True)
    )
