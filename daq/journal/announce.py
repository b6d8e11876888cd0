"""Every event is a line of the log as well: one when a fault begins, one when it ends."""

import logging

from daq.journal.entry import Event, Severity

log = logging.getLogger("daq.events")

LEVELS: dict[Severity, int] = {
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def announce(event: Event) -> None:
    """Log an event, whether or not the journal can keep it."""
    log.log(LEVELS[event.severity], "%s: %s", event.kind, event.text)
