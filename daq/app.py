"""The composition root: builds everything, runs it in one TaskGroup, stops it in order."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from daq import __version__
from daq.alarms.desk import Desk
from daq.alarms.watcher import Watcher
from daq.build.alarm_status import AlarmView
from daq.build.alarms import build_rules
from daq.build.annunciators import Annunciators
from daq.build.diary import diary_part
from daq.build.heartbeat import build_heartbeat
from daq.build.herald import build_herald
from daq.build.incidents import build_incidents
from daq.build.journal import journal_settings
from daq.build.metrics import metrics_part
from daq.build.recordings import recordings
from daq.build.setup import Setup
from daq.build.snapshot import Snapshot
from daq.build.target import Target, build_sinks
from daq.build.watchdog import build_watchdog
from daq.clock import ClockWatch
from daq.config.config import Config
from daq.control.alarms import AlarmRequest, AlarmsRequest
from daq.control.notification import TrialRequest
from daq.control.quarantine import QuarantineRequest
from daq.control.recording import RecordingRequest
from daq.control.reload import ReloadRequest
from daq.control.server import Commands, command, control_socket
from daq.control.status import StatusRequest
from daq.daemon.alarms import Alarms
from daq.daemon.calibrations import DueWatch
from daq.daemon.incidents import Incidents
from daq.daemon.notification import Notifications
from daq.daemon.parts import Part, Parts
from daq.daemon.quarantine import Quarantine
from daq.daemon.reload import Reloader
from daq.daemon.running import BUS_LIMIT, SINK_LIMIT, Clock, Running
from daq.daemon.signals import Signals
from daq.health.watch import SilenceWatch
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
        due = DueWatch(running, journal, clock)
        running.start(sinks)
        watcher = Watcher(journal, Desk(build_rules(setup.config)), clock)
        reloader = Reloader(
            path,
            running,
            journal,
            signals.reload,
            lambda config: watcher.change(build_rules(config)),
        )
        silence = SilenceWatch(lambda: tuple(running.buses), journal)
        clock_watch = ClockWatch(journal, clock)
        follower, recorder = build_incidents(running, journal, clock)
        notifications = Notifications(journal, target, clock)
        running.followers.append(notifications.adopt)
        notifier = notifications.notifier
        herald = build_herald(running, journal, watcher, annunciators)
        pulses = (
            herald.pulse,
            *annunciators.pulses,
            clock_watch.pulse,
            silence.pulse,
            watcher.pulse,
            due.pulse,
            follower.pulse,
            notifier.pulse,
        )
        watchdog = build_watchdog(running, journal, *pulses)
        alarm_view = AlarmView(watcher, annunciators)
        told = (clock, alarm_view, notifications.statuses)
        snapshot = Snapshot(running, journal, silence.seconds, watchdog.is_stuck, *told)
        background = Parts[Part](group, "background")
        # What runs beside acquisition and delivery: one line each.
        background.start("reload", reloader)
        background.start("clock", clock_watch)
        background.start("watchdog", watchdog)
        background.start("herald", herald)
        for name, command_part in annunciators.commands.items():
            background.start(f"annunciator {name}", command_part)
        background.start("alarms", watcher)
        background.start("incidents", follower)
        background.start("incident traffic", recorder)
        background.start("notification", notifier)
        background.start("silence", silence)
        background.start("calibrations", due)
        background.start("heartbeat", build_heartbeat(running, journal, snapshot))
        extras = metrics_part(setup.config, snapshot) | diary_part(setup.config, journal, snapshot)
        for name, part in extras.items():
            background.start(name, part)
        alarms = Alarms(watcher, clock)
        commands = {
            **_commands(running, journal, snapshot, reloader, alarms, notifications),
            **Incidents(follower).commands,
        }
        async with control_socket(setup.config.socket, commands):
            _announce(running)
            await signals.stop.wait()
            await _stop(background, running, journal)
        await writer.stop(within=WRITER_LIMIT)


def _commands(
    running: Running,
    journal: Journal,
    snapshot: Snapshot,
    reloader: Reloader,
    alarms: Alarms,
    notifications: Notifications,
) -> Commands:
    """What the control socket answers: one line each."""
    return {
        **command(StatusRequest, lambda _: snapshot.take_in_full()),
        **command(RecordingRequest, recordings(running)),
        **command(ReloadRequest, reloader.answer),
        **command(QuarantineRequest, Quarantine(running, journal).answer),
        **command(AlarmsRequest, alarms.page),
        **command(AlarmRequest, alarms.act),
        **command(TrialRequest, notifications.test),
    }


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
