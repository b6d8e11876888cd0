"""Builds what runs beside acquisition and delivery; a new subsystem is a function and a line."""

import asyncio
from pathlib import Path

import msgspec

from daq.alarms.desk import Desk
from daq.alarms.watcher import Watcher
from daq.build.alarm_status import AlarmView
from daq.build.alarms import build_rules
from daq.build.annunciators import Annunciators
from daq.build.archive import archive_part
from daq.build.diary import diary_part
from daq.build.heartbeat import build_heartbeat
from daq.build.herald import build_herald
from daq.build.incidents import build_incidents, incident_rules
from daq.build.metrics import metrics_part
from daq.build.recordings import recordings
from daq.build.runs import build_runs
from daq.build.series import series_subsystem
from daq.build.snapshot import Snapshot
from daq.build.watchdog import build_watchdog
from daq.clock import ClockWatch
from daq.control.alarms import AlarmRequest, AlarmsRequest
from daq.control.notification import TrialRequest
from daq.control.quarantine import QuarantineRequest
from daq.control.recording import RecordingRequest
from daq.control.reload import ReloadRequest
from daq.control.server import command
from daq.control.status import StatusRequest
from daq.daemon.alarms import Alarms
from daq.daemon.calibrations import DueWatch
from daq.daemon.incidents import Incidents
from daq.daemon.notification import Notifications
from daq.daemon.programmes import Programmes
from daq.daemon.quarantine import Quarantine
from daq.daemon.reload import Reloader
from daq.daemon.running import Clock, Running
from daq.daemon.runs import Runs
from daq.daemon.subsystem import Subsystem
from daq.health.watch import SilenceWatch
from daq.journal.journal import Journal
from daq.runs.keeper import Keeper


class Core(msgspec.Struct, frozen=True):
    """What every subsystem stands on: what runs, the journal, and what dates its entries."""

    running: Running
    journal: Journal
    clock: Clock


class Known(msgspec.Struct, frozen=True):
    """What those who tell of the daemon ask."""

    watcher: Watcher
    annunciators: Annunciators
    notifications: Notifications
    silence: SilenceWatch
    keeper: Keeper


def build_subsystems(
    core: Core, annunciators: Annunciators, path: Path, wake: asyncio.Event
) -> tuple[Subsystem, ...]:
    """All of them. ``wake`` asks for the configuration at ``path`` to be read anew.

    To be called before the daemon appends anything beyond its start.
    """
    running, journal, clock = core.running, core.journal, core.clock
    known = Known(
        Watcher(journal, Desk(build_rules(running.config)), clock),
        annunciators,
        Notifications(journal, running.target, clock),
        SilenceWatch(lambda: tuple(running.buses), journal),
        build_runs(running, journal, clock),
    )
    beside = (
        _calibrations(core),
        _reload(core, path, wake, known.watcher),
        Subsystem(parts=archive_part(running.config, path, journal, clock)),
        _clock(core),
        _herald(core, known),
        _annunciators(annunciators),
        _alarms(core, known.watcher),
        _incidents(core),
        _runs(core, known.keeper),
        series_subsystem(core.running, core.journal, core.clock),
        _usage(core),
        _notification(core, known.notifications),
        _silence(known.silence),
        _traffic(core),
        _quarantine(core),
        *_checkpoints(core),
    )
    return (*beside, _state(core, known, beside))


def _reload(core: Core, path: Path, wake: asyncio.Event, watcher: Watcher) -> Subsystem:
    reloader = Reloader(
        path,
        core.running,
        core.journal,
        wake,
        lambda config: watcher.change(build_rules(config)),
    )
    return Subsystem(parts={"reload": reloader}, commands=command(ReloadRequest, reloader.answer))


def _clock(core: Core) -> Subsystem:
    watch = ClockWatch(core.journal, core.clock)
    return Subsystem(parts={"clock": watch}, pulses=(watch.pulse,))


def _herald(core: Core, known: Known) -> Subsystem:
    herald = build_herald(
        core.running, core.journal, known.watcher, known.annunciators, known.keeper
    )
    return Subsystem(parts={"herald": herald}, pulses=(herald.pulse,))


def _annunciators(annunciators: Annunciators) -> Subsystem:
    parts = {f"annunciator {name}": part for name, part in annunciators.commands.items()}
    return Subsystem(parts=parts, pulses=annunciators.pulses)


def _alarms(core: Core, watcher: Watcher) -> Subsystem:
    alarms = Alarms(watcher, core.clock)
    return Subsystem(
        parts={"alarms": watcher},
        pulses=(watcher.pulse,),
        commands={**command(AlarmsRequest, alarms.page), **command(AlarmRequest, alarms.act)},
    )


def _incidents(core: Core) -> Subsystem:
    follower, recorder = build_incidents(core.running, core.journal, core.clock)
    core.running.followers.append(lambda to: follower.desk.adopt(incident_rules(to.setup.config)))
    return Subsystem(
        parts={"incidents": follower, "incident traffic": recorder},
        pulses=(follower.pulse,),
        commands=Incidents(follower).commands,
    )


def _runs(core: Core, keeper: Keeper) -> Subsystem:
    programmes = Programmes(core.running, core.journal, keeper, core.clock)
    return Subsystem(
        parts={"runs": keeper, "programmes": programmes},
        pulses=(programmes.pulse,),
        commands={**Runs(keeper).commands, **programmes.commands},
    )


def _notification(core: Core, notifications: Notifications) -> Subsystem:
    core.running.followers.append(notifications.adopt)
    notifier = notifications.notifier
    return Subsystem(
        parts={"notification": notifier},
        pulses=(notifier.pulse,),
        commands=command(TrialRequest, notifications.test),
    )


def _silence(silence: SilenceWatch) -> Subsystem:
    return Subsystem(parts={"silence": silence}, pulses=(silence.pulse,))


def _calibrations(core: Core) -> Subsystem:
    due = DueWatch(core.running, core.journal, core.clock)
    return Subsystem(parts={"calibrations": due}, pulses=(due.pulse,))


def _traffic(core: Core) -> Subsystem:
    return Subsystem(commands=command(RecordingRequest, recordings(core.running)))


def _quarantine(core: Core) -> Subsystem:
    quarantine = Quarantine(core.running, core.journal)
    return Subsystem(commands=command(QuarantineRequest, quarantine.answer))


def _checkpoints(core: Core) -> tuple[Subsystem, ...]:
    config = core.running.config.journal
    if not config.vouches:
        return ()
    from daq.build.checkpoints import checkpoints_subsystem  # noqa: PLC0415 - only where wanted

    return (checkpoints_subsystem(config, core.journal, core.clock),)


def _state(core: Core, known: Known, beside: tuple[Subsystem, ...]) -> Subsystem:
    """Whether all goes on, and whoever is told: service manager, sinks, status, metrics, diary."""
    running, journal = core.running, core.journal
    pulses = (pulse for each in beside for pulse in each.pulses)
    watchdog = build_watchdog(running, journal, *pulses)
    snapshot = Snapshot(
        running,
        journal,
        known.silence.seconds,
        watchdog.is_stuck,
        core.clock,
        AlarmView(known.watcher, known.annunciators),
        known.notifications.statuses,
    )
    return Subsystem(
        parts={
            "watchdog": watchdog,
            "heartbeat": build_heartbeat(running, journal, snapshot),
            **metrics_part(running.config, snapshot),
            **diary_part(running.config, journal, snapshot),
        },
        commands=command(StatusRequest, lambda _: snapshot.take_in_full()),
    )


def _usage(core: Core) -> Subsystem:
    interval = core.running.config.utilisation.interval
    if interval is None:
        return Subsystem()
    from daq.daemon.usage import UsageDiary  # noqa: PLC0415 - memory that only these need

    diary = UsageDiary(lambda: core.running.config, core.journal, core.clock, interval)
    return Subsystem(parts={"usage": diary}, pulses=(diary.pulse,))
