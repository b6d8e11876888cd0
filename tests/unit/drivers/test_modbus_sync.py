"""Nothing but the answer to the request just sent is ever taken, however late replies come."""

import asyncio
import functools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.errors import DeviceError, DriverError, IllegalAddressError, ReplyTimeoutError
from drivers.modbus.pdu import Request
from drivers.modbus.planner import probes
from drivers.modbus.sync import Sync
from drivers.modbus.unit import RtuUnit, TcpUnit
from drivers.transport.link import Settings
from tests.examples import examples
from tests.modbus_lab import Refusal, Say, answer, memory_link, to_rtu, to_tcp
from tests.virtual_time import run_virtual

SPANS = [Request(3, address, 1) for address in range(4)]
PROBES = probes(SPANS, lambda _: 125, 0)
LEGAL = range(4)
TIMEOUT, QUIET = 0.5, 0.2
LATEST = (len(PROBES) - 1) * (TIMEOUT + QUIET)
"""How late a reply may be: less than a whole round of probes."""


class SlowUnit:
    """Answers in order, each request after a delay of its own, or never.

    All registers of a reply hold the running number of its request, so that an answer taken for
    another request shows.
    """

    def __init__(self, moods: list[tuple[float, int]], *, latest: float, tcp: bool) -> None:
        self.asked = 0
        self._moods = moods
        self._latest = latest
        self._tcp = tcp
        self._busy_until = 0.0

    def far(self, request: bytes, say: Say) -> None:
        self.asked += 1
        number = self.asked
        delay, busy = self._moods.pop(0) if self._moods else (0.01, 0)
        now = asyncio.get_running_loop().time()
        done = max(self._busy_until, now) + delay
        if done - now > self._latest:
            return  # lost
        self._busy_until = done
        rtu = to_rtu(request) if self._tcp else request
        reply = answer(rtu, functools.partial(self._registers, number, busy))
        say(to_tcp(request[:2], reply) if self._tcp else reply, self._busy_until - now)

    @staticmethod
    def _registers(
        number: int, busy: int, _f: int, address: int, count: int
    ) -> list[int] | Refusal:
        if address + count > LEGAL.stop:
            return Refusal(2)
        return Refusal(busy) if busy else [number] * count


moods = st.lists(
    st.tuples(
        st.sampled_from([0.01, 0.01, 0.3, 0.6, 0.9, 1.3, 2.0, 99.0]), st.sampled_from([0, 0, 0, 6])
    ),
    max_size=25,
)
questions = st.lists(
    st.builds(Request, st.just(3), st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=15
)


async def converse(
    slow: list[tuple[float, int]], asked: list[Request], *, latest: float, tcp: bool
) -> None:
    device = SlowUnit(slow, latest=latest, tcp=tcp)
    link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
    unit = (TcpUnit if tcp else RtuUnit)(1, PROBES)
    for request in asked:
        legal = request.end <= LEGAL.stop
        try:
            found = await unit.ask(link, request)
        except IllegalAddressError:
            assert not legal, "a refusal of another request was taken for this one's"
        except DriverError:
            continue
        else:
            assert legal
            assert found.data == device.asked.to_bytes(2, "big") * request.count
    await link.close()


# Refusals of earlier requests came soon after the probes, which so were used up too fast.
@example(slow=[(0.9, 6), (0.9, 6), (0.9, 6), (0.9, 0)], asked=[Request(3, 0, 1)] * 5)
@examples(300)
@given(moods, questions)
def test_rtu_never_takes_a_late_reply(slow: list[tuple[float, int]], asked: list[Request]) -> None:
    run_virtual(converse(slow, asked, latest=LATEST, tcp=False))


@examples(100)
@given(moods, questions)
def test_tcp_never_takes_a_late_reply_however_late(
    slow: list[tuple[float, int]], asked: list[Request]
) -> None:
    run_virtual(converse(slow, asked, latest=60.0, tcp=True))


def test_without_the_probe_the_property_would_fail() -> None:
    """The same conversation with the state forgotten: the test above can see what it guards."""

    async def forgetful() -> bytes:
        device = SlowUnit([(0.9, 0), (0.4, 0)], latest=9.0, tcp=False)
        link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=0.0))
        with pytest.raises(ReplyTimeoutError):
            await RtuUnit(1, PROBES).ask(link, SPANS[0])
        return (await RtuUnit(1, PROBES).ask(link, SPANS[1])).data

    assert run_virtual(forgetful()) == b"\0\1", "the answer to the first request"


def test_after_a_timeout_a_probe_of_another_length_comes_first() -> None:
    async def talk() -> list[bytes]:
        device = SlowUnit([(99.0, 0)], latest=9.0, tcp=False)
        link, line = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = RtuUnit(1, PROBES)
        with pytest.raises(ReplyTimeoutError):
            await unit.ask(link, SPANS[2])
        await unit.ask(link, SPANS[2])
        return [sent[2:6] for _, sent in line.sent]

    first, probe, again = run_virtual(talk())
    assert first == again == b"\0\2\0\1"
    assert probe == b"\0\0\0\2"


def test_a_cancelled_request_counts_as_outstanding() -> None:
    async def talk() -> list[bytes]:
        device = SlowUnit([(0.4, 0)], latest=9.0, tcp=False)
        link, line = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = RtuUnit(1, PROBES)
        task = asyncio.create_task(unit.ask(link, SPANS[0]))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await unit.ask(link, SPANS[0])).data == device.asked.to_bytes(2, "big")
        return [sent[2:6] for _, sent in line.sent]

    assert run_virtual(talk())[1] == b"\0\0\0\2"


def test_probe_of_a_unit_that_only_refuses_is_an_error_after_a_failure() -> None:
    async def talk() -> None:
        device = SlowUnit([(99.0, 0), *[(0.01, 6)] * 9], latest=9.0, tcp=False)
        link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = RtuUnit(1, PROBES)
        with pytest.raises(ReplyTimeoutError):
            await unit.probe(link)
        with pytest.raises(DeviceError, match="only refusals"):
            await unit.probe(link)

    run_virtual(talk())


def test_a_refusal_is_an_answer_when_nothing_is_outstanding() -> None:
    async def talk() -> None:
        for tcp in (False, True):
            device = SlowUnit([(0.01, 4)], latest=9.0, tcp=tcp)
            link, _ = memory_link(device.far)
            await (TcpUnit if tcp else RtuUnit)(1, PROBES).probe(link)
            assert device.asked == 1

    run_virtual(talk())


def test_a_refused_address_proves_being_in_step_after_a_proven_request() -> None:
    sync = Sync()
    sync.end(sync.begin(SPANS[0]), None)
    sync.begin(SPANS[0])  # never answered; it cannot bring exception 2, having brought data
    ticket = sync.begin(Request(3, 0, 9))
    assert sync.end(ticket, 2)
    assert not sync.suspect


def test_a_refused_address_proves_nothing_when_the_outstanding_request_may_be_refused() -> None:
    sync = Sync()
    sync.begin(Request(3, 70, 1))
    assert not sync.end(sync.begin(Request(3, 0, 9)), 2)
    assert sync.suspect


def test_when_all_lengths_are_outstanding_the_oldest_is_used_again() -> None:
    sync = Sync()
    order: list[Request] = []
    for _ in range(len(PROBES) + 2):
        order.append(sync.choose(PROBES))
        sync.begin(order[-1])
    assert order[: len(PROBES)] == list(PROBES)
    assert order[len(PROBES) :] == list(PROBES[:2])
