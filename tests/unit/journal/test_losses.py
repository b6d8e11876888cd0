from daq.journal.cursor import Cursor
from daq.journal.losses import Counters, Losses
from daq.journal.retention import Deleted


def test_a_full_journal_is_told_once_per_episode() -> None:
    counters = Counters()
    losses = Losses("drop-new", counters)
    kinds = [[n.kind for n in losses.pressed(p)] for p in (0.5, 1.1, 1.2, 0.99)]
    assert kinds == [[], ["journal-full"], [], []]
    assert losses.full
    counters.refused = 17
    (notice,) = losses.pressed(0.9)
    assert notice.kind == "journal-full-end"
    assert notice.data["count"] == 17
    assert not losses.full


def test_a_sink_that_loses_entries_is_told_at_the_beginning_and_the_end() -> None:
    counters = Counters()
    losses = Losses("drop-oldest", counters)
    cursors = {"slow": Cursor(5), "quick": Cursor(1000)}
    told = [
        [n.kind for n in losses.deleted(Deleted(1, 10, for_room=True), cursors)][-1:],
        [n.kind for n in losses.deleted(Deleted(11, 20, for_room=True), cursors)],
        [n.kind for n in losses.looked()],
        [n.kind for n in losses.deleted(Deleted(21, 30, for_room=False), {"slow": Cursor(100)})],
    ]
    assert told == [["undelivered-dropped"], [], [], []]
    (end,) = losses.looked()
    assert (end.kind, end.subject, end.data["count"]) == ("undelivered-dropped-end", "slow", 15)
    assert counters.undelivered == {"slow": 15}
    assert (counters.dropped_oldest, counters.expired) == (20, 10)
    assert losses.looked() == []


def test_a_journal_found_full_only_when_room_is_made_is_told_too() -> None:
    losses = Losses("drop-oldest", Counters())
    assert losses.pressed(0.5) == []
    (full,) = losses.deleted(Deleted(1, 1000, for_room=True), {})
    assert full.kind == "journal-full"
    (end,) = losses.pressed(0.6)
    assert (end.kind, end.data["count"]) == ("journal-full-end", 1000)
