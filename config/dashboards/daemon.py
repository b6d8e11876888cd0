"""How the daemon does: what it journals of itself with [health], and what its events tell."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import stat, timeseries

from config.dashboards.events import event_log, page, severity_colours
from config.dashboards.influxql import ALL_EVENTS, OVER_TIME, InfluxQuery, rows, select, series
from config.dashboards.panels import (
    AMBER,
    BAD_FROM_ONE,
    NO_DAEMON,
    RED,
    Panel,
    Steps,
    age,
    big_number,
    listing,
    renamed,
    transformed,
    trend,
    value,
)

OWN = "\"site\" = '$site' AND \"instrument\" = 'daq' AND $timeFilter"

ITSELF = f"\"group\" = 'daemon' AND {OWN}"
BUSES = f'"group" =~ /^bus-/ AND {OWN}'
SINKS = f'"group" =~ /^sink-/ AND {OWN}'

LOST = 'sum("refused") + sum("journal_dropped") + sum("journal_undelivered")'

PART = "^(?:bus|sink)-(.*)$"


def daemon() -> build.Dashboard:
    """The dashboard."""
    about = (
        "The daemon itself: buses, sinks, journal, memory. Needs [health] in its configuration "
        "(docs/how-to/grafana.md); what comes from events and from scans is there without it."
    )
    board = page("Daemon", "lab-daq-daemon", about, since="now-6h")
    for panel in _figures():
        board = board.with_panel(panel)
    for title, panels in (
        ("Buses", _buses()),
        ("Sinks", _sinks()),
        ("Journal and process", _process()),
        ("Events", [_kinds(), event_log(size=(16, 10))]),
    ):
        board = board.with_row(build.Row(title))
        for panel in panels:
            board = board.with_panel(panel)
    return board


def _newest(field: str) -> InfluxQuery:
    return rows(select(f'last("{field}") AS "{field}"', ITSELF))


def _worst(field: str, where: str) -> InfluxQuery:
    """The greatest of the newest values of several parts."""
    each = select(f'last("{field}") AS "{field}"', where, '"group"')
    return rows(select(f'max("{field}") AS "{field}"', source=each))


def _figures() -> list[Panel]:
    every = "The daemon writes this every interval of [health]."
    return [
        age(
            "Newest word",
            f"How long ago the daemon wrote of itself. {every}",
            _newest("uptime"),
        ),
        _figure("Running for", "Time since the start of the daemon.", "dtdurations", "uptime"),
        _figure(
            "Silent instruments",
            "Without a reading of use for longer than silent_after.",
            "none",
            "silent",
            BAD_FROM_ONE,
        ),
        _figure(
            "Journal used",
            "Of max_size; at 100 % something has to give way.",
            "percent",
            "journal_share",
            ((80, AMBER), (95, RED)),
        ),
        big_number(
            "Sinks behind",
            "Age of the oldest entry a sink has not got, of the sink that is furthest behind.",
            "dtdurations",
            _worst("lag", SINKS),
            steps=((60, AMBER), (600, RED)),
            empty=NO_DAEMON,
        ),
        big_number(
            "Refused and lost",
            "Entries, in the time shown, that a sink refused or there was no room for.",
            "none",
            rows(select(f'{LOST} AS "lost"', OWN)),
            steps=BAD_FROM_ONE,
            empty=NO_DAEMON,
        ),
    ]


def _figure(title: str, about: str, unit: str, field: str, steps: Steps = ()) -> stat.Panel:
    return big_number(title, about, unit, _newest(field), steps=steps, empty=NO_DAEMON)


def _over_time(
    field: str, function: str, where: str, ref: str = "A", alias: str = "$tag_group"
) -> InfluxQuery:
    by = ('"group"',) if alias == "$tag_group" else ()
    return series(select(f'{function}("{field}")', where, OVER_TIME, *by), alias, ref)


def _parts(
    title: str,
    about: str,
    unit: str,
    query: InfluxQuery,
    *,
    steps: Steps = (),
    bars: bool = False,
    width: int = 12,
) -> timeseries.Panel:
    """A line for each bus or sink."""
    panel = trend(
        title, about, unit, query, steps=steps, bars=bars, shortest="30s", size=(width, 8)
    )
    return renamed(panel, PART)


def _buses() -> list[Panel]:
    return [
        _parts(
            "Load",
            "Share of the time each line was in use. Above 80 % scans begin to wait for others.",
            "percent",
            _over_time("load", "mean", BUSES),
            steps=((80, AMBER), (95, RED)),
            width=8,
        ),
        _parts(
            "Lateness",
            "How long after they were due scans began, mean of each bus.",
            "s",
            _over_time("lateness", "mean", BUSES),
            width=8,
        ),
        _parts(
            "Scans given up",
            "Scans skipped because the next one was due already: more than the line can carry.",
            "none",
            _over_time("skipped", "sum", BUSES),
            bars=True,
            width=8,
        ),
        _parts(
            "In use",
            "1 while each line was open and in use, 0 while it was not.",
            "none",
            _over_time("up", "min", BUSES),
            width=12,
        ),
        _parts(
            "Foreign bytes",
            "Bytes that belonged to no reply: noise, echoes, replies that came too late.",
            "none",
            _over_time("discarded", "sum", BUSES),
            bars=True,
            width=12,
        ),
    ]


def _sinks() -> list[Panel]:
    return [
        _parts(
            "Behind",
            "Age of the oldest entry each sink has not got.",
            "s",
            _over_time("lag", "max", SINKS),
            steps=((60, AMBER), (600, RED)),
            width=8,
        ),
        _parts(
            "Waiting",
            "Entries each sink has not got; they wait in the journal.",
            "short",
            _over_time("waiting", "max", SINKS),
            width=8,
        ),
        _parts(
            "Delivered",
            "Entries each sink took, per second.",
            "cps",
            _over_time("rate", "mean", SINKS),
            width=8,
        ),
        _parts(
            "Failures",
            "Attempts to connect or write that failed.",
            "none",
            _over_time("failures", "sum", SINKS),
            bars=True,
        ),
        _parts(
            "In quarantine",
            "Entries a sink refused for good; `daq quarantine list` shows them.",
            "none",
            _over_time("quarantined", "max", SINKS),
            steps=BAD_FROM_ONE,
        ),
    ]


def _process() -> list[Panel]:
    return [
        _single("Memory", "Resident memory of the daemon.", "bytes", "memory", "mean"),
        _single(
            "Processor",
            "Of one core.",
            "percent",
            "processor",
            "mean",
            steps=((70, AMBER), (90, RED)),
        ),
        _single(
            "Entries",
            "Scans and events made durable, in what a point covers.",
            "short",
            "journal_entries",
            "sum",
            bars=True,
        ),
        _single("Journal on disk", "Size of its files.", "bytes", "journal_size", "max"),
        _single(
            "Room on the disk", "What the disk can still take.", "bytes", "journal_room", "min"
        ),
        _single(
            "Not yet on disk",
            "Entries that wait to be made durable; many when the disk fails.",
            "short",
            "journal_pending",
            "max",
        ),
    ]


def _single(
    title: str,
    about: str,
    unit: str,
    field: str,
    function: str,
    *,
    steps: Steps = (),
    bars: bool = False,
) -> timeseries.Panel:
    query = _over_time(field, function, ITSELF, alias=field)
    return trend(title, about, unit, query, steps=steps, bars=bars, shortest="30s", size=(8, 7))


def _kinds() -> Panel:
    count = 'count("text") AS "events"'
    query = select(count, ALL_EVENTS, '"severity"', '"kind"', source='"event"')
    panel = listing(
        "What happened", "Events of each kind in the time shown.", rows(query), size=(8, 10)
    )
    panel = transformed(
        panel, "organize", excludeByName={"Time": True}, renameByName={}, indexByName={}
    )
    return panel.override_by_name("severity", [value("custom.width", 90), *severity_colours()])
