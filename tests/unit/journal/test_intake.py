from daq.journal.entry import Event, Scan
from daq.journal.found import Found
from daq.journal.intake import NOT_KEPT, Intake
from daq.journal.losses import Counters
from daq.journal.settings import JournalSettings, WhenFull
from tests.journal_samples import NOON, Clock, good, series_key, values_of


def intake_of(max_pending: int = 10**6, when_full: WhenFull = "drop-oldest") -> Intake:
    settings = JournalSettings(max_pending=max_pending, when_full=when_full)
    return Intake(settings, Clock(), Found(), Counters())


def add(intake: Intake, time: int = NOON) -> int:
    return intake.scan(intake.series(series_key()), time, values_of(1, 3), good(3))


def times(intake: Intake) -> list[int]:
    return [row[1] for row in intake.take().rows]


def test_numbers_rise_by_one_over_scans_and_events() -> None:
    intake = intake_of()
    event = Event(seq=0, time=1, kind="k", subject="s", severity="info", text="t", data={})
    assert [add(intake), intake.event(event), add(intake)] == [1, 2, 3]


def test_other_series_may_have_the_same_time() -> None:
    intake = intake_of()
    for instrument in ("a", "b"):
        intake.scan(intake.series(series_key(instrument)), NOON, values_of(1, 3), good(3))
    assert times(intake) == [NOON, NOON]


def test_a_changed_unit_or_asset_makes_a_new_series() -> None:
    intake = intake_of()
    first = intake.series(series_key("a"))
    assert intake.series(series_key("a")) is first
    assert intake.series(series_key("b")).id != first.id


def test_a_failed_commit_puts_everything_back_in_order() -> None:
    intake = intake_of()
    add(intake)
    intake.quarantine("mqtt", {1: "too long"})
    before = intake.take()
    add(intake)
    intake.quarantine("mqtt", {2: "refused"})
    assert intake.settle(written=False) == 0
    batch = intake.take()
    assert [row[0] for row in batch.rows] == [1, 2]
    assert batch.series == before.series
    assert [seq for _, seq in batch.quarantine] == [1, 2]
    assert intake.settle(written=True) == 2
    assert not intake.waiting


def test_a_full_memory_gives_up_the_oldest_and_tells_which() -> None:
    intake = intake_of(max_pending=5000)
    numbers = [add(intake) for _ in range(100)]
    kept = [row[0] for row in intake.take().rows]
    assert 10 < len(kept) < 30
    assert kept == numbers[-len(kept) :]
    dropped = intake.dropped_so_far()
    assert (dropped.count, dropped.first, dropped.last) == (100 - len(kept), 1, kept[0] - 1)
    assert intake.dropped_so_far().count == 0


def test_what_a_failed_commit_held_is_given_up_later_and_told_as_what_it_is() -> None:
    intake = intake_of(max_pending=5000)
    held = [add(intake) for _ in range(10)]
    intake.take()
    waiting = [add(intake) for _ in range(30)]
    intake.settle(written=False)
    numbers = [*held, *waiting, *(add(intake) for _ in range(2))]
    kept = [row[0] for row in intake.take().rows]
    missing = sorted(set(numbers) - set(kept))
    assert missing[0] == held[0]
    assert missing[-1] > waiting[0]  # was given up while the commit held those before it
    dropped = intake.dropped_so_far()
    assert (dropped.count, dropped.first, dropped.last) == (len(missing), missing[0], missing[-1])


def test_a_full_memory_gives_up_the_newest_when_so_configured() -> None:
    intake = intake_of(max_pending=5000, when_full="drop-new")
    numbers = [add(intake) for _ in range(100)]
    kept = [row[0] for row in intake.take().rows]
    assert kept == list(range(1, len(kept) + 1))
    assert numbers.count(NOT_KEPT) == intake.dropped_so_far().count == 100 - len(kept)


def test_what_a_running_commit_holds_is_not_given_up() -> None:
    intake = intake_of(max_pending=2000)
    while add(intake) < 5:
        pass
    taken = [row[0] for row in intake.take().rows]
    for _ in range(50):
        add(intake)
    intake.settle(written=False)
    assert [row[0] for row in intake.take().rows][: len(taken)] == taken


def test_memory_serves_recent_entries_or_says_it_cannot() -> None:
    intake = Intake(JournalSettings(recent=10), Clock(), Found(), Counters())
    for _ in range(30):
        add(intake)
    assert intake.recent(10, 5, 30) is None
    entries = intake.recent(20, 3, 30)
    assert entries is not None
    assert [entry.seq for entry in entries] == [21, 22, 23]
    entries = intake.recent(25, 100, 27)
    assert entries is not None
    assert [entry.seq for entry in entries] == [26, 27]
    assert all(isinstance(entry, Scan) for entry in entries)
