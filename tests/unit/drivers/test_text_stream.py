"""Instruments that talk without being asked, on virtual time."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from drivers.errors import DisconnectedError, DriverError, ReplyError, ReplyTimeoutError
from drivers.model import Quality, Sample, Status
from drivers.text.driver import TextDriver
from drivers.text.ear import KEPT
from drivers.text.profile import TextProfile
from drivers.transport.link import Link, Settings
from tests.modbus_lab import MemoryLine, Say, memory_link
from tests.virtual_time import VirtualLoop, run_virtual

FORMS = [{"pattern": r"W (?P<weight>[-0-9.]+) g"}, {"pattern": "OVER", "status": "over range"}]


def profile(stream: dict[str, Any] | None = None, **tables: object) -> TextProfile:
    weights = {"reply": FORMS, "stale": 3.0, "ignore": ["-+"]} | (stream or {})
    return TextProfile.model_validate(
        {
            "profile": {
                "name": "talker",
                "manufacturer": "Example",
                "model": "X",
                "protocol": "text",
                "source": ["made up for this test"],
            },
            "stream": {"weights": weights},
            "channel": {"weight": {"query": "weights"}},
            **tables,
        }
    )


KEYED = {"silence": "off"}
Talk = Callable[[Link, MemoryLine], Coroutine[object, object, None]]


def deaf(_request: bytes, _say: Say) -> None:
    """A far end that does not care what it is told."""


def on_line(talk: Talk) -> None:
    async def run() -> None:
        link, line = memory_link(deaf, Settings(timeout=0.5, drain_limit=1.0))
        await talk(link, line)

    run_virtual(run())


def now() -> float:
    return asyncio.get_running_loop().time()


def driver(**stream: object) -> TextDriver:
    return TextDriver(profile(stream))


async def weight(found: Coroutine[object, object, Sample]) -> tuple[object, Status]:
    sample = await found
    return sample.values[0], sample.statuses[0]


def test_a_read_waits_for_the_next_line_and_takes_its_arrival() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        line.say(b"W 1.5 g\r\n", 2.0)
        before = time.time_ns()
        sample = await reader.read(link, reader.plan(["weight"]))
        assert (sample.values, sample.statuses) == ((1.5,), (Status.GOOD,))
        assert before <= sample.time <= time.time_ns()
        assert now() == pytest.approx(1002.0)
        assert line.sent == []

    on_line(talk)


def test_of_the_lines_since_the_last_read_the_newest_counts_and_only_once() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        plan = reader.plan(["weight"])
        for number in range(1, 10):
            line.say(b"W %d g\r\n" % number, number)
        assert await weight(reader.read(link, plan)) == (1.0, Status.GOOD)
        await asyncio.sleep(2.5)
        begin = now()
        assert await weight(reader.read(link, plan)) == (3.0, Status.GOOD)
        assert now() == begin
        assert await weight(reader.read(link, plan)) == (4.0, Status.GOOD)

    on_line(talk)


def test_two_groups_read_the_same_line() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        plans = [reader.plan(["weight"]), reader.plan(["weight"])]
        line.say(b"W 7 g\r\n", 1.0)
        assert [await weight(reader.read(link, plan)) for plan in plans] == [(7.0, Status.GOOD)] * 2

    on_line(talk)


def test_a_line_within_which_listening_begins_is_not_believed() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        line.say(b"W 1", 0.1)  # of W 17 g, whose beginning went by before
        line.say(b"7 g\r\nW 8 g\r\n", 0.2)
        assert await weight(reader.read(link, reader.plan(["weight"]))) == (8.0, Status.GOOD)

    on_line(talk)


def test_an_old_line_is_not_reported() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        plan = reader.plan(["weight"])
        line.say(b"W 1 g\r\n", 1.0)
        line.say(b"W 2 g\r\n", 2.0)
        await reader.read(link, plan)
        await asyncio.sleep(5.0)
        begin = now()
        with pytest.raises(ReplyTimeoutError, match="nothing heard for 3 s"):
            await reader.read(link, plan)
        assert now() - begin == pytest.approx(3.0)

    on_line(talk)


@pytest.mark.parametrize("garbage", [b"nonsense\r\n", b"\xff\xfe\r\n", b"x" * 500])
def test_only_garbage_is_no_silence(garbage: bytes) -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        line.say(garbage, 1.0)
        with pytest.raises(ReplyError, match="line") as caught:
            await reader.read(link, reader.plan(["weight"]))
        assert caught.value.status is Status.MALFORMED_REPLY
        line.say(b"W 3 g\r\nW 3.1 g\r\n", 1.0)
        assert await weight(reader.read(link, reader.plan(["weight"]))) == (3.1, Status.GOOD)

    on_line(talk)


def test_ignored_lines_and_statuses() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        line.say(b"\r\n-----\r\nOVER\r\n", 1.0)
        plan = reader.plan(["weight"])
        assert await weight(reader.read(link, plan)) == (None, Status.OVER_RANGE)

    on_line(talk)


def test_a_checksum_of_a_stream() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = TextDriver(profile(text={"checksum": {"algorithm": "sum8"}}))
        plan = reader.plan(["weight"])
        line.say(b"W 1 g2F\r\n", 1.0)
        assert await weight(reader.read(link, plan)) == (1.0, Status.GOOD)
        line.say(b"W 2 g2F\r\n", 1.0)
        with pytest.raises(ReplyError, match="checksum"):
            await reader.read(link, plan)

    on_line(talk)


def test_each_press_of_a_key_is_reported_and_silence_is_normal() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver(**KEYED)
        await reader.identify(link)
        plan = reader.plan(["weight"])
        begin = now()
        assert await weight(reader.read(link, plan)) == (None, Status.OFF)
        assert now() == begin
        for number in (1, 2):
            line.say(b"W %d g\r\n" % number, number)
        line.say(b"blurred\r\n", 3)
        await asyncio.sleep(3600)
        assert await weight(reader.read(link, plan)) == (1.0, Status.GOOD)
        assert await weight(reader.read(link, plan)) == (2.0, Status.GOOD)
        with pytest.raises(ReplyError, match="blurred"):
            await reader.read(link, plan)
        assert await weight(reader.read(link, plan)) == (None, Status.OFF)

    on_line(talk)


def test_no_more_lines_are_kept_than_will_be_read() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver(**KEYED)
        plan = reader.plan(["weight"])
        await reader.read(link, plan)
        await asyncio.sleep(1)
        for number in range(KEPT + 10):
            line.say(b"W %d g\r\n" % number, number / 1000)
        await asyncio.sleep(1)
        assert await weight(reader.read(link, plan)) == (10.0, Status.GOOD)

    on_line(talk)


def stop_after(link: Link, seconds: float, *pieces: bytes) -> Callable[[], int]:
    """Stop the process for 60 s; the pieces wait then, one for each turn of the loop.

    Returns the link's clock: 0 at the begin of the stop, ns.
    """
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    begin = now() + seconds
    link.clock = lambda: round((now() - begin) * 1e9)

    def read(*waiting: bytes) -> None:
        link.data_received(waiting[0])
        if waiting[1:]:
            loop.call_soon(read, *waiting[1:])

    def stop() -> None:
        loop.stand_still(60.0)
        loop.call_soon(read, *pieces)

    loop.call_at(begin, stop)
    return link.clock


def test_a_stream_that_was_read_late_is_passed_over_for_the_next_line() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        plan = reader.plan(["weight"])
        line.say(b"W 0 g\r\n", 0.5)
        assert await weight(reader.read(link, plan)) == (0.0, Status.GOOD)
        clock = stop_after(link, 1.0, b"W 1 g\r\nW 2 g\r\n", b"W 3 g\r\nW 4")
        await asyncio.sleep(1.5)
        line.say(b"5 g\r\n", 0.1)  # W 4 or W 45: some may have been lost in between
        line.say(b"W 6 g\r\n", 2.0)
        before = clock()
        sample = await reader.read(link, plan)
        assert (sample.values, sample.statuses) == ((6.0,), (Status.GOOD,))
        assert sample.time - before == pytest.approx(2e9, rel=1e-3)

    on_line(talk)


def test_a_line_read_late_that_is_not_old_is_uncertain() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver(stale=100.0)
        plan = reader.plan(["weight"])
        line.say(b"W 0 g\r\n", 0.5)
        await reader.read(link, plan)
        stop_after(link, 1.0, b"W 1 g\r\nOVER\r\nW 2", b" g\r\n")
        await asyncio.sleep(1.5)
        sample = await reader.read(link, plan)
        assert (sample.values, sample.statuses) == ((2.0,), (Status.READ_LATE,))
        assert sample.time == pytest.approx(30e9, rel=0.01)

    on_line(talk)


def test_every_key_pressed_while_the_process_was_stopped_counts() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver(**KEYED)
        plan = reader.plan(["weight"])
        await reader.read(link, plan)
        stop_after(link, 1.0, b"W 1 g\r\nOVER\r\nW 2 g\r\n", b"W 3 g\r\n")
        await asyncio.sleep(1.5)
        line.say(b"W 4 g\r\n", 1.0)  # after a silence a line begins
        await asyncio.sleep(1.5)
        samples = [await reader.read(link, plan) for _ in range(5)]
        assert [sample.values[0] for sample in samples] == [1.0, None, 2.0, 3.0, 4.0]
        late, over, good = Status.READ_LATE, Status.OVER_RANGE, Status.GOOD
        assert [sample.statuses[0] for sample in samples] == [late, over, late, late, good]
        times = [sample.time for sample in samples]
        assert times == sorted(times)
        assert times[:4] == pytest.approx([30e9] * 4, rel=0.01)

    on_line(talk)


def test_what_follows_at_once_may_be_the_rest_of_a_line() -> None:
    """The operating system may have lost its beginning, and what is left be a number."""

    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver(**KEYED)
        plan = reader.plan(["weight"])
        await reader.read(link, plan)
        stop_after(link, 1.0, b"W 1 g\r\n")
        asyncio.get_running_loop().call_at(now() + 61.1, line.say, b"W 2 g\r\nW 3 g\r\n")
        await asyncio.sleep(62)
        found = [await weight(reader.read(link, plan)) for _ in range(3)]
        late = Status.READ_LATE
        assert found == [(1.0, late), (2.0, late), (3.0, Status.GOOD)]

    on_line(talk)


def test_what_waited_is_no_beginning_of_a_line() -> None:
    """No silence is known in which a line could have begun."""

    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver(**KEYED)
        plan = reader.plan(["weight"])
        await reader.read(link, plan)
        stop_after(link, 0.1, b"7 g\r\nW 8 g\r\n")
        await asyncio.sleep(1.5)
        assert await weight(reader.read(link, plan)) == (8.0, Status.READ_LATE)

    on_line(talk)


def test_a_lost_line_ends_the_wait() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        asyncio.get_running_loop().call_later(1.0, line.lose, OSError(5, "Input/output error"))
        with pytest.raises(DisconnectedError, match="unplugged"):
            await reader.read(link, reader.plan(["weight"]))
        with pytest.raises(DisconnectedError):
            await reader.read(link, reader.plan(["weight"]))

    on_line(talk)


def test_a_cancelled_wait_hears_the_next_line() -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver()
        plan = reader.plan(["weight"])
        waiting = asyncio.create_task(reader.read(link, plan))
        await asyncio.sleep(0.5)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        line.say(b"W 6 g\r\n", 0.1)
        await asyncio.sleep(1)
        assert await weight(reader.read(link, plan)) == (6.0, Status.GOOD)

    on_line(talk)


class Streamer:
    """Talks five times a second unless it is stopped; answers only then."""

    def __init__(self) -> None:
        self.running = True
        self.heard: list[bytes] = []

    def __call__(self, request: bytes, say: Say) -> None:
        self.heard.append(request)
        if request == b"STOP\r\n":
            self.running = False
        elif request == b"RUN\r\n":
            self.running = True
        elif not self.running:
            say(b"I am X1\r\n", 0.05)

    async def talk(self, line: MemoryLine) -> None:
        count = 0
        while True:
            await asyncio.sleep(0.1)
            if self.running:
                count += 1
                line.say(b"W %d g\r\n" % count)


def test_a_stream_is_stopped_for_the_identification_and_started_again() -> None:
    tables = {
        "text": {"wake": ["STOP"], "startup": ["RUN"]},
        "identify": {"queries": ["who"], "expect": {"model": "X1"}},
        "query": {"who": {"send": "WHO", "reply": [{"pattern": r"I am (?P<model>\w+)"}]}},
    }

    async def talk() -> None:
        streamer = Streamer()
        link, line = memory_link(streamer, Settings(timeout=0.5, drain_limit=1.0))
        link.dirty = True
        talking = asyncio.create_task(streamer.talk(line))
        reader = TextDriver(profile(**tables))
        plan = reader.plan(["weight"])
        assert (await reader.identify(link)).model == "X1"
        assert (await reader.read(link, plan)).statuses == (Status.GOOD,)
        await reader.probe(link)
        assert (await reader.read(link, plan)).statuses == (Status.GOOD,)
        assert streamer.heard == [b"STOP\r\n", b"WHO\r\n", b"RUN\r\n"] * 2
        talking.cancel()

    run_virtual(talk())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stream": {"length": 8}}, "a stream consists of lines"),
        ({"stream": {"ignore": ["("]}}, "pattern"),
        ({"stream": {"stale": 0}}, "greater than 0"),
        ({"query": {"weights": {"send": "W", "reply": FORMS}}}, "there is a query of that name"),
        (
            {
                "query": {"w": {"send": "W", "reply": FORMS}},
                "channel": {"weight": {"query": "w"}},
            },
            "is asked for, while",
        ),
    ],
)
def test_what_is_wrong_with_a_stream_is_said(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        profile(**change)


async def outcome(found: Coroutine[object, object, Sample]) -> tuple[object, Status]:
    try:
        return await weight(found)
    except DriverError as error:
        return None, error.status


PIECES = st.sampled_from([b"\r\n", b"W ", b" g", b"1.5", b"OVER", b"-", b"W 2 g\r\n"])


@given(
    stream=st.lists(PIECES | st.binary(max_size=5), max_size=20),
    keyed=st.booleans(),
    pause=st.sampled_from([0.0, 0.05, 0.5]),
)
def test_any_bytes_give_a_value_a_status_or_a_driver_error(
    *, stream: list[bytes], keyed: bool, pause: float
) -> None:
    async def talk(link: Link, line: MemoryLine) -> None:
        reader = driver(**(KEYED if keyed else {}))
        plan = reader.plan(["weight"])
        for number, piece in enumerate(stream):
            line.say(piece, number * pause)
        for _ in range(5):
            value, status = await outcome(reader.read(link, plan))
            assert (value is None) == (status.quality is Quality.BAD)
        assert now() < 1000 + 30

    on_line(talk)
