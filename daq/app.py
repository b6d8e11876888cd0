"""The composition root: builds everything, runs it in one TaskGroup, stops it in order."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from itertools import chain
from pathlib import Path

from daq import __version__
from daq.build.annunciators import Annunciators
from daq.build.journal import journal_settings
from daq.build.setup import Setup
from daq.build.subsystems import Core, build_subsystems
from daq.build.target import Target, build_sinks
from daq.config.config import Config
from daq.control.server import control_socket
from daq.daemon.parts import Part, Parts
from daq.daemon.running import BUS_LIMIT, SINK_LIMIT, Clock, Running
from daq.daemon.signals import Signals
from daq.journal import kinds
from daq.journal.journal import Journal
from daq.notify import notify

log = logging.getLogger(__name__)

BACKGROUND_LIMIT = 2.0
"""Seconds for what runs in the background to stop. All limits together must be less than what a
service manager allows (TimeoutStopSec), so that the journal is closed in any case."""

DELIVERY_GRACE = 0.7
"""Seconds the sinks have for what is committed when the daemon stops. The rest waits in the
journal for the next start: stopping must be quick, and nothing is lost by it."""

WRITER_LIMIT = 4.0
"""Seconds for the last commit."""


async def run_daemon(path: Path, setup: Setup, clock: Clock = time.time_ns) -> None:
    """Acquire and deliver until SIGTERM or SIGINT; take ``path`` anew on SIGHUP.

    ``setup`` is what was read from ``path``; ``clock`` dates what is journalled.

    Raises:
        SecretError: a secret of a sink cannot be read.
        JournalError: the journal cannot be opened, or another daemon has it.
    """
    signals = Signals()
    target = Target.of(setup)
    sinks = build_sinks(target, target.sinks)
    async with _opened_journal(setup.config, clock) as journal, asyncio.TaskGroup() as group:
        writer = Parts[Journal](group, "journal")
        writer.start("writer", journal)
        _tell_start(journal, setup)
        annunciators = Annunciators(setup.config, journal, clock)
        running = Running(group, journal, target, clock, annunciators.outputs)
        core = Core(running, journal, clock)
        subsystems = build_subsystems(core, annunciators, path, signals.reload)
        running.start(sinks)
        background = Parts[Part](group, "background")
        for name, part in chain.from_iterable(each.parts.items() for each in subsystems):
            background.start(name, part)
        commands = dict(chain.from_iterable(each.commands.items() for each in subsystems))
        async with control_socket(setup.config.socket, commands):
            _announce(running)
            await signals.stop.wait()
            await _stop(background, running, journal)
        for leave in [each.leave for each in subsystems if each.leave is not None]:
            await leave()
        await writer.stop(within=WRITER_LIMIT)


@asynccontextmanager
async def _opened_journal(config: Config, clock: Clock) -> AsyncGenerator[Journal]:
    settings = journal_settings(config.journal)
    journal = await Journal.open(config.journal.path, settings, clock)
    try:
        yield journal
    finally:
        await journal.close()


def _tell_start(journal: Journal, setup: Setup) -> None:
    journal.append_event(
        kinds.START.name,
        "daq",
        f"daq {__version__} started",
        data={"version": __version__, "config_hash": setup.hash},
    )


def _announce(running: Running) -> None:
    log.info(
        "site %s: %d instruments on %d buses, %d sinks, journal %s",
        running.config.site.name,
        sum(len(poller.instruments) for poller in running.buses),
        len(running.buses),
        len(running.sinks),
        running.config.journal.path,
    )
    notify("READY=1")


async def _stop(background: Parts[Part], running: Running, journal: Journal) -> None:
    """In order, each step within its limit; the journal is last, and not here."""
    log.info("stopping")
    notify("STOPPING=1")
    await background.stop(within=BACKGROUND_LIMIT)
    await running.buses.stop(within=BUS_LIMIT)
    await _deliver_rest(journal, running)
    await running.sinks.stop(within=SINK_LIMIT)


async def _deliver_rest(journal: Journal, running: Running) -> None:
    """Commit the last entry and give the sinks a moment to take it."""
    last = journal.append_event(kinds.STOP.name, "daq", "daq stopped in order")
    with suppress(TimeoutError):
        async with asyncio.timeout(DELIVERY_GRACE):
            await journal.wait_beyond(last - 1)
            await asyncio.gather(*(pump.wait_delivered(last) for pump in running.sinks))
