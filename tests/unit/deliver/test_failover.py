"""Several addresses of one destination, on virtual time."""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from typing import Any

import pytest

from daq.deliver.failover import Failover
from daq.deliver.present import Present
from daq.deliver.settings import FailoverSettings
from daq.deliver.sink import (
    Beat,
    Outcome,
    SinkMisconfiguredError,
    SinkSwitchError,
    SinkUnavailableError,
)
from daq.journal import Entry, Severity
from tests.virtual_time import run_virtual

SETTINGS = FailoverSettings(connect_timeout=15.0, avoid_first=30.0, avoid_longest=600.0)


class Address:
    """One address: ``wrong`` is raised by whatever is asked of it, while it is set."""

    name = "broker"
    retains = True

    def __init__(self, address: str) -> None:
        self.address = address
        self.wrong: Exception | None = None
        self.deaf = False
        self.takes = True
        self.open = False
        self.connects: list[float] = []
        self.writes = 0
        self.beats = 0
        self.shown: list[Present] = []

    async def connect(self) -> None:
        self.connects.append(asyncio.get_running_loop().time())
        if self.deaf:
            await asyncio.sleep(1e6)
        self.check()
        self.open = True

    def check(self) -> None:
        if self.wrong is not None:
            raise self.wrong

    async def write(
        self, batch: Sequence[Entry], *, historical: bool, newest: Collection[int] = ()
    ) -> Outcome:
        assert self.open
        self.check()
        if not self.takes:
            raise SinkUnavailableError("no PUBACK")
        self.writes += 1
        return Outcome()

    async def show(self, present: Present) -> bool:
        self.check()
        self.shown.append(present)
        return True

    async def beat(self, beat: Beat) -> None:
        self.check()
        self.beats += 1

    async def close(self) -> None:
        self.open = False


class Events:
    def __init__(self) -> None:
        self.told: list[tuple[str, Severity, dict[str, Any]]] = []

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, Any] | None = None,
        time: int | None = None,
    ) -> int:
        assert (kind, subject) == ("sink-switched", "broker")
        self.told.append((text, severity, data or {}))
        return len(self.told)


class House:
    """A sink of several addresses, and what was told of it."""

    def __init__(self, *names: str) -> None:
        self.addresses = [Address(name) for name in names]
        self.events = Events()
        self.sink = Failover(self.events, self.addresses, SETTINGS)

    @property
    def open(self) -> list[str]:
        return [address.address for address in self.addresses if address.open]

    async def deliver(self) -> None:
        """What a pump does: connect, write; after a failure again."""
        try:
            self.sink.check()
        except SinkSwitchError:
            await self.sink.connect()
        await self.sink.write([], historical=False)

    async def fail(self) -> None:
        with pytest.raises(SinkUnavailableError):
            await self.deliver()
        await self.sink.close()
        assert not self.open


AWAY = SinkUnavailableError("connection refused")
WRONG = SinkMisconfiguredError("bad user name or password")


def virtual(main: Coroutine[Any, Any, None]) -> None:
    run_virtual(main)


def test_the_first_that_answers_is_used() -> None:
    async def main() -> None:
        house = House("a", "b", "c")
        house.addresses[0].wrong = AWAY
        await house.sink.connect()
        assert (house.open, house.sink.address) == (["b"], "b")
        await house.deliver()
        assert house.events.told == [
            (
                "sink broker now delivers to b (a: connection refused)",
                "warning",
                {"from": "a", "to": "b", "reason": "a: connection refused"},
            )
        ]
        await house.sink.close()
        assert house.open == []

    virtual(main())


def test_nothing_is_told_while_the_preferred_one_serves() -> None:
    async def main() -> None:
        house = House("a", "b")
        await house.sink.connect()
        await house.deliver()
        await asyncio.sleep(3600)
        await house.deliver()
        assert (house.open, house.events.told) == (["a"], [])
        assert house.addresses[1].connects == []
        await house.sink.close()

    virtual(main())


def test_a_sign_of_life_goes_to_the_address_in_use_and_may_be_what_fails() -> None:
    async def main() -> None:
        house = House("a", "b")
        await house.sink.connect()
        await house.sink.beat(Beat(1, {}))
        assert [address.beats for address in house.addresses] == [1, 0]
        assert await house.sink.show(Present())
        assert [address.shown for address in house.addresses] == [[Present()], []]
        house.addresses[0].wrong = AWAY
        with pytest.raises(SinkUnavailableError):
            await house.sink.beat(Beat(2, {}))
        await house.sink.close()
        await house.sink.connect()
        assert house.open == ["b"]
        await house.sink.close()

    virtual(main())


def test_wrong_credentials_at_the_first_do_not_hide_the_second() -> None:
    async def main() -> None:
        house = House("a", "b")
        house.addresses[0].wrong = WRONG
        await house.sink.connect()
        assert house.open == ["b"]
        await house.sink.close()

    virtual(main())


def test_an_address_that_says_nothing_does_not_hide_the_second() -> None:
    async def main() -> None:
        house = House("a", "b")
        house.addresses[0].deaf = True
        await house.sink.connect()
        assert house.open == ["b"]
        await house.sink.close()

    virtual(main())


@pytest.mark.parametrize(
    ("wrong", "kind", "wait"),
    [
        ((WRONG, WRONG), SinkMisconfiguredError, None),
        ((WRONG, AWAY), SinkUnavailableError, None),
        ((SinkUnavailableError("busy", retry_after=7.0), AWAY), SinkUnavailableError, 7.0),
    ],
)
def test_when_none_will_have_us_the_error_names_each(
    wrong: tuple[Exception, Exception], kind: type[Exception], wait: float | None
) -> None:
    async def main() -> None:
        house = House("a", "b")
        house.addresses[0].wrong, house.addresses[1].wrong = wrong
        with pytest.raises(SinkUnavailableError) as caught:
            await house.sink.connect()
        assert type(caught.value) is kind
        assert str(caught.value) == f"a: {wrong[0]}; b: {wrong[1]}"
        assert caught.value.retry_after == wait
        house.addresses[1].wrong = None  # all are avoided now, and all are tried
        await house.sink.connect()
        assert house.open == ["b"]
        await house.sink.close()

    virtual(main())


def test_the_preferred_one_is_returned_to_when_it_answers_again() -> None:
    async def main() -> None:
        house = House("a", "b")
        first, second = house.addresses
        await house.sink.connect()
        await house.deliver()
        first.wrong = AWAY
        await house.fail()
        await house.sink.connect()
        await house.deliver()
        assert house.open == ["b"]
        await asyncio.sleep(300)
        await house.deliver()
        assert 3 <= len(first.connects) <= 7  # asked again, less and less often
        first.wrong = None
        await asyncio.sleep(600)
        await house.deliver()
        assert (house.open, house.sink.address) == (["a"], "a")
        assert [(data["to"], severity) for _, severity, data in house.events.told] == [
            ("b", "warning"),
            ("a", "info"),
        ]
        assert (first.writes, second.writes) == (2, 2)
        await house.sink.close()

    virtual(main())


def test_one_that_connects_and_takes_nothing_is_avoided_for_longer_each_time() -> None:
    async def main() -> None:
        house = House("a", "b")
        first, _ = house.addresses
        first.takes = False
        await house.sink.connect()
        for _ in range(3600):
            try:
                await house.deliver()
            except SinkUnavailableError:
                await house.sink.close()
                await house.sink.connect()
            await asyncio.sleep(1)
        # Six waits to reach 600 s, then at least half of that from one try to the next.
        assert len(first.connects) <= 6 + 3600 / 300
        assert len(house.events.told) == 1  # it was never told to be in use again
        await house.sink.close()

    virtual(main())


def test_an_address_that_served_for_long_is_forgiven() -> None:
    async def main() -> None:
        house = House("a", "b")
        first, _ = house.addresses
        first.wrong = AWAY
        for _ in range(10):
            await house.sink.connect()
            await house.sink.close()
        first.wrong = None
        await house.sink.connect()  # to b
        await asyncio.sleep(601)
        await house.deliver()
        assert house.open == ["a"]
        await asyncio.sleep(3600)
        first.wrong = AWAY
        await house.fail()
        first.wrong = None
        await house.sink.connect()
        await asyncio.sleep(31)
        await house.deliver()
        assert house.open == ["a"]
        await house.sink.close()

    virtual(main())


def test_what_one_will_not_have_another_may_take_soon() -> None:
    async def main() -> None:
        house = House("a", "b")
        first, second = house.addresses
        await house.sink.connect()
        first.wrong = WRONG
        with pytest.raises(SinkUnavailableError) as caught:
            await house.sink.write([], historical=False)
        assert type(caught.value) is SinkUnavailableError
        await house.sink.connect()
        second.wrong = WRONG
        with pytest.raises(SinkMisconfiguredError):
            await house.sink.write([], historical=False)
        await house.sink.close()

    virtual(main())


def test_a_write_without_end_makes_another_address_preferred() -> None:
    async def main() -> None:
        house = House("a", "b")
        await house.sink.connect()
        house.addresses[0].write = _for_ever
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(house.sink.write([], historical=False), 1)
        await house.sink.connect()
        assert house.open == ["b"]
        await house.sink.close()

    virtual(main())


async def _for_ever(*_: object, **__: object) -> Outcome:
    await asyncio.sleep(1e6)
    return Outcome()


def test_a_better_one_that_was_found_too_late_is_closed_again() -> None:
    async def main() -> None:
        house = House("a", "b")
        house.addresses[0].wrong = AWAY
        await house.sink.connect()
        house.addresses[0].wrong = None
        await asyncio.sleep(60)
        assert house.open == ["a", "b"]
        with pytest.raises(SinkSwitchError):
            house.sink.check()
        await house.sink.close()
        assert house.open == []
        with pytest.raises(SinkUnavailableError):
            house.sink.check()

    virtual(main())


def test_it_is_what_its_sinks_are() -> None:
    async def main() -> None:
        house = House("a", "b")
        assert (house.sink.name, house.sink.retains, house.sink.address) == ("broker", True, "a")
        with pytest.raises(SinkUnavailableError, match="not connected"):
            await house.sink.write([], historical=False)

    virtual(main())
