"""Keeps the configuration in force beside the journal, so that evidence can show it later."""

import logging

from daq.build.setup import Setup
from daq.evidence.configurations import folder_beside, keep

log = logging.getLogger(__name__)


def keep_configuration(setup: Setup) -> None:
    """Keep it; the journal has its hash in an event.

    A disk that refuses is no reason not to measure.
    """
    try:
        keep(folder_beside(setup.config.journal.path), setup.canonical)
    except OSError as error:
        log.warning("the configuration in force is not kept as evidence: %s", error)
