"""Every event is a line of the log as well: one when a fault begins, one when it ends."""

import logging

from daq.journal.entry import Event, Severity
from daq.plain import one_line

log = logging.getLogger("daq.events")

LONGEST = 1000
"""Characters of an event's text that the log shows."""

LEVELS: dict[Severity, int] = {
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def announce(event: Event) -> None:
    """Log an event, whether or not the journal can keep it: one line, whoever wrote its text."""
    log.log(LEVELS[event.severity], "%s: %s", event.kind, one_line(event.text, LONGEST))
