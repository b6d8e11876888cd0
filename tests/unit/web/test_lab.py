"""From the daemon's status and the journal's scans to what is wrong, since when, in which order."""

from daq.control.status import DaemonStatus
from daq.journal.entry import Scan, Series
from daq.web.data.lab import instrument, instruments, rooms, silent_since
from daq.web.data.problem import Level
from daq.web.data.register import Listed, Register
from daq.web.data.snapshot import Heard, Newest, Snapshot
from daq.web.data.spark import Spark
from drivers.model import Status
from tests import status_samples as samples
from tests.journal_samples import series_key

NOW, SECOND = samples.NOW, samples.SECOND

REGISTER = Register(
    site="lab",
    instruments=(
        Listed(name="mains", title="Supply", room="Cellar"),
        Listed(name="probes", title="Probes", room="Attic"),
        Listed(name="balance", title="Balance"),
    ),
)


def newest(name: str, age: float = 0.5, status: Status = Status.GOOD, since: int = 0) -> Newest:
    key = series_key(name, width=2)
    value = None if status >= Status.TIMEOUT else 1.5
    statuses = (Status.GOOD, status)
    scan = Scan(1, NOW - int(age * SECOND), Series(1, key), (2.5, value), statuses)
    return Newest(scan, (0, since), (Spark(SECOND), Spark(SECOND)))


def snapshot(
    *some: Newest, status: DaemonStatus | None = None, trouble: str = "", heard: int = NOW
) -> Snapshot:
    found = {(one.scan.series.key.instrument, one.scan.series.key.group): one for one in some}
    return Snapshot(
        register=REGISTER,
        version=1,
        time=NOW,
        heard=Heard(status, heard, trouble),
        newest=found,
        last_entry=NOW - 7 * SECOND,
    )


def all_well() -> DaemonStatus:
    names = ("mains", "probes", "balance")
    return samples.daemon(instruments=[samples.instrument(name) for name in names])


def test_all_well_is_all_good_by_title() -> None:
    found = instruments(snapshot(*map(newest, ("mains", "probes", "balance")), status=all_well()))
    assert [one.title for one in found] == ["Balance", "Probes", "Supply"]
    assert {one.level for one in found} == {Level.GOOD}
    assert [room.name for room in rooms(found)] == ["Attic", "Cellar", ""]


def test_what_is_wrong_comes_first_with_its_reason_and_since_when() -> None:
    status = samples.daemon(
        instruments=[
            samples.instrument("mains"),
            samples.instrument("probes", state="silent", trouble="unit 3: no reply"),
            samples.instrument("balance"),
        ]
    )
    uncertain = newest("balance", status=Status.UNSTABLE, since=NOW - 9 * SECOND)
    found = instruments(snapshot(newest("mains"), uncertain, status=status))
    assert [one.name for one in found] == ["probes", "balance", "mains"]
    (fault,) = found[0].problems
    assert (fault.kind, fault.reason, fault.detail) == ("fault", "silent", "unit 3: no reply")
    assert fault.since == NOW - 300 * SECOND
    (unstable,) = found[1].problems
    assert (unstable.kind, unstable.about, unstable.reason) == ("uncertain", "c2", "unstable")
    assert unstable.since == NOW - 9 * SECOND


def test_a_bus_that_is_lost_explains_its_instruments() -> None:
    lost = samples.bus(state="lost", trouble="/dev/ttyUSB0: no such device")
    status = samples.daemon(buses=[lost], instruments=[samples.instrument(state="disconnected")])
    bad = newest("mains", status=Status.DISCONNECTED)
    (one,) = instruments(snapshot(bad, status=status))
    (problem,) = one.problems
    assert (problem.kind, problem.about) == ("bus-lost", "rs485-1")
    assert problem.since == lost.since


def test_what_is_old_is_not_good_even_if_nobody_complains() -> None:
    status = samples.daemon(instruments=[samples.instrument()])
    (fresh,) = instruments(snapshot(newest("mains", age=5.9), status=status))
    (old,) = instruments(snapshot(newest("mains", age=6.1), status=status))
    assert fresh.level is Level.GOOD
    assert [problem.kind for problem in old.problems] == ["overdue"]
    assert old.problems[0].since == old.time


def test_a_group_without_a_scan_yet_is_said() -> None:
    (one,) = instruments(snapshot(status=samples.daemon(instruments=[samples.instrument()])))
    assert [problem.kind for problem in one.problems] == ["never"]
    assert one.time == 0


def test_without_the_daemon_the_configuration_says_what_there_is() -> None:
    silent = snapshot(newest("mains", age=60), status=all_well(), trouble="gone", heard=NOW - 90)
    found = instruments(silent)
    assert {one.name for one in found} == {"mains", "probes", "balance"}
    (mains,) = [one for one in found if one.name == "mains"]
    assert mains.status is None
    assert mains.level is Level.BAD
    assert mains.readings[0].text == "2.5"
    assert silent_since(silent) == NOW - 90
    never = snapshot(trouble="gone", heard=0)
    assert silent_since(never) == never.last_entry
    assert silent_since(snapshot(status=all_well())) == 0


def test_what_the_journal_alone_knows_can_be_looked_at() -> None:
    past = snapshot(newest("retired", age=86_400), status=all_well())
    assert "retired" not in {one.name for one in instruments(past)}
    found = instrument(past, "retired")
    assert found is not None
    assert found.title == "retired"
    assert instrument(past, "nobody") is None
