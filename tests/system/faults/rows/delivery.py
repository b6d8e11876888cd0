"""Where entries go: broker and database restarted, away, refusing."""

import random
import signal
import time

from tests.servers.proxy import Proxy
from tests.system.faults.laboratory import fast_laboratory
from tests.system.faults.row import Row
from tests.system.faults.world import World
from tests.system.house import daq

BROKER_RESTARTS = 20
DATABASE_RESTARTS = 5
FEW = 10
MANY = 2400
CUTS = 6
ANYTHING = ("topic readwrite #",)


def _broker_restarts(world: World, dice: random.Random) -> None:
    for _ in range(BROKER_RESTARTS):
        world.wait_entries(1)
        time.sleep(dice.uniform(0.0, 0.3))
        world.broker.stop()
        world.broker.start()


def _database_restarts(world: World, dice: random.Random) -> None:
    for number in range(DATABASE_RESTARTS):
        world.wait_entries(10)
        time.sleep(dice.uniform(0.0, 0.3))
        if number % 2:
            world.database.kill()
        else:
            world.database.stop()
        world.daemon.wait_status(
            lambda status: any(each.lag_entries > FEW for each in status.sinks), "something waits"
        )
        world.database.start()


def _both_away(world: World, _: random.Random) -> None:
    """What waits is delivered by two lives, the second begun while they are away."""
    world.broker.stop()
    world.database.stop()
    time.sleep(2.0)
    world.daemon.kill()
    world.daemon.start()
    time.sleep(3.0)
    world.broker.start()
    world.database.start()


def _long_away(world: World, _: random.Random) -> None:
    """Until more waits than goes in one live batch: the rest comes as backlog beside live data."""
    world.broker.stop()
    world.database.stop()
    world.daemon.wait_status(
        lambda status: all(each.lag_entries > MANY for each in status.sinks), "much waits"
    )
    world.broker.start()
    world.database.start()


def _bad_network(world: World, dice: random.Random) -> None:
    for network in world.servers.networks:
        network.throttle(rate=6000.0, latency=0.2)
    time.sleep(2.0)
    for network in world.servers.networks:
        network.resume()
    for _ in range(CUTS):
        dice.choice(world.servers.networks).cut_after(dice.randrange(2000))
        world.wait_entries(5)
    for disturb in (Proxy.stall, Proxy.swallow, Proxy.refuse):
        for network in world.servers.networks:
            disturb(network)
        time.sleep(dice.uniform(1.0, 3.0))
        for network in world.servers.networks:
            network.accept()
            network.resume()
        world.wait_entries(30)


def _fail_over(world: World, _: random.Random) -> None:
    first, second = world.servers.brokers
    for away in (first, second, first):
        world.wait_entries(20)
        away.stop()
        world.wait_entries(40)
        away.start()


def _let(world: World, *acl: str) -> None:
    """Change the broker's access list while it runs."""
    (world.broker.folder / "acl").write_text("\n".join(acl) + "\n")
    world.broker.send(signal.SIGHUP)
    world.wait_entries(1)


def _denied(world: World, _: random.Random) -> None:
    """What was refused is delivered when a person asks for it."""
    _let(world, *ANYTHING, "topic deny lab/faults/probes/all")
    world.daemon.wait_status(
        lambda status: any((each.quarantined or 0) > FEW for each in status.sinks), "quarantine"
    )
    _let(world, *ANYTHING)
    done = daq("quarantine", "retry", "broker", "--all", "-c", str(world.config))
    assert done.returncode == 0, done.stdout + done.stderr
    world.daemon.wait_status(
        lambda status: not any(each.quarantined for each in status.sinks), "nothing in quarantine"
    )


def _victoria(world: World, dice: random.Random) -> None:
    victoria = world.servers.victoria
    assert victoria is not None
    for _ in range(3):
        world.wait_entries(10)
        time.sleep(dice.uniform(0.0, 0.3))
        victoria.stop()
        world.daemon.kill()
        world.daemon.start()
        world.wait_entries(10)
        victoria.start()


def _no_database(world: World, _: random.Random) -> None:
    world.daemon.wait_status(
        lambda status: any(each.name == "history" and each.trouble for each in status.sinks),
        "the sink says that there is no database",
    )
    time.sleep(1.0)
    world.database.query("CREATE DATABASE later")


ROWS = (
    Row(
        name="broker-restart",
        what=f"Mosquitto restarted {BROKER_RESTARTS} times under load",
        happen=_broker_restarts,
        expect=("sink-lost", "sink-restored"),
    ),
    Row(
        name="database-restart",
        what=f"InfluxDB restarted {DATABASE_RESTARTS} times under load, by SIGTERM or SIGKILL",
        happen=_database_restarts,
        expect=("sink-lost", "sink-restored"),
    ),
    Row(
        name="both-away",
        what="broker and database away for 5 s, the daemon killed meanwhile",
        happen=_both_away,
        expect=("sink-lost", "sink-restored"),
    ),
    Row(
        name="backlog",
        what=f"broker and database away until more than {MANY} entries wait for each",
        happen=_long_away,
        laboratory=fast_laboratory(),
        expect=("sink-lost", "sink-restored"),
        require=lambda audit: audit.mqtt["broker"].historical > 0,
    ),
    Row(
        name="bad-network",
        what=f"6 kB/s and 0.2 s late; {CUTS} resets in mid-batch; stalled, half-open, refused",
        happen=_bad_network,
        sinks={"broker": {"timeout": "1s"}, "history": {"timeout": "1s"}},
        proxied=True,
        expect=("sink-lost", "sink-restored"),
    ),
    Row(
        name="fail-over",
        what="the first, the second, the first of two brokers away",
        happen=_fail_over,
        brokers=2,
        expect=("sink-switched",),
    ),
    Row(
        name="denied",
        what="the broker's access list denies a topic; `daq quarantine retry` afterwards",
        happen=_denied,
        acl=ANYTHING,
        require=lambda audit: not audit.journal.quarantined,
    ),
    Row(
        name="victoria",
        what="VictoriaMetrics (v2 API) as a third sink restarted 3 times, the daemon killed",
        happen=_victoria,
        victoria=True,
    ),
    Row(
        name="no-database",
        what="InfluxDB refuses everything: the database is made later",
        happen=_no_database,
        sinks={"history": {"database": "later"}},
        expect=("sink-lost", "sink-restored"),
    ),
)
