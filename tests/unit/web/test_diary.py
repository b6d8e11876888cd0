"""What the page has the daemon journal of users."""

import asyncio
from pathlib import Path

import pytest

from daq.access.follow import InForce
from daq.control.client import DeclinedError, NotRunningError
from daq.control.people import PeopleRequest, PeopleTold
from daq.web.access import diary
from daq.web.access.diary import LONGEST, Diary


class Daemon:
    """Answers as it is told to: an error for each that is left, then takes what it is given."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.told = list(errors), list[PeopleRequest]()

    def take(self, path: Path, request: PeopleRequest) -> PeopleTold:
        if self.errors:
            raise self.errors.pop(0)
        self.told.append(request)
        return PeopleTold(1)


async def until_told(daemon: Daemon, one: Diary, count: int) -> None:
    task = asyncio.create_task(one.run(), name="diary")
    async with asyncio.timeout(60):
        while len(daemon.told) < count:  # noqa: ASYNC110 - a stand-in tells nobody
            await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait([task])


def listening(monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> Daemon:
    made = Daemon(*errors)
    monkeypatch.setattr(diary, "tell_people", made.take)
    monkeypatch.setattr(diary, "RETRY", 0.0)
    return made


async def test_it_is_told_in_order_once_the_daemon_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    daemon = listening(monkeypatch, *(NotRunningError("off") for _ in range(50)))
    one = Diary(Path("x"))
    one.signed_in("li", "::1")
    one.locked("wu", "a" * 100, 900.0)
    one.signed_out("li", "::1")
    await until_told(daemon, one, 3)
    assert [told.kind for told in daemon.told] == ["signed-in", "user-locked", "signed-out"]
    assert [told.time for told in daemon.told] == sorted(told.time for told in daemon.told)
    assert len(daemon.told[1].address) == 60


async def test_what_the_daemon_never_takes_holds_up_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    daemon = listening(monkeypatch, *(DeclinedError("no") for _ in range(diary.REFUSALS)))
    one = Diary(Path("x"))
    one.failed("unknown", "::1")
    one.signed_in("li", "::1")
    await until_told(daemon, one, 1)
    assert daemon.told[0].kind == "signed-in"
    assert "sign-in-failed of unknown is not journalled: no" in caplog.text


async def test_there_is_an_end_of_what_waits(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(diary, "MOST", 2)
    daemon, one = listening(monkeypatch), Diary(Path("x"))
    for _ in range(3):
        one.signed_in("li", "::1")
    assert "too much waits" in caplog.text
    await until_told(daemon, one, 2)


async def test_what_differs_fits_into_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    daemon, one = listening(monkeypatch), Diary(Path("x"))
    one.in_force(InForce("a" * 64, "b" * 64, ["娜" * 1000]))
    await until_told(daemon, one, 1)
    assert LONGEST - 3 < len(daemon.told[0].after.encode()) <= LONGEST
