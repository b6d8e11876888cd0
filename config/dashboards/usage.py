"""What instruments are used for: what the daemon journals of it with [utilisation] interval."""

from grafana_foundation_sdk.builders import common as parts
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as model

from config.dashboards.events import event_log, page
from config.dashboards.influxql import OVER_TIME, rows, select, series, variable
from config.dashboards.panels import (
    AMBER,
    GREEN,
    RED,
    Panel,
    big_number,
    listing,
    renamed,
    states,
    transformed,
    trend,
    value,
)

GROUPS = '"site" = \'$site\' AND "instrument" = \'daq\' AND "group" =~ /^usage-/'

CHOSEN = '"site" = \'$site\' AND "instrument" = \'daq\' AND "group" =~ /^$group$/ AND $timeFilter'

NAME = "^usage-(.*)$"

STATES = {"running": GREEN, "idle": "light-blue", "off": "text", "fault": RED, "unknown": AMBER}
"""As the channels are called, and their colours."""

ALL = " + ".join(f'sum("{state}")' for state in STATES)

NONE = "No [utilisation] interval"
"""Shown where the daemon does not journal it."""


def usage() -> build.Dashboard:
    """The dashboard."""
    about = (
        "What instruments are used for, and the energy they take. Needs [utilisation] interval and "
        "[usage.NAME] in the daemon's configuration (docs/reference/usage.md)."
    )
    board = page("Use", "lab-daq-usage", about, since="now-7d").with_variable(_group())
    for panel in (*_figures(), _timeline(), _shares(), _energy(), _table(), event_log()):
        board = board.with_panel(panel)
    return board


def _group() -> build.QueryVariable:
    query = f'SHOW TAG VALUES FROM "scan" WITH KEY = "group" WHERE {GROUPS}'
    found = variable("group", "Instrument", query, "Which of the [usage.NAME].")
    return found.multi(multi=True).include_all(include_all=True)


def _figures() -> list[Panel]:
    running, idle, fault = (f'sum("{state}")' for state in ("running", "idle", "fault"))
    return [
        _figure(
            "Used",
            "Running, of all hours in the time shown; what nobody saw counts as not running.",
            "percentunit",
            f'{running} / ({ALL}) AS "used"',
        ),
        _figure(
            "Available",
            "Running and idle, of running, idle and fault.",
            "percentunit",
            f'({running} + {idle}) / ({running} + {idle} + {fault}) AS "available"',
        ),
        _figure(
            "Running", "Instrument hours of running.", "dtdurations", f'{running} AS "running"'
        ),
        _figure("At fault", "Instrument hours at fault.", "dtdurations", f'{fault} AS "fault"'),
        _figure(
            "Not seen",
            "Instrument hours of which nobody knows.",
            "dtdurations",
            'sum("unknown") AS "unknown"',
        ),
        _figure("Energy", "Of all chosen.", "kwatth", 'sum("energy") AS "energy"'),
    ]


def _figure(title: str, about: str, unit: str, what: str) -> stat.Panel:
    return big_number(title, about, unit, rows(select(what, CHOSEN)), empty=NONE)


def _timeline() -> statetimeline.Panel:
    query = select('last("state")', CHOSEN, OVER_TIME, '"group"')
    panel = states(
        "States",
        "The last state in each span of time. Nothing drawn: nothing was journalled.",
        series(query, "$tag_group"),
        shortest="1m",
        size=(24, 9),
    )
    words = {
        state: model.ValueMappingResult(text=state, color=colour, index=number)
        for number, (state, colour) in enumerate(STATES.items())
    }
    return renamed(panel.mappings([model.ValueMap(options=words)]), NAME)


def _shares() -> timeseries.Panel:
    panel = trend(
        "Hours of each state",
        "Instrument hours in each span of an hour or more, of all chosen.",
        "s",
        *(
            series(select(f'sum("{state}") AS "{state}"', CHOSEN, OVER_TIME), state, ref)
            for state, ref in zip(STATES, "ABCDE", strict=True)
        ),
        shortest="1h",
        bars=True,
    )
    for state, colour in STATES.items():
        fixed = value("color", {"mode": "fixed", "fixedColor": colour})
        panel = panel.override_by_name(state, [fixed])
    return panel.stacking(parts.StackingConfig().mode(common.StackingMode.NORMAL).group("A"))


def _energy() -> timeseries.Panel:
    query = select('sum("energy") AS "energy"', CHOSEN, OVER_TIME, '"group"')
    panel = trend(
        "Energy",
        "kWh of each instrument in each span of an hour or more.",
        "kwatth",
        series(query, "$tag_group"),
        shortest="1h",
        bars=True,
    )
    return renamed(panel, NAME)


def _table() -> table.Panel:
    sums = ", ".join(f'sum("{state}") AS "{state}"' for state in STATES)
    what = f'sum("running") / ({ALL}) AS "used", {sums}, sum("energy") AS "energy"'
    panel = listing(
        "By instrument",
        "The share of time it ran, and the time of each state; energy in kWh.",
        rows(select(what, CHOSEN, '"group"')),
        size=(24, 8),
    )
    order = {"group": 0, "used": 1} | {state: n for n, state in enumerate((*STATES, "energy"), 2)}
    panel = transformed(
        panel,
        "organize",
        indexByName=order,
        excludeByName={"Time": True},
        renameByName={"group": "instrument"},
    )
    panel = panel.override_by_name("used", [value("unit", "percentunit")])
    panel = panel.override_by_name("energy", [value("unit", "kwatth")])
    for state in STATES:
        panel = panel.override_by_name(state, [value("unit", "dtdurations")])
    return panel
