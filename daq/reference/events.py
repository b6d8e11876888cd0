"""``docs/reference/events.md``: every kind of event."""

from collections.abc import Iterator

from daq.journal.kinds import KINDS, Kind
from daq.reference.markdown import table

HEAD = """\
# Events

Made from `daq/journal/kinds.py` by `make schema`; do not edit. For whoever alarms on events,
searches them, or reads them in the log.

What is not a scan is an event: journalled with the scans in one order, delivered like them
([topic](topics.md#event) `{prefix}/{site}/_events`, [measurement](line-protocol.md) `event`), and
written to the log, one line each. Whatever goes wrong is told once when it begins and once when it
ends.

"""

TAIL = """
## When one fault is one event

While a daemon is killed there is no `stop`: a `start` that follows anything else than a `stop` says
that the one before did not end in order.

A bus or sink that a reload removes or restarts begins anew, and so do its faults: what was lost before
`configuration-changed` has no end of its own, and is told again if it still is.

`config_hash` identifies the configuration with its profiles, not the bytes of the file
([decision 8](../decisions/0008-reload.md)); `daq check` prints it for a file.

What comes and goes does not fill the log: a fault of an instrument or a bus that is back within ten
minutes of its end is over only when all has been well for 30 s, twice that the next time, up to ten
minutes. Until then it is one fault; the event of its end says how often it struck. The scans show
every single gap. A fault that changes its kind (silent, declining, another instrument; port absent,
held by another program, forbidden) is told once for each kind.
"""


def events_page() -> str:
    """The page as Markdown."""
    overview = table(("Kind", "Severity", "Subject", "Meaning"), map(_row, KINDS))
    return HEAD + overview + "\n## What they carry\n\n" + "".join(_particulars()) + TAIL


def _row(kind: Kind) -> tuple[str, ...]:
    subject = f"`{kind.about}`" if kind.about in {"daq", "journal"} else kind.about
    return f"`{kind.name}`", ", ".join(kind.severities), subject, kind.meaning


def _particulars() -> Iterator[str]:
    yield "The members of `data`. One that does not apply is left out or null.\n\n"
    yield table(
        ("Kind", "Key", ""),
        (
            (f"`{kind.name}`", f"`{key}`", words)
            for kind in KINDS
            for key, words in kind.data.items()
        ),
    )
