"""The composition root: builds everything, runs it in one TaskGroup, stops it in order."""

import asyncio
import logging
import signal
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress

from daq import __version__
from daq.acquire.poller import BusPoller
from daq.build.buses import build_pollers
from daq.build.journal import journal_settings
from daq.build.recordings import recordings
from daq.build.sinks import build_pumps
from daq.build.snapshot import Snapshot
from daq.config.config import Config
from daq.control.server import Commands, control_socket
from daq.deliver.pump import Pump
from daq.journal.journal import Journal
from daq.notify import notify

log = logging.getLogger(__name__)

DELIVERY_GRACE = 0.7
"""Seconds the sinks have for what is committed when the daemon stops. The rest waits in the
journal for the next start: stopping must be quick, and nothing is lost by it."""


async def run_daemon(config: Config, config_hash: str) -> None:
    """Acquire and deliver until SIGTERM or SIGINT.

    Raises:
        JournalError: the journal cannot be opened, or another daemon has it.
    """
    started = time.time_ns()
    async with _opened_journal(config) as journal, asyncio.TaskGroup() as group:
        writer = group.create_task(journal.run(), name="journal")
        journal.append_event(
            "start",
            "daq",
            f"daq {__version__} started",
            data={"version": __version__, "config_hash": config_hash},
        )
        pollers, pumps = build_pollers(config, journal), build_pumps(config, journal)
        delivery = [group.create_task(p.run(), name=f"pump {p.name}") for p in pumps]
        polling = [group.create_task(p.run(), name=f"poll {p.name}") for p in pollers]
        snapshot = Snapshot(config, config_hash, started, journal, pollers, pumps)
        commands: Commands = {
            "status": lambda _: snapshot.take(),
            "recording": recordings(config, pollers),
        }
        async with control_socket(config.socket, commands):
            _announce(config, pollers, pumps)
            await _stop_requested()
            log.info("stopping")
            notify("STOPPING=1")
            await _cancel(polling)
            await _deliver_rest(journal, pumps)
            await _cancel(delivery)
        await _cancel([writer])


@asynccontextmanager
async def _opened_journal(config: Config) -> AsyncGenerator[Journal]:
    journal = await Journal.open(config.journal.path, journal_settings(config.journal))
    try:
        yield journal
    finally:
        await journal.close()


def _announce(config: Config, pollers: list[BusPoller], pumps: list[Pump]) -> None:
    instruments = sum(len(poller.instruments) for poller in pollers)
    log.info(
        "site %s: %d instruments on %d buses, %d sinks, journal %s",
        config.site.name,
        instruments,
        len(pollers),
        len(pumps),
        config.journal.path,
    )
    notify("READY=1")


async def _stop_requested() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    waiting = list(tasks)
    for task in waiting:
        task.cancel()
    if waiting:
        await asyncio.wait(waiting)


async def _deliver_rest(journal: Journal, pumps: list[Pump]) -> None:
    """Commit the last entry and give the sinks a moment to take it."""
    last = journal.append_event("stop", "daq", "daq stopped in order")
    with suppress(TimeoutError):
        async with asyncio.timeout(DELIVERY_GRACE):
            await journal.wait_beyond(last - 1)
            await asyncio.gather(*(pump.wait_delivered(last) for pump in pumps))
