"""The whole laboratory, for a screen on the wall: what is wrong first, then every instrument."""

from grafana_foundation_sdk.builders import common as parts
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import table, timeseries
from grafana_foundation_sdk.models import dashboard as model

from config.dashboards.alarms import alarm_actors, alarm_log, alarm_rate
from config.dashboards.events import event_log, page
from config.dashboards.influxql import (
    ALL_EVENTS,
    OVER_TIME,
    channel_variable,
    rows,
    select,
    series,
    variable,
)
from config.dashboards.panels import (
    AMBER,
    BAD_FROM_ONE,
    RED,
    Panel,
    age,
    big_number,
    coloured,
    listing,
    renamed,
    states,
    thresholds,
    transformed,
    trend,
    value,
    without_empty,
)
from config.dashboards.units import units

SCANS = '"site" = \'$site\' AND "instrument" =~ /^$instrument$/ AND $timeFilter'

NEWEST = select('last("quality") AS "quality"', SCANS, '"instrument"', '"group"')
"""The quality of the newest scan of each group."""

WORST = select('max("quality") AS "quality"', "", '"instrument"', source=NEWEST)
"""... and of each instrument, the worst of its groups."""

BAD = '"quality" * ("quality" - 1) / 2'
"""1 for a bad scan, else 0: a share is a mean of this."""

UNCERTAIN = '"quality" * (2 - "quality")'

RECENT = "5m"
"""The window of what is said of now."""

INSTRUMENTS = 'SHOW TAG VALUES FROM "scan" WITH KEY = "instrument" WHERE "site" = \'$site\''


LAST = 'last("seq") AS "seq"'
"""For the time of the newest scan."""


def share(of: str, scans: str, *by: str) -> str:
    """The share of scans that are so."""
    return select('mean("x") AS "share"', "", *by, source=select(f'{of} AS "x"', scans))


def lab() -> build.Dashboard:
    """The dashboard."""
    about = "Every instrument of a laboratory: what is wrong, since when, and the newest values."
    board = (
        page("Laboratory", "lab-daq-lab", about, since="now-1h")
        .with_variable(_instruments())
        .with_variable(channel_variable().hide(model.VariableHide.HIDE_VARIABLE))
    )
    for panel in _figures():
        board = board.with_panel(panel)
    return (
        board.with_panel(_wrong())
        .with_panel(_qualities())
        .with_row(build.Row("Instruments"))
        .with_panel(_values())
        .with_row(build.Row("Alarms"))
        .with_panel(alarm_rate())
        .with_panel(alarm_actors())
        .with_panel(alarm_log())
        .with_row(build.Row("Events"))
        .with_panel(event_log())
    )


def _instruments() -> build.QueryVariable:
    return (
        variable("instrument", "Instruments", INSTRUMENTS, "Which instruments are shown.")
        .regex("/^(?!daq$).*$/")
        .multi(multi=True)
        .include_all(include_all=True)
    )


def _figures() -> list[Panel]:
    now, ever = f"(last {RECENT})", "(time shown)"
    count = 'count("quality") AS "instruments"'
    errors = select(
        'count("text") AS "errors"',
        f"\"severity\" = 'error' AND {ALL_EVENTS}",
        source='"event"',
    )
    panels = [
        big_number(
            f"Bad {now}",
            "Instruments of which a group's newest scan is bad: no value, and the reason.",
            "none",
            rows(select(count, '"quality" = 2', source=WORST)),
            steps=BAD_FROM_ONE,
        ).time_from(RECENT),
        big_number(
            f"Uncertain {now}",
            "Instruments of which the newest scans are uncertain: unstable, implausible ...",
            "none",
            rows(select(count, '"quality" = 1', source=WORST)),
            steps=((1, AMBER),),
        ).time_from(RECENT),
        big_number(
            f"Heard {now}",
            "Instruments of which a scan has come at all, good or bad. None: look at the daemon.",
            "none",
            rows(select(count, source=WORST)),
            steps=((1, "green"),),
            base=RED,
        ).time_from(RECENT),
        age(
            "Newest scan",
            "How long ago the newest scan of any instrument was taken.",
            rows(select(LAST, SCANS)),
        ),
        big_number(
            f"Bad scans {ever}",
            "Share of scans of which at least one reading is bad.",
            "percentunit",
            rows(share(BAD, SCANS)),
            steps=((0.001, AMBER), (0.01, RED)),
            empty="--",
        ),
        big_number(
            f"Errors {ever}",
            "Events of severity error, of instruments, buses, sinks and the daemon.",
            "none",
            rows(errors),
            steps=BAD_FROM_ONE,
        ),
    ]
    return [*panels]


def _wrong() -> table.Panel:
    usable = f'"quality" < 2 AND {SCANS}'
    panel = listing(
        "What is wrong first",
        "Each instrument's worst group now, how long ago a scan and a usable one came, and the "
        "shares of bad and uncertain scans in the time shown. A name leads to the instrument.",
        rows(WORST, "quality"),
        rows(select(LAST, usable, '"instrument"'), "usable"),
        rows(select(LAST, SCANS, '"instrument"'), "newest"),
        rows(share(BAD, SCANS, '"instrument"'), "bad"),
        rows(share(UNCERTAIN, SCANS, '"instrument"'), "uncertain"),
    )
    without_time = {"Time": True}
    for ref, renames, excluded in (
        ("quality", {}, without_time),
        ("usable", {"Time": "last usable"}, {"seq": True}),
        ("newest", {"Time": "last scan"}, {"seq": True}),
        ("bad", {"share": "bad scans"}, without_time),
        ("uncertain", {"share": "uncertain scans"}, without_time),
    ):
        panel = transformed(
            panel, "organize", ref, renameByName=renames, excludeByName=excluded, indexByName={}
        )
    panel = transformed(panel, "joinByField", byField="instrument", mode="outer")
    return _coloured(panel)


def _coloured(panel: table.Panel) -> table.Panel:
    shares = thresholds(((0.001, AMBER), (0.01, RED))).build()
    words = {
        str(n): {"text": text, "color": colour, "index": n}
        for n, (text, colour) in enumerate((("good", "green"), ("uncertain", AMBER), ("bad", RED)))
    }
    link = {
        "title": "Show this instrument",
        "url": "/d/lab-daq-instrument?var-datasource=${datasource}&var-site=${site}"
        "&var-instrument=${__value.text}&${__url_time_range}",
    }
    rare = thresholds(((0.01, AMBER),)).build()
    return (
        panel.override_by_name("instrument", [value("links", [link])])
        .override_by_name(
            "quality", [value("mappings", [{"type": "value", "options": words}]), coloured()]
        )
        .override_by_name("last usable", [value("unit", "dateTimeFromNow")])
        .override_by_name("last scan", [value("unit", "dateTimeFromNow")])
        .override_by_name(
            "bad scans", [value("unit", "percentunit"), value("thresholds", shares), coloured()]
        )
        .override_by_name(
            "uncertain scans", [value("unit", "percentunit"), value("thresholds", rare), coloured()]
        )
        .sort_by([_descending("quality"), _descending("bad scans")])
    )


def _descending(field: str) -> parts.TableSortByFieldState:
    return parts.TableSortByFieldState().display_name(field).desc(desc=True)


def _qualities() -> Panel:
    query = select('max("quality")', SCANS, OVER_TIME, '"instrument"')
    return states(
        "Quality over time",
        "The worst quality of each instrument. Grey, with nothing drawn: nothing was read.",
        series(query, "$tag_instrument"),
    )


def _values() -> timeseries.Panel:
    query = select("mean(/^$channel$/)", SCANS, OVER_TIME)
    panel = trend(
        "$instrument",
        "Means of all channels, each on the axis of its unit. A gap is a time without a value.",
        "short",
        series(query, "$col"),
        size=(6, 9),
    )
    panel = without_empty(renamed(panel, "^mean_(.*)$"))
    for unit, names in units().items():
        panel = panel.override_by_regexp(names, [value("unit", unit)])
    return panel.repeat("instrument").repeat_direction("h").max_per_row(4)
