"""The composition root: builds everything, runs it in one TaskGroup, stops it in order."""

import asyncio
import logging
import signal
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from daq import __version__
from daq.build.buses import build_pollers
from daq.build.journal import journal_settings
from daq.build.recordings import recordings
from daq.build.sinks import build_pumps
from daq.build.snapshot import Snapshot
from daq.build.watchdog import build_watchdog
from daq.clock import ClockWatch
from daq.config.config import Config
from daq.control.server import Commands, control_socket
from daq.daemon.parts import Part, Parts
from daq.daemon.running import Running
from daq.health.watch import SilenceWatch
from daq.journal.journal import Journal
from daq.notify import notify

log = logging.getLogger(__name__)

Clock: TypeAlias = Callable[[], int]
"""ns since 1970 UTC."""

DELIVERY_GRACE = 0.7
"""Seconds the sinks have for what is committed when the daemon stops. The rest waits in the
journal for the next start: stopping must be quick, and nothing is lost by it."""


async def run_daemon(config: Config, config_hash: str, clock: Clock = time.time_ns) -> None:
    """Acquire and deliver until SIGTERM or SIGINT; ``clock`` dates what is journalled.

    Raises:
        JournalError: the journal cannot be opened, or another daemon has it.
    """
    async with _opened_journal(config, clock) as journal, asyncio.TaskGroup() as group:
        writer = Parts[Journal](group, "journal")
        writer.start("writer", journal)
        _tell_start(journal, config_hash)
        running = Running(group, config, config_hash)
        _start(running, journal, clock)
        silence = SilenceWatch(lambda: tuple(running.buses), journal)
        snapshot = Snapshot(running, journal, silence.seconds, clock)
        background = Parts[Part](group, "background")
        for name, part in _background(running, journal, clock).items():
            background.start(name, part)
        background.start("silence", silence)
        async with control_socket(config.socket, _commands(running, snapshot)):
            _announce(running)
            await _stop_requested()
            log.info("stopping")
            notify("STOPPING=1")
            await background.stop()
            await running.buses.stop()
            await _deliver_rest(journal, running)
            await running.sinks.stop()
        await writer.stop()


def _background(running: Running, journal: Journal, clock: Clock) -> dict[str, Part]:
    """What runs beside acquisition and delivery, by name: one line each."""
    return {
        "clock": ClockWatch(journal, clock),
        "watchdog": build_watchdog(running, journal),
    }


def _commands(running: Running, snapshot: Snapshot) -> Commands:
    """What the control socket answers: one line each."""
    return {
        "status": lambda _: snapshot.take_with_ages(),
        "recording": recordings(running),
    }


@asynccontextmanager
async def _opened_journal(config: Config, clock: Clock) -> AsyncGenerator[Journal]:
    settings = journal_settings(config.journal)
    journal = await Journal.open(config.journal.path, settings, clock)
    try:
        yield journal
    finally:
        await journal.close()


def _start(running: Running, journal: Journal, clock: Clock) -> None:
    pollers = build_pollers(running.config, journal, clock)
    pumps = build_pumps(running.config, journal)
    for pump in pumps:
        running.sinks.start(pump.name, pump)
    for poller in pollers:
        running.buses.start(poller.name, poller)


def _tell_start(journal: Journal, config_hash: str) -> None:
    journal.append_event(
        "start",
        "daq",
        f"daq {__version__} started",
        data={"version": __version__, "config_hash": config_hash},
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


async def _stop_requested() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


async def _deliver_rest(journal: Journal, running: Running) -> None:
    """Commit the last entry and give the sinks a moment to take it."""
    last = journal.append_event("stop", "daq", "daq stopped in order")
    with suppress(TimeoutError):
        async with asyncio.timeout(DELIVERY_GRACE):
            await journal.wait_beyond(last - 1)
            await asyncio.gather(*(pump.wait_delivered(last) for pump in running.sinks))
