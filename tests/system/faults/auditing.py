"""Audits a world whose processes have come to their end."""

from tests.system.faults.audit.audit import Audit, JournalCount
from tests.system.faults.audit.journalled import Journalled, read
from tests.system.faults.audit.metrics import MetricsAudit
from tests.system.faults.audit.problems import Problems
from tests.system.faults.audit.published import PublishedAudit, PublishedCount
from tests.system.faults.audit.served import ServedAudit
from tests.system.faults.audit.stored import StoredAudit, StoredCount
from tests.system.faults.servers import Servers
from tests.system.faults.witness import retained_values
from tests.system.faults.world import World


def finish(world: World, name: str, what: str) -> Audit:
    """Undo every fault, let the daemon catch up, end everything in order, and count."""
    world.end()
    problems = Problems()
    journal = read(world.journal, problems)
    lives, servers = world.daemon.lives, world.servers
    served = ServedAudit(world.laboratory.questions(), lives, problems, world.offsets)
    stored = StoredAudit("history", journal, problems)
    return Audit(
        name=name,
        what=what,
        served=served.compare(world.served, journal),
        journal=_count(journal),
        mqtt={"broker": _published(servers, PublishedAudit("broker", journal, problems))},
        influxdb={
            "history": stored.compare(servers.database, servers.database_name),
            **_metrics(servers, journal, problems),
        },
        killed=lives.counted("killed"),
        stopped=lives.counted("stopped"),
        problems=problems,
        noted=world.noted,
        seconds=world.age,
    )


def _published(servers: Servers, audit: PublishedAudit) -> PublishedCount:
    for witness in servers.witnesses:
        audit.look(witness.seen())
    topics = audit.topics()
    return audit.finish([retained_values(broker.port, topics) for broker in servers.brokers])


def _metrics(servers: Servers, journal: Journalled, problems: Problems) -> dict[str, StoredCount]:
    if servers.victoria is None:
        return {}
    return {"metrics": MetricsAudit("metrics", journal, problems).compare(servers.victoria)}


def _count(journal: Journalled) -> JournalCount:
    return JournalCount(
        entries=len(journal.entries),
        scans=sum(1 for _ in journal.scans()),
        events=dict(journal.events()),
        missing_numbers=len(journal.missing),
        quarantined=sum(map(len, journal.quarantined.values())),
    )
