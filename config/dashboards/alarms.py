"""The row of alarms: how many, which, and what became of them. Made of their events.

`daq alarms figures` has more: what an event carries besides its sentence is not in the database.
"""

from grafana_foundation_sdk.builders import common as parts
from grafana_foundation_sdk.builders import table, timeseries

from config.dashboards.events import severity_colours
from config.dashboards.influxql import ALL_EVENTS, OVER_TIME, rows, select, series
from config.dashboards.panels import RED, listing, transformed, trend, value

TOLD = f"\"kind\" = 'alarm-raised' AND \"severity\" <> 'info' AND {ALL_EVENTS}"
"""Raised, and not kept quiet."""

STEPS = f'"kind" =~ /^alarm-/ AND {ALL_EVENTS}'

RAISED = 'count("text") AS "raised"'

FLOOD = ((10, RED),)
"""More in ten minutes are a flood: ANSI/ISA-18.2-2016, clause 16."""


def alarm_rate() -> timeseries.Panel:
    """How many alarms were raised."""
    query = select(RAISED, TOLD, OVER_TIME, '"severity"', source='"event"')
    return trend(
        "Alarms raised",
        "Alarms told in each span of ten minutes (longer when much time is shown), by severity: "
        "errors are of priority high and critical. More than ten are more than one can look after.",
        "none",
        series(query, "$tag_severity"),
        steps=FLOOD,
        shortest="10m",
        bars=True,
    )


def alarm_actors() -> table.Panel:
    """Which alarms were raised most often."""
    panel = listing(
        "Most frequent alarms",
        "How often each alarm was told in the time shown. What comes often teaches to look away.",
        rows(select(RAISED, TOLD, '"subject"', source='"event"')),
        size=(12, 8),
    )
    names = {"subject": "alarm"}
    panel = transformed(
        panel, "organize", renameByName=names, excludeByName={"Time": True}, indexByName={}
    )
    return panel.sort_by([parts.TableSortByFieldState().display_name("raised").desc(desc=True)])


def alarm_log() -> table.Panel:
    """What became of alarms."""
    query = select(
        '"severity", "kind", "subject", "text"',
        STEPS,
        source='"event"',
        tail=" ORDER BY time DESC LIMIT 100",
    )
    about = "What became of alarms, and who acknowledged or shelved them, the newest first."
    panel = listing("Steps of alarms", about, rows(query), size=(24, 8))
    order = {"Time": 0, "severity": 1, "subject": 2, "kind": 3, "text": 4}
    panel = transformed(panel, "organize", indexByName=order, excludeByName={}, renameByName={})
    return panel.override_by_name("Time", [value("custom.width", 180)]).override_by_name(
        "severity", [value("custom.width", 90), *severity_colours()]
    )
