"""``docs/reference/line-protocol.md``: what InfluxDB gets."""

from collections.abc import Iterator

from daq.deliver.lineprotocol import RESERVED, Encoder
from daq.journal.entry import Entry
from daq.reference import sample
from daq.reference.markdown import block, table

HEAD = """\
# Line protocol: what arrives at InfluxDB

Made by `daq/reference` from the daemon's own encoder; do not edit. For whoever writes queries. What
is guaranteed: [delivery](../explanation/delivery.md).

One line for a scan, one for an event, times in nanoseconds. The measurements are called `scan` and
`event` unless `measurement` and `event_measurement` of the [sink](configuration.md) say otherwise.

"""

SCAN_TAGS = {
    "asset": "the instrument's asset id",
    "certificate": "numbers of the [certificates](calibration.md) in force; absent without any",
    "group": "the scan group",
    "instrument": "its name in the configuration",
    "model": "manufacturer and model of its profile",
    "site": "`[site] name`",
}
SCAN_FIELDS = {
    "a channel": (
        "float for every number; boolean; string",
        "absent where there is no value; corrected where a certificate holds",
    ),
    "`CHANNEL.uncorrected`": ("float", "what was read; only where a certificate holds"),
    "`CHANNEL.uncertainty`": ("float", "expanded uncertainty; only where a certificate states one"),
    "`CHANNEL.status`": ("string", "`bad: timeout`; only where the value is not good"),
    "`quality`": ("integer", "0 good, 1 uncertain, 2 bad: the worst of the scan"),
    "`seq`": ("integer", "the number in the journal"),
}
EVENT_PARTS = {
    "`kind`": ("tag", "[the kinds](events.md)"),
    "`severity`": ("tag", "`info`, `warning` or `error`"),
    "`site`": ("tag", "`[site] name`"),
    "`subject`": ("tag", "the bus, instrument or sink it is about, `daq` or `journal`"),
    "`seq`": ("integer", "the number in the journal"),
    "`text`": ("string", "one sentence; `data` of the event is not sent"),
}

TAIL = """
A scan without any value is a line as well, so a gap is visible. Empty tags are left out. In tags a
backslash becomes a slash (line protocol cannot say it); a line break becomes a space.

## What the server answers

| Answer | Becomes of it |
|---|---|
| 204 (201) | written |
| 400, 422 | the bad lines are found and refused, the good ones were written |
| 413 | sent again in halves; a single line: refused |
| 401, 403, 404, 3xx, 200, "retention policy not found" | configuration error: waits, asked seldom, nothing lost |
| 408, 429, 5xx, no answer | tried again; Retry-After is obeyed |

**VictoriaMetrics** (v2 API) answers 204 to anything: a line it cannot use is not reported. It keeps milliseconds,
and turns text (`CHANNEL.status`, events) into 0. InfluxDB 1.x before 1.8 has no v2 API: use `version = 1`.
"""


def lines_page() -> str:
    """The page as Markdown."""
    return HEAD + "".join(_parts()) + TAIL


def _parts() -> Iterator[str]:
    yield "## Scan\n\nAll good; a value missing; no answer at all; a channel of each other kind; a "
    yield "certificate:\n\n"
    scans = (sample.GOOD, sample.DOUBTFUL, sample.FAILED, sample.WORDS, sample.WEIGHED)
    yield _example(*scans)
    yield "\n" + table(("Tag", ""), ((f"`{tag}`", about) for tag, about in SCAN_TAGS.items()))
    fields = ((name, kind, about) for name, (kind, about) in SCAN_FIELDS.items())
    yield "\n" + table(("Field", "Type", ""), fields)
    reserved = ", ".join(f"`{name}`" for name in sorted(RESERVED))
    yield f"\nA channel called {reserved} gets an underscore at its end.\n"
    yield "\n## Event\n\n" + _example(sample.EVENT)
    parts = ((name, kind, about) for name, (kind, about) in EVENT_PARTS.items())
    yield "\n" + table(("Part", "Type", ""), parts)


def _example(*entries: Entry) -> str:
    encoder = Encoder(sample.SITE)
    return block("text", "\n".join(encoder.encode(entry).data.decode() for entry in entries))
