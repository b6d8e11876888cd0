"""Reading scan groups: what is asked, what becomes of refusals and silence, identification."""

import asyncio
from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.driver import Driver, Exchange
from drivers.errors import (
    DisconnectedError,
    DriverError,
    IdentityError,
    ProfileError,
    ReplyTimeoutError,
)
from drivers.modbus.driver import RELEARN_AFTER, ModbusDriver
from drivers.modbus.pdu import Request
from drivers.modbus.profile import ModbusProfile
from drivers.model import Identity, Quality, Sample, Status
from drivers.registry import build_driver, load_profile
from drivers.transport.link import Link, Settings
from tests.modbus_lab import (
    MemoryLine,
    Refusal,
    Registers,
    Say,
    answer,
    make_profile,
    memory_link,
    sealed,
    words,
)
from tests.virtual_time import run_virtual


class Bench:
    """A driver, its link, and a unit behind it whose registers hold their own address."""

    def __init__(self, profile: ModbusProfile, registers: Registers) -> None:
        self.seconds = 0.0
        self.driver = ModbusDriver(profile, 1, clock=lambda: self.seconds)
        self.asked: list[tuple[int, int]] = []
        self.registers = registers
        self.link: Link
        self.line: MemoryLine
        self.link, self.line = memory_link(self._far, Settings(timeout=0.5))

    def _far(self, request: bytes, say: Say) -> None:
        address, count = int.from_bytes(request[2:4], "big"), int.from_bytes(request[4:6], "big")
        self.asked.append((address, count))
        if reply := answer(request, self.registers):
            say(reply, 0.01)

    async def read(self, *names: str) -> Sample:
        self.asked.clear()
        return await self.driver.read(self.link, self.driver.plan(names))


def device(
    missing: Collection[int] = (), *, longest: int = 125, silent: Collection[int] = ()
) -> Registers:
    """Registers that hold their address; ``missing`` ones are refused, ``silent`` unanswered."""

    def registers(_function: int, address: int, count: int) -> list[int] | Refusal | None:
        asked = range(address, address + count)
        if count > longest:
            return Refusal(3)
        if any(register in silent for register in asked):
            return None
        return Refusal(2) if any(register in missing for register in asked) else [*asked]

    return registers


def bench(
    addresses: Sequence[int], registers: Registers, **modbus: object
) -> tuple[Bench, tuple[str, ...]]:
    made = Bench(make_profile(words(*addresses), {"max_gap": 4, **modbus}), registers)
    return made, tuple(f"r{address}" for address in addresses)


def test_it_is_a_driver() -> None:
    driver: Driver = ModbusDriver(make_profile(words(0)), 1)
    assert driver.plan(["r0"]).channels[0].name == "r0"


def test_a_plan_knows_its_cost() -> None:
    profile = make_profile(words(0, 1, 50), {"turnaround": "30ms", "silence": "20ms"})
    rtu = ModbusDriver(profile, 1).plan(["r50", "r0", "r1"])
    assert rtu.exchanges == (Exchange(8, 9, 0.05), Exchange(8, 7, 0.05))
    assert [channel.name for channel in rtu.channels] == ["r50", "r0", "r1"]
    assert ModbusDriver(profile, 1, tcp=True).plan(["r0"]).exchanges == (Exchange(12, 11, 0.05),)


def test_an_unknown_channel_gets_a_hint() -> None:
    driver = ModbusDriver(load_profile_modbus("eastron-sdm630"), 1)
    with pytest.raises(ProfileError, match="did you mean 'frequency'"):
        driver.plan(["voltage_l1", "freqency"])


def load_profile_modbus(name: str) -> ModbusProfile:
    profile = load_profile(name)
    assert isinstance(profile, ModbusProfile)
    return profile


def test_values_come_in_the_order_of_the_channels() -> None:
    async def talk() -> None:
        line, _ = bench((0, 1, 30), device())
        sample = await line.read("r30", "r1", "r0")
        assert sample.values == (30, 1, 0)
        assert sample.statuses == (Status.GOOD,) * 3
        assert line.asked == [(0, 2), (30, 1)]

    run_virtual(talk())


@pytest.mark.parametrize(
    ("addresses", "missing", "later"),
    [
        ((0, 1, 2, 3, 4, 5, 6, 7), {2}, [(0, 2), (3, 5)]),
        ((0, 1, 2, 3), {0, 3}, [(1, 2)]),
        ((0, 1, 4, 5), {2, 3}, [(0, 2), (4, 2)]),  # only the gap is missing
        ((0, 2, 4, 6), {3}, [(0, 3), (4, 3)]),
        ((0, 2, 4, 6), {4, 5}, [(0, 3), (6, 1)]),
    ],
)
def test_refused_registers_are_isolated_once_and_left_out_later(
    addresses: tuple[int, ...], missing: set[int], later: list[tuple[int, int]]
) -> None:
    async def talk() -> None:
        line, names = bench(addresses, device(missing))
        expected = tuple(None if address in missing else address for address in addresses)
        for _ in range(3):
            sample = await line.read(*names)
            assert sample.values == expected
            refused = [s is Status.ILLEGAL_ADDRESS for s in sample.statuses]
            assert refused == [address in missing for address in addresses]
        assert line.asked == later

    run_virtual(talk())


def test_what_one_group_learned_serves_the_others() -> None:
    async def talk() -> None:
        line, names = bench((0, 1, 2, 3), device({1}))
        await line.read(*names)
        assert (await line.read("r0", "r1", "r2")).values == (0, None, 2)
        assert line.asked == [(0, 1), (2, 1)]

    run_virtual(talk())


def test_a_device_that_takes_shorter_requests_only_is_read_in_parts() -> None:
    async def talk() -> None:
        line, names = bench(range(40), device(longest=16))
        for _ in range(3):  # what the second learns was hidden behind what the first learned
            assert (await line.read(*names)).values == tuple(range(40))
        assert max(count for _, count in line.asked) <= 16

    run_virtual(talk())


def test_refused_registers_are_asked_for_again_after_identification_and_after_an_hour() -> None:
    async def talk() -> None:
        line, names = bench((0, 1), device({1}))
        for cause in (line.driver.identify, None):
            line.registers = device({1})
            assert (await line.read(*names)).values == (0, None)
            line.registers = device()
            assert (await line.read(*names)).values == (0, None)
            if cause is None:
                line.seconds += RELEARN_AFTER + 1
            else:
                await cause(line.link)
            assert (await line.read(*names)).values == (0, 1)

    run_virtual(talk())


def test_a_group_of_refused_registers_still_notices_a_dead_unit() -> None:
    async def talk() -> None:
        line, names = bench((7,), device({7}))
        for _ in range(2):
            assert (await line.read(*names)).statuses == (Status.ILLEGAL_ADDRESS,)
        line.registers = device(silent=range(99))
        with pytest.raises(ReplyTimeoutError):
            await line.read(*names)

    run_virtual(talk())


def test_a_channel_whose_status_register_is_missing_cannot_be_trusted() -> None:
    async def talk() -> None:
        profile = make_profile(
            {
                "t": {
                    "function": 3,
                    "register": 0,
                    "type": "int16",
                    "status": {"function": 3, "register": 90, "values": {"1": "sensor break"}},
                }
            }
        )
        sample = await Bench(profile, device({90})).read("t")
        assert (sample.values, sample.statuses) == ((None,), (Status.ILLEGAL_ADDRESS,))

    run_virtual(talk())


def test_silence_of_the_first_request_is_an_error_and_nothing_more_is_asked() -> None:
    async def talk() -> None:
        line, names = bench((0, 10, 20), device(silent=range(99)))
        with pytest.raises(ReplyTimeoutError):
            await line.read(*names)
        assert line.asked == [(0, 1)]

    run_virtual(talk())


def test_silence_of_a_later_request_leaves_the_rest_unasked() -> None:
    async def talk() -> None:
        line, names = bench((0, 10, 20), device(silent={10}))
        sample = await line.read(*names)
        assert sample.values == (0, None, None)
        assert sample.statuses == (Status.GOOD, Status.TIMEOUT, Status.TIMEOUT)
        assert line.asked == [(0, 1), (10, 1)]

    run_virtual(talk())


def test_a_lost_line_in_the_middle_of_a_group() -> None:
    async def talk() -> None:
        line, names = bench((0, 10, 20), device())

        def registers(_function: int, address: int, _count: int) -> list[int] | None:
            if address == 10:
                line.line.lose(OSError(5, "Input/output error"))
                return None
            return [address]

        line.registers = registers
        sample = await line.read(*names)
        assert sample.statuses == (Status.GOOD, Status.DISCONNECTED, Status.DISCONNECTED)
        with pytest.raises(DisconnectedError, match="unplugged"):
            await line.read(*names)

    run_virtual(talk())


@pytest.mark.parametrize(("code", "status"), [(4, Status.DEVICE_ERROR), (6, Status.DEVICE_ERROR)])
def test_a_refusal_for_another_reason_concerns_its_request_only(code: int, status: Status) -> None:
    async def talk() -> None:
        line, names = bench((0, 10, 20), device())

        def registers(_function: int, address: int, _count: int) -> list[int] | Refusal:
            return Refusal(code) if address == 10 else [address]

        line.registers = registers
        sample = await line.read(*names)
        assert sample.statuses == (Status.GOOD, status, Status.GOOD)

    run_virtual(talk())


def test_a_gateway_that_gets_no_reply_counts_as_silence() -> None:
    async def talk() -> None:
        line, names = bench((0, 10), lambda _f, _a, _c: Refusal(11))
        with pytest.raises(ReplyTimeoutError, match="gateway"):
            await line.read(*names)
        assert line.asked == [(0, 1)]

    run_virtual(talk())


def test_the_time_of_a_sample_is_in_the_middle_of_its_exchanges() -> None:
    async def talk() -> None:
        line, names = bench((0, 10, 20), device())
        begin = asyncio.get_running_loop().time()
        line.link.clock = lambda: round((asyncio.get_running_loop().time() - begin) * 1e9)
        # Three exchanges of 10 ms each.
        assert (await line.read(*names)).time == pytest.approx(15_000_000, abs=1000)

    run_virtual(talk())


IDENTIFY: dict[str, object] = {
    "serial_number": {"function": 3, "register": 100, "type": "uint32"},
    "firmware": {"function": 3, "register": 102, "type": "string", "length": 4},
    "match": [
        {"function": 3, "register": 110, "type": "uint16", "equals": [5, 7], "what": "model code"}
    ],
}


def identified(code: int | None, serial: bool = True) -> Registers:  # noqa: FBT001, FBT002 - a table
    content: dict[int, int] = {0: 0, 102: 0x5631, 103: 0x2E32}
    if serial:
        content |= {100: 0x0001, 101: 0x0002}
    if code is not None:
        content[110] = code

    def registers(_function: int, address: int, count: int) -> list[int] | Refusal:
        asked = range(address, address + count)
        return [content[a] for a in asked] if content.keys() >= {*asked} else Refusal(2)

    return registers


def test_identification_reads_what_the_profile_names() -> None:
    async def talk() -> Identity:
        profile = make_profile(words(0), identify=IDENTIFY)
        line = Bench(profile, identified(7))
        return await line.driver.identify(line.link)

    assert run_virtual(talk()) == Identity(
        manufacturer="Maker", model="M1", serial_number="65538", firmware="V1.2"
    )


def test_identification_does_without_registers_the_device_does_not_have() -> None:
    async def talk() -> str:
        line = Bench(make_profile(words(0), identify=IDENTIFY), identified(5, serial=False))
        return (await line.driver.identify(line.link)).serial_number

    assert not run_virtual(talk())


@pytest.mark.parametrize(("code", "text"), [(6, "holds 6, not 5 or 7"), (None, "holds None")])
def test_another_model_is_an_error(code: int | None, text: str) -> None:
    async def talk() -> None:
        line = Bench(make_profile(words(0), identify=IDENTIFY), identified(code))
        with pytest.raises(IdentityError, match=f"model code 110 {text}"):
            await line.driver.identify(line.link)

    run_virtual(talk())


def test_where_nothing_is_to_be_read_identification_is_one_probe() -> None:
    async def talk() -> None:
        line, _ = bench((0,), device())
        identity = await line.driver.identify(line.link)
        assert identity == Identity(manufacturer="Maker", model="M1")
        assert line.asked == [(0, 1)]

    run_virtual(talk())


@given(st.lists(st.binary(max_size=30) | st.just(b"ok"), max_size=8), st.booleans())
def test_any_replies_give_a_sample_or_a_driver_error(replies: list[bytes], seal: bool) -> None:  # noqa: FBT001 - hypothesis draws it
    async def talk() -> None:
        pending = iter(replies)

        def far(request: bytes, say: Say) -> None:
            said = next(pending, b"ok")
            if said == b"ok":
                say(answer(request, device()), 0.01)
            else:
                say(sealed(request[:2] + said) if seal else said, 0.01)

        link, _ = memory_link(far, Settings(timeout=0.1, quiet=0.01))
        driver = ModbusDriver(make_profile(words(0, 1, 20)), 1)
        plan = driver.plan(["r0", "r1", "r20"])
        for _ in range(4):
            try:
                sample = await driver.read(link, plan)
            except DriverError:
                continue
            for value, status in zip(sample.values, sample.statuses, strict=True):
                assert (value is None) == (status.quality is Quality.BAD)
        await link.close()

    run_virtual(talk())


def test_an_rtu_line_rests_between_frames() -> None:
    async def talk() -> None:
        times: list[float] = []

        def far(request: bytes, say: Say) -> None:
            say(answer(request, device()), 0.02)

        link, line = memory_link(far, Settings(character=10 / 9600))
        driver = ModbusDriver(make_profile(words(0, 10)), 1)
        await driver.read(link, driver.plan(["r0", "r10"]))
        times = [at for at, _ in line.sent]
        assert times[1] - times[0] == pytest.approx(0.02 + 3.5 * 10 / 9600)

    run_virtual(talk())


@pytest.mark.parametrize(
    ("unit", "address", "framing", "text"),
    [
        (None, None, "rtu", "needs a unit from 1 to 247"),
        (0, None, "rtu", "needs a unit from 1 to 247"),
        (248, None, "rtu", "needs a unit from 1 to 247"),
        (256, None, "tcp", "needs a unit from 0 to 255"),
        (1, "05", "rtu", "a unit, not an address"),
    ],
)
def test_a_unit_that_cannot_be_is_an_error(
    unit: int | None, address: str | None, framing: str, text: str
) -> None:
    profile = load_profile("eastron-sdm630")
    with pytest.raises(ProfileError, match=text):
        build_driver(
            profile, unit=unit, address=address, framing="tcp" if framing == "tcp" else "rtu"
        )


def test_a_plan_of_another_family_is_a_mistake_of_the_program() -> None:
    class Other:
        channels = ()
        exchanges = ()

    async def talk() -> None:
        line, _ = bench((0,), device())
        with pytest.raises(TypeError, match="not a plan"):
            await line.driver.read(line.link, Other())

    run_virtual(talk())


def test_requests_read_well_in_messages() -> None:
    assert str(Request(3, 0, 4)) == "function 3, registers 0..3"
    assert str(Request(1, 8, 1)) == "function 1, bits 8..8"
