"""Nothing but the answer to the request just sent is ever taken, however late replies come."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.binary.aibus import Aibus
from drivers.binary.codec import Codec
from drivers.binary.dlt645 import Dlt645
from drivers.binary.keys import Marker, Wire
from drivers.binary.sync import Sync
from drivers.binary.unit import Unit
from drivers.errors import DeviceError, DriverError, ForeignReplyError, ReplyTimeoutError
from drivers.transport.link import Settings
from tests.binary_lab import MODEL_CODE, aibus_reply, controller, meter_answer, meter_frame
from tests.examples import examples
from tests.modbus_lab import Say, memory_link
from tests.virtual_time import run_virtual

TIMEOUT, QUIET = 0.5, 0.2
ROUND = TIMEOUT + QUIET
LATE = 2 * ROUND - 0.01
"""Late enough to be met by a later request; less than a whole round of two markers."""
LATER = 3 * ROUND - 0.01
"""Less than a whole round of three."""
DECIMALS, MODEL, THIRD = 0x0C, 0x15, 0x30
ITEMS = (0x02010100, 0x02020100, 0x00010000)


class SlowDevice:
    """Answers in order, each request after a delay of its own, or never.

    Every reply tells the running number of its request, so that one taken for another shows.
    """

    def __init__(
        self, reply: Callable[[bytes, int, int], bytes], moods: list[tuple[float, int]], late: float
    ) -> None:
        self.asked = 0
        self._reply = reply
        self._moods = moods
        self._latest = late
        self._busy_until = 0.0

    def far(self, request: bytes, say: Say) -> None:
        self.asked += 1
        delay, mood = self._moods.pop(0) if self._moods else (0.01, 0)
        now = asyncio.get_running_loop().time()
        done = max(self._busy_until, now) + delay
        if done - now > self._latest:
            return  # lost
        self._busy_until = done
        say(self._reply(request, self.asked, mood), done - now)


def controller_says(request: bytes, number: int, mood: int) -> bytes:
    """PV is the number; a parameter that is no marker holds what a marker might, to mislead."""
    misleading = (1000, 1, MODEL_CODE)[mood]
    value = {DECIMALS: 1, MODEL: MODEL_CODE, THIRD: 500}.get(request[3], misleading)
    return aibus_reply(value, pv=number)


def meter_says(request: bytes, number: int, mood: int) -> bytes:
    """The value is the number; the meter may refuse."""
    item = int.from_bytes(bytes(byte - 0x33 for byte in request[14:18]), "little")
    return meter_frame(0xD1, b"\x02") if mood == 1 else meter_answer(item, f"{number:04d}")


moods = st.lists(
    st.tuples(
        st.sampled_from([0.01, 0.01, 0.01, 0.3, 0.6, 0.65, 0.9, 1.3, 1.6, 2.0, 99.0]),
        st.sampled_from([0, 0, 1, 2]),
    ),
    max_size=25,
)


def aibus(markers: int = 2) -> Codec:
    third = Marker(item=THIRD, values=((500, 500),))
    found = controller().marker if markers == 2 else {**controller().marker, "third": third}
    return Aibus("1", found, [0x01])


def dlt645() -> Codec:
    return Dlt645("000000000161", dict.fromkeys(ITEMS, 2))


async def converse(codec: Codec, device: SlowDevice, asked: list[int | None]) -> None:
    link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
    unit = Unit(codec, Wire(codec="aibus"))
    for item in asked:
        try:
            found = await unit.ask(link, item)
        except DriverError:
            continue
        told = found.data[:2]
        number = int.from_bytes(told, "little")
        if isinstance(codec, Dlt645):
            number = int(told[::-1].hex())
        assert number == device.asked, "the answer to an earlier request was taken"
        assert item is None or found.item == item
    await link.close()


@examples(400)
@given(moods, st.integers(1, 15))
def test_a_late_reply_of_a_controller_is_never_an_answer(
    slow: list[tuple[float, int]], times: int
) -> None:
    device = SlowDevice(controller_says, slow, late=LATE)
    run_virtual(converse(aibus(), device, [None] * times))


@examples(400)
@given(moods, st.lists(st.sampled_from([None, 0x01]), min_size=1, max_size=15))
def test_nor_is_one_that_tells_a_parameter_which_looks_like_a_marker(
    slow: list[tuple[float, int]], asked: list[int | None]
) -> None:
    """A mistaken marker costs a place in the round, so that there must be a third."""
    device = SlowDevice(controller_says, slow, late=LATE)
    run_virtual(converse(aibus(3), device, asked))


@examples(400)
@given(moods, st.lists(st.sampled_from(ITEMS), min_size=1, max_size=15))
def test_a_late_reply_of_a_meter_is_never_an_answer(
    slow: list[tuple[float, int]], asked: list[int | None]
) -> None:
    device = SlowDevice(meter_says, slow, late=LATER)
    run_virtual(converse(dlt645(), device, asked))


@examples(400)
@given(moods, st.integers(1, 15))
def test_three_markers_bear_replies_that_are_later_still(
    slow: list[tuple[float, int]], times: int
) -> None:
    device = SlowDevice(controller_says, slow, late=LATER)
    run_virtual(converse(aibus(3), device, [None] * times))


def test_without_memory_of_what_is_outstanding_a_late_reply_is_taken() -> None:
    """The trouble is real: what the property rests on is the memory, not the quiet time."""

    async def forgetful() -> bytes:
        device = SlowDevice(controller_says, [(0.9, 0), (0.4, 0)], late=9.0)
        link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=0.0))
        with pytest.raises(ReplyTimeoutError):
            await Unit(aibus(), Wire(codec="aibus")).ask(link)
        return (await Unit(aibus(), Wire(codec="aibus")).ask(link)).data[:2]

    assert run_virtual(forgetful()) == b"\1\0", "the answer to the first request"


def sent(codec: Codec, slow: list[tuple[float, int]], asked: list[int | None]) -> list[int]:
    """The parameters a unit asks a controller for."""

    async def talk() -> list[int]:
        device = SlowDevice(controller_says, slow, late=9.0)
        link, line = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = Unit(codec, Wire(codec="aibus"))
        for item in asked:
            try:
                await unit.ask(link, item)
            except DriverError:
                continue
        return [request[3] for _, request in line.sent]

    return run_virtual(talk())


def test_what_every_reply_has_is_read_with_the_markers_in_turn() -> None:
    assert sent(aibus(), [], [None] * 4) == [DECIMALS, MODEL, DECIMALS, MODEL]


def test_after_silence_the_other_marker_is_proof_enough() -> None:
    assert sent(aibus(), [(99.0, 0)], [None] * 3) == [DECIMALS, MODEL, DECIMALS]


def test_after_an_unmarked_parameter_was_not_answered_it_takes_both_markers() -> None:
    asked: list[int | None] = [None, 0x01, 0x01]
    found = sent(aibus(), [(0.01, 0), (99.0, 0)], asked)
    assert found == [DECIMALS, 0x01, DECIMALS, MODEL, 0x01]


def test_a_late_parameter_that_looks_like_a_marker_is_not_taken_for_it() -> None:
    async def talk() -> int:
        device = SlowDevice(controller_says, [(0.01, 0), (0.9, 1)], late=9.0)
        link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = Unit(aibus(), Wire(codec="aibus"))
        await unit.ask(link)
        with pytest.raises(ReplyTimeoutError):
            await unit.ask(link, 0x01)
        found = await unit.ask(link)
        return device.asked - int.from_bytes(found.data[:2], "little")

    assert run_virtual(talk()) == 0


def test_a_cancelled_request_counts_as_outstanding() -> None:
    async def talk() -> list[int]:
        device = SlowDevice(controller_says, [(0.4, 0)], late=9.0)
        link, line = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = Unit(aibus(), Wire(codec="aibus"))
        task = asyncio.create_task(unit.ask(link, 0x01))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await unit.ask(link, 0x01)).data[:2] == device.asked.to_bytes(2, "little")
        return [request[3] for _, request in line.sent]

    assert run_virtual(talk()) == [0x01, DECIMALS, MODEL, 0x01]


def test_a_refusal_is_no_answer_while_another_may_be_outstanding() -> None:
    async def talk() -> None:
        device = SlowDevice(meter_says, [(99.0, 0), (0.01, 1), (0.01, 1), (0.01, 0)], late=9.0)
        link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = Unit(dlt645(), Wire(codec="dlt645-2007"))
        with pytest.raises(ReplyTimeoutError):
            await unit.ask(link, ITEMS[0])
        with pytest.raises(ForeignReplyError):
            await unit.ask(link, ITEMS[1])
        with pytest.raises(ForeignReplyError):
            await unit.ask(link, ITEMS[2])
        assert (await unit.ask(link, ITEMS[0])).item == ITEMS[0]

    run_virtual(talk())


def test_a_probe_answered_with_a_refusal_is_an_answer_when_nothing_is_outstanding() -> None:
    async def talk() -> None:
        device = SlowDevice(meter_says, [(0.01, 1), (0.01, 1)], late=9.0)
        link, _ = memory_link(device.far, Settings(timeout=TIMEOUT, quiet=QUIET))
        unit = Unit(dlt645(), Wire(codec="dlt645-2007"))
        await unit.probe(link)
        with pytest.raises(DeviceError, match="no such data"):
            await unit.ask(link, ITEMS[0])
        assert device.asked == 2

    run_virtual(talk())


def test_when_all_are_outstanding_the_oldest_is_used_again() -> None:
    sync = Sync()
    order: list[int] = []
    for _ in range(4):
        order.append(sync.choose([7, 8]))
        sync.begin(order[-1])
    assert order == [7, 8, 7, 8]


def test_what_was_answered_is_asked_for_first() -> None:
    sync = Sync()
    assert sync.end(sync.begin(8))
    assert sync.choose([7, 8]) == 7
    assert sync.choose([7, 8], known=True) == 8


def test_one_marker_proves_nothing_while_an_unmarked_one_is_outstanding() -> None:
    sync = Sync(unmarked=[1])
    sync.begin(1)
    assert not sync.end(sync.begin(7))
    assert sync.suspect
    assert not sync.provable(7)
    assert sync.end(sync.begin(8))
    assert not sync.suspect
