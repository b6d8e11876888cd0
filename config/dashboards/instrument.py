"""One instrument: its channels over time by scan group, their quality, and why it is not good."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.models import dashboard as model

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
from config.dashboards.lab import BAD, INSTRUMENTS, LAST, UNCERTAIN, share
from config.dashboards.panels import (
    AMBER,
    RED,
    Panel,
    age,
    big_number,
    listing,
    quality_words,
    renamed,
    states,
    thresholds,
    transformed,
    trend,
    value,
    without_empty,
)
from config.dashboards.units import units

SCANS = (
    '"site" = \'$site\' AND "instrument" = \'$instrument\' AND "group" =~ /^$group$/ '
    "AND $timeFilter"
)

NAMED = '"text" =~ /(^|[ ,:])$instrument($|[ ,:])/'
ITS_EVENTS = f"(\"subject\" = '$instrument' OR \"subject\" = 'daq' OR {NAMED}) AND {ALL_EVENTS}"
"""Its own, the daemon's, and those of a bus that name it."""

STATISTICS = ("mean", "min", "max")


def instrument() -> build.Dashboard:
    """The dashboard."""
    about = "One instrument: every channel, its quality and the reasons, and what happened to it."
    board = (
        page("Instrument", "lab-daq-instrument", about, since="now-6h", events=ITS_EVENTS)
        .with_variable(variable("instrument", "Instrument", INSTRUMENTS, "Which instrument."))
        .with_variable(_groups())
        .with_variable(channel_variable())
        .with_variable(_statistic())
    )
    for panel in (*_figures(), _channels(), _qualities(), _shares(), _reasons()):
        board = board.with_panel(panel)
    return board.with_panel(event_log(ITS_EVENTS))


def _groups() -> build.QueryVariable:
    where = "\"site\" = '$site' AND \"instrument\" = '$instrument'"
    query = f'SHOW TAG VALUES FROM "scan" WITH KEY = "group" WHERE {where}'
    found = variable("group", "Scan group", query, "Channels that are read together.")
    return found.multi(multi=True).include_all(include_all=True)


def _statistic() -> build.CustomVariable:
    first = model.VariableOption(selected=True, text=STATISTICS[0], value=STATISTICS[0])
    rest = [model.VariableOption(selected=False, text=each, value=each) for each in STATISTICS[1:]]
    return (
        build.CustomVariable("statistic")
        .label("Points are")
        .description("What a point says of the readings it covers; extremes show what means hide.")
        .values(",".join(STATISTICS))
        .current(first)
        .options([first, *rest])
    )


def _figures() -> list[Panel]:
    newest = select('last("quality") AS "quality"', SCANS, '"group"')
    panels = [
        big_number(
            "Quality now",
            "The worst quality among the newest scans of its groups.",
            "none",
            rows(select('max("quality") AS "quality"', source=newest)),
            steps=((1, AMBER), (2, RED)),
            empty="nothing read",
        ).mappings(quality_words()),
        age(
            "Last usable scan",
            "How long ago a scan came that was not bad.",
            rows(select(LAST, f'"quality" < 2 AND {SCANS}')),
        ),
        age(
            "Last scan",
            "How long ago a scan came at all. A failed scan is one, too.",
            rows(select(LAST, SCANS)),
        ),
        big_number(
            "Bad scans",
            "Share of scans, in the time shown, of which a reading is bad.",
            "percentunit",
            rows(share(BAD, SCANS)),
            steps=((0.001, AMBER), (0.01, RED)),
            empty="--",
        ),
        big_number(
            "Uncertain scans",
            "Share of scans, in the time shown, of which the worst reading is uncertain.",
            "percentunit",
            rows(share(UNCERTAIN, SCANS)),
            steps=((0.01, AMBER),),
            empty="--",
        ),
        big_number(
            "Scans",
            "Scans in the time shown, failed ones included.",
            "short",
            rows(select('count("seq") AS "scans"', SCANS)),
        ),
    ]
    return [*panels]


def _channels() -> timeseries.Panel:
    query = select("$statistic(/^$channel$/)", SCANS, OVER_TIME)
    panel = trend(
        "$instrument: $group",
        "Channels read together, each on the axis of its unit. A gap is a time without a value. "
        "A group read less often than a point covers shows as single points.",
        "short",
        series(query, "$col"),
        shortest="1s",
        size=(24, 11),
    )
    panel = without_empty(renamed(panel, f"^(?:{'|'.join(STATISTICS)})_(.*)$"))
    for unit, names in units().items():
        panel = panel.override_by_regexp(names, [value("unit", unit)])
    return panel.repeat("group").repeat_direction("v")


def _qualities() -> Panel:
    query = select('max("quality")', SCANS, OVER_TIME, '"group"')
    return states(
        "Quality over time",
        "The worst quality of each scan group. Nothing drawn: nothing was read.",
        series(query, "$tag_group"),
        shortest="10s",
        size=(12, 8),
    )


def _shares() -> Panel:
    def over_time(of: str) -> str:
        scans = select(f'{of} AS "x"', SCANS)
        return select('mean("x")', "$timeFilter", OVER_TIME, source=scans)

    panel = trend(
        "Share of scans that are not good",
        "Of the scans a point covers: bad (a reading has no value), uncertain (none is bad).",
        "percentunit",
        series(over_time(BAD), "bad", "A"),
        series(over_time(UNCERTAIN), "uncertain", "B"),
        shortest="1m",
        size=(12, 8),
        bars=True,
    )
    return (
        panel.override_by_name("bad", [_fixed(RED)])
        .override_by_name("uncertain", [_fixed(AMBER)])
        .min(0)
        .max(1)
        .thresholds(thresholds(((0.01, AMBER), (0.1, RED))))
    )


def _fixed(colour: str) -> model.DynamicConfigValue:
    return value("color", {"mode": "fixed", "fixedColor": colour})


def _reasons() -> Panel:
    # Of a channel without a reason in this time the reduction makes NaN, which is not null.
    is_reason = {"id": "regex", "options": {"value": "^[a-z]"}}
    there: dict[str, object] = {"fieldName": "First *", "config": is_reason}
    names = {"Field": "channel", "First *": "newest reason"}
    query = select(
        "/^$channel\\.status$/", f'"quality" > 0 AND {SCANS}', tail=" ORDER BY time DESC LIMIT 1000"
    )
    panel = listing(
        "Why readings were not good",
        "Channels with a reading that was not good in the time shown, and why the newest such was.",
        rows(query),
        size=(24, 7),
    )
    panel = transformed(panel, "renameByRegex", regex=r"^(.*)\.status$", renamePattern="$1")
    panel = transformed(panel, "reduce", reducers=["firstNotNull"], mode="seriesToRows")
    panel = transformed(panel, "filterByValue", filters=[there], type="include", match="all")
    return transformed(panel, "organize", renameByName=names, excludeByName={}, indexByName={})
