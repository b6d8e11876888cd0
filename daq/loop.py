"""Which event loop the daemon runs on: asyncio's own, or uvloop where that is wanted and there."""

import asyncio
import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


def loop_factory(wanted: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes the loop; ``wanted`` is ``asyncio`` or ``uvloop``.

    Without uvloop asyncio's own serves, and the log says so: a daemon that runs slower is better
    than one that does not run.
    """
    if wanted != "uvloop":
        return asyncio.new_event_loop
    try:
        from daq.exact_uvloop import ExactLoop  # noqa: PLC0415 - not everybody has it
    except ImportError as error:
        log.warning(
            "daemon.loop: uvloop cannot be had (%s), asyncio serves; pip install 'lab-daq[uvloop]'",
            error,
        )
        return asyncio.new_event_loop
    log.info("event loop: uvloop")
    return ExactLoop
