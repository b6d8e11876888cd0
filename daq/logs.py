"""The daemon's log on standard error: for a terminal, or for journald with a priority a line."""

import faulthandler
import logging
import os
import sys
from collections.abc import Mapping

PRIORITIES = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
"""syslog's numbers, as sd-daemon(3) writes them in front of a line."""

CHATTY = ("pymodbus", "aiomqtt", "mqtt", "serialx", "urllib3")
"""Libraries that report each retry; the daemon says each fault once, in its own words."""


class JournaldFormatter(logging.Formatter):
    """No time, journald stamps that itself; the priority before every line, tracebacks included."""

    def __init__(self) -> None:
        super().__init__("%(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record, each line with its priority."""
        prefix = f"<{PRIORITIES.get(record.levelno, 6)}>"
        return "\n".join(prefix + line for line in super().format(record).splitlines())


def is_journald(descriptor: int, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a descriptor leads to journald: JOURNAL_STREAM of systemd.exec(5) names it.

    The variable alone says nothing: it is inherited by whatever a service starts.
    """
    try:
        stream = os.fstat(descriptor)
    except OSError:
        return False
    return environ.get("JOURNAL_STREAM") == f"{stream.st_dev}:{stream.st_ino}"


def log_to_stderr(level: str) -> None:
    """Log from now on; ``level`` as in ``logging``, in lower case.

    A fatal signal, such as that of systemd's watchdog, leaves the stack of every thread there, too.
    """
    handler = logging.StreamHandler()
    if is_journald(sys.stderr.fileno()):
        handler.setFormatter(JournaldFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    faulthandler.enable()
    if level != "debug":
        for name in CHATTY:
            logging.getLogger(name).setLevel(logging.CRITICAL)
