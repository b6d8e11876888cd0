"""When a broker is asked whether it lives, and when it is given up, on virtual time."""

import asyncio

from daq.deliver.mqtt_wire.keepalive import KeepAlive
from tests.virtual_time import run_virtual


class Watched:
    """A keep-alive of 30 s with 10 s of patience, and when it did what."""

    def __init__(self) -> None:
        self.clock = asyncio.get_running_loop().time
        self.begun = self.clock()
        self.pings: list[float] = []
        self.deaths: list[tuple[float, str]] = []
        self.keepalive = KeepAlive(30.0, 10.0, ping=self._ping, dead=self._dead)

    def _ping(self) -> None:
        self.pings.append(round(self.clock() - self.begun, 3))

    def _dead(self, reason: str) -> None:
        self.deaths.append((round(self.clock() - self.begun, 3), reason))


def test_a_silent_publisher_asks_once_a_period() -> None:
    async def main() -> Watched:
        watched = Watched()
        for _ in range(4):
            await asyncio.sleep(31)
            watched.keepalive.answered()
        watched.keepalive.stop()
        await asyncio.sleep(1000)
        return watched

    watched = run_virtual(main())
    assert watched.pings == [30, 61, 92, 123]
    assert not watched.deaths


def test_a_publisher_that_sends_asks_nothing() -> None:
    async def main() -> Watched:
        watched = Watched()
        for _ in range(20):
            await asyncio.sleep(20)
            watched.keepalive.sent()
        await asyncio.sleep(29)
        watched.keepalive.stop()
        return watched

    assert not run_virtual(main()).pings


def test_a_broker_that_does_not_answer_is_given_up_once() -> None:
    async def main() -> Watched:
        watched = Watched()
        watched.keepalive.answered()  # nobody asked
        for _ in range(60):
            await asyncio.sleep(1)
            watched.keepalive.sent()  # whatever else is sent
        return watched

    watched = run_virtual(main())
    assert watched.pings == []
    assert not watched.deaths

    async def silent() -> Watched:
        watched = Watched()
        await asyncio.sleep(39)
        watched.keepalive.sent()
        await asyncio.sleep(1000)
        return watched

    watched = run_virtual(silent())
    assert watched.pings == [30]
    assert watched.deaths == [(40, "no PINGRESP within 10 s")]
