import asyncio
from collections.abc import Mapping
from typing import Any

from daq.deliver.progress import MAX_RANGES, REQUEUED_RANGES, Progress
from daq.deliver.refusals import QUIET, Refusals
from daq.journal import Cursor, Journal
from tests.virtual_time import run_virtual


class Kept(Journal):
    """The part of a journal that refusals touch."""

    def __init__(self) -> None:
        self.refused: dict[int, str] = {}
        self.told: list[tuple[str, dict[str, Any]]] = []

    def quarantine(self, sink: str, refused: Mapping[int, str]) -> None:
        assert sink == "broker"
        self.refused |= refused

    def append_event(self, kind: str, subject: str, text: str, **more: Any) -> int:  # noqa: ANN401 - as inherited
        self.told.append((kind, more["data"]))
        return 1000 + len(self.told)


def test_an_episode_of_refusals_is_told_when_it_begins_and_when_it_has_ended() -> None:
    async def main() -> None:
        journal = Kept()
        refusals = Refusals(journal, "broker")
        refusals.look()
        for seq in range(1, 100, 2):
            refusals.add({seq: "no such topic", seq + 1: "no such topic"})
            await asyncio.sleep(QUIET / 2)
            refusals.look()
        assert journal.told == [("entries-refused", {"first": 1, "reason": "no such topic"})]
        await asyncio.sleep(QUIET)
        for _ in range(3):
            refusals.look()
        assert journal.told[1:] == [("entries-refused-end", {"count": 100})]
        assert sorted(journal.refused) == list(range(1, 101))

    run_virtual(main())


def test_events_of_refusals_that_are_refused_themselves_do_not_go_on_for_ever() -> None:
    async def main() -> None:
        journal = Kept()
        refusals = Refusals(journal, "broker")
        refusals.add({1: "not authorized"})
        refused = 0
        for _ in range(20):
            events, refused = range(refused, len(journal.told)), len(journal.told)
            refusals.add({1001 + event: "events are not allowed either" for event in events})
            await asyncio.sleep(QUIET)
            refusals.look()
        assert [kind for kind, _ in journal.told] == ["entries-refused", "entries-refused-end"]
        assert sorted(journal.refused) == [1, 1001, 1002]

    run_virtual(main())


def test_entries_put_back_are_backlog_as_far_as_there_is_room() -> None:
    progress = Progress(Cursor(10_000, ((5, 5),)))
    scattered = range(1, 4001, 2)
    assert progress.requeue([11_000, *scattered]) == list(scattered)[:REQUEUED_RANGES]
    assert len(progress.cursor.backlog) == REQUEUED_RANGES < MAX_RANGES
    assert Progress(Cursor(10)).requeue([4, 3, 12]) == [3, 4, 12]  # 12 comes anyway
