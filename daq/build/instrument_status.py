"""What the daemon tells of an instrument and its scan groups."""

from collections.abc import Sequence

from daq.acquire.counters import GroupCounters
from daq.acquire.instrument import PolledInstrument
from daq.acquire.plan import BusPlan, GroupPlan
from daq.build.moments import Moments
from daq.calibration.calibration import Calibration
from daq.calibration.dates import end_of_day
from daq.calibration.due import due_list
from daq.config.instrument import InstrumentConfig
from daq.control.status import CertificateStatus, GroupStatus, InstrumentStatus


def instrument_status(
    item: PolledInstrument,
    settings: InstrumentConfig,
    plan: BusPlan,
    moments: Moments,
    *,
    silent: float,
    calibrations: Sequence[Calibration] = (),
) -> InstrumentStatus:
    """What an instrument's counters say now.

    ``silent`` is for how many seconds it has been, ``calibrations`` are those in force for it.
    """
    counters = item.counters
    statuses = [g.counters.status for g in item.groups if g.counters.status is not None]
    return InstrumentStatus(
        name=item.name,
        bus=plan.bus,
        profile=settings.profile,
        asset=settings.asset,
        state=counters.state,
        trouble=counters.trouble,
        since=counters.since,
        last_good=counters.last_good,
        good_scans=counters.good_scans,
        failed_scans=counters.failed_scans,
        bad_readings=counters.bad_readings,
        serial_number=counters.serial_number,
        quality=str(max(statuses)) if statuses else "",
        silent=silent,
        faults=counters.faults,
        failures=dict(counters.failures),
        flawed={str(status): count for status, count in counters.flawed.items()},
        groups=_groups(item, plan),
        unit=settings.unit,
        address=settings.address or "",
        retry_at=moments.of(item.retry_at),
        certificates=_certificates(calibrations),
    )


def _certificates(calibrations: Sequence[Calibration]) -> list[CertificateStatus]:
    return [
        CertificateStatus(
            certificate=due.certificate,
            channels=list(due.channels),
            due=end_of_day(due.due) if due.due else 0,
        )
        for due in due_list({"": calibrations})
    ]


def _groups(item: PolledInstrument, plan: BusPlan) -> list[GroupStatus]:
    return [
        _group(group.series.key.group, group.ticker.interval, group.counters, planned)
        for group, planned in zip(
            item.groups, (one for one in plan.groups if one.instrument == item.name), strict=True
        )
    ]


def _group(name: str, interval: float, counters: GroupCounters, planned: GroupPlan) -> GroupStatus:
    return GroupStatus(
        name=name,
        interval=interval,
        quality="" if counters.status is None else str(counters.status),
        last_good=counters.last_good,
        scans=counters.scans,
        requests=counters.requests,
        seconds=counters.seconds,
        planned_requests=planned.requests,
        planned_seconds=planned.seconds,
    )
