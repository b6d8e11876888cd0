"""Every kind of fault, as a client sees it on a real wire."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from simulators import Lab, Served, SimulatorError, parse_scenario, running_lab
from tests.contract.simulator_clients import LAB, Port, TcpPort, lines_of, serial_port

REQUEST = bytes.fromhex("03 03 00 00 00 04 45 EB")
"""Four temperatures of unit 3."""
REPLY = 13
OTHER = bytes.fromhex("02 03 00 01 00 01 D5 F9")
OTHER_REPLY = 7
WIRES = {"pty": 'pty = "line"\nbaud = 115200', "tcp": 'tcp = "127.0.0.1:0"\nframing = "rtu"'}

pytestmark = pytest.mark.parametrize("kind", WIRES)


def crc(frame: bytes) -> int:
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value


def right(frame: bytes) -> bool:
    """A frame's CRC over everything is zero."""
    return len(frame) > 3 and crc(frame) == 0


class Bench:
    def __init__(self, kind: str, folder: Path, extra: str = "") -> None:
        text = LAB.format(wire=WIRES[kind]) + extra
        self.log = folder / "served.jsonl"
        self.lab: Lab = running_lab(parse_scenario(text, folder=folder), served=self.log)
        self._open = serial_port if kind == "pty" else TcpPort

    async def port(self, patience: float = 5.0) -> Port:
        return await asyncio.to_thread(self._open, self.lab.address("probes"), patience)

    def served(self) -> list[Served]:
        self.lab.flush()
        return [msgspec.json.decode(line, type=Served) for line in lines_of(self.log)]


async def exchange(port: Port, request: bytes = REQUEST, size: int = REPLY) -> bytes:
    def run() -> bytes:
        port.write(request)
        data = b""
        while len(data) < size:
            try:
                piece = port.read(size - len(data))
            except TimeoutError:
                break
            if not piece:
                break
            data += piece
        return data

    return await asyncio.to_thread(run)


async def test_silence(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port(patience=0.4)
        with lab.inject("probes", "silence") as injection:
            assert await exchange(port) == b""
            assert injection.hits == 1
        port.close()
        port = await bench.port()
        assert right(await exchange(port))
        assert right(await exchange(port, OTHER, OTHER_REPLY))
        assert [line.device for line in bench.served()] == ["probes", "furnace"]
        port.close()


async def test_silence_of_one_device_leaves_the_others_alone(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        lab.inject("probes", "silence")
        port.write(REQUEST)
        reply = await exchange(port, OTHER, OTHER_REPLY)
        assert right(reply)
        assert reply[0] == 2
        port.close()


async def test_a_late_reply_comes_when_it_is_no_longer_expected(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        lab.inject("probes", "late", delay=0.5, count=1)
        begin = time.monotonic()
        port.write(REQUEST)
        first = await exchange(port, OTHER, OTHER_REPLY)
        assert right(first)
        assert first[0] == 2
        late = await exchange(port, b"", REPLY)
        assert right(late)
        assert late[0] == 3
        assert time.monotonic() - begin > 0.5
        marks = [(line.device, line.late) for line in bench.served()]
        assert marks == [("furnace", False), ("probes", True)]
        port.close()


async def test_a_garbled_byte(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        good = await exchange(port)
        with lab.inject("probes", "garble"):
            for _ in range(5):
                damaged = await exchange(port)
                assert len(damaged) == REPLY
                assert not right(damaged)
        assert right(good)
        assert right(await exchange(port))
        assert len(bench.served()) == 2
        port.close()


async def test_a_bad_checksum_and_everything_else_right(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        lab.inject("probes", "checksum", count=1)
        damaged = await exchange(port)
        assert not right(damaged)
        assert right(damaged[:-1] + bytes([damaged[-1] ^ 1]))
        assert right(await exchange(port))
        assert len(bench.served()) == 1
        port.close()


async def test_a_stalled_reply_comes_before_those_that_were_asked_for_after_it(
    kind: str, tmp_path: Path
) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        lab.inject("probes", "stall", delay=0.5, count=1)
        begin = time.monotonic()
        port.write(REQUEST)
        first = await exchange(port, OTHER, REPLY)
        assert right(first)
        assert first[0] == 3
        assert time.monotonic() - begin > 0.5
        assert right(await exchange(port, b"", OTHER_REPLY))
        marks = [(line.device, line.late) for line in bench.served()]
        assert marks == [("probes", True), ("furnace", False)]
        port.close()


async def test_a_reply_with_the_address_of_another_unit(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        lab.inject("probes", "foreign", count=1)
        reply = await exchange(port)
        assert right(reply)
        assert reply[0] == 4
        assert bench.served() == []
        assert (await exchange(port))[0] == 3
        port.close()


async def test_noise_after_a_reply_that_is_right(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port(patience=0.5)
        lab.inject("probes", "noise", count=1)
        assert right(await exchange(port))
        assert 1 <= len(await exchange(port, b"", 100)) <= 12
        port.close()
        port = await bench.port()
        assert right(await exchange(port, OTHER, OTHER_REPLY))
        assert [line.device for line in bench.served()] == ["probes", "furnace"]
        port.close()


async def test_a_split_reply(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        lab.inject("probes", "split", delay=0.4, count=1)
        begin = time.monotonic()
        first = await exchange(port, size=REPLY // 2)
        rest = await exchange(port, b"", REPLY - len(first))
        assert time.monotonic() - begin >= 0.4
        assert right(first + rest)
        assert len(bench.served()) == 1
        port.close()


async def test_a_disconnection_for_a_while(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        address = lab.address("probes")
        port = await bench.port(patience=1.0)
        assert right(await exchange(port))
        injection = lab.inject("probes", "disconnect", duration=0.5)
        await until(lambda: injection.hits == 1)
        assert await gone(port)
        port.close()
        with pytest.raises(Exception, match=r"No such file|refused|could not open"):
            await bench.port()
        await asyncio.sleep(0.5)
        port = await retry(bench.port)
        assert lab.address("probes") == address
        assert right(await exchange(port))
        port.close()


async def test_of_two_disconnections_the_longer_one_lasts(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        long = lab.inject("probes", "disconnect", duration=60.0)
        short = lab.inject("furnace", "disconnect", duration=0.01)
        await asyncio.wait_for(short.over.wait(), 20)
        with pytest.raises(Exception, match=r"No such file|refused|could not open"):
            await bench.port()
        await long.end()
        port = await retry(bench.port)
        assert right(await exchange(port))
        port.close()


async def test_a_disconnection_in_place_of_a_reply(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port(patience=1.0)
        lab.inject("probes", "disconnect", count=1)
        port.write(REQUEST)
        assert await gone(port)
        port.close()
        port = await retry(bench.port)
        assert right(await exchange(port))
        assert len(bench.served()) == 1
        port.close()


async def test_events_of_the_device(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        port = await bench.port()
        injection = lab.inject("probes", "sensor-break", channel="t4")
        await until(lambda: injection.hits == 1)
        await exchange(port)
        injection.cancel()
        await until(lambda: not lab.device("probes").happening("sensor-break", "t4"))
        await exchange(port)
        broken, well = (line.values["t4"] for line in bench.served())
        assert broken == -93.9
        assert well == pytest.approx(85, abs=3)
        port.close()


async def test_a_schedule_and_a_probability(kind: str, tmp_path: Path) -> None:
    faults = """
[[lab.fault]]
device = "probes"
kind = "checksum"
probability = 0.5
[[lab.fault]]
device = "furnace"
kind = "sensor-break"
at = "100ms"
for = "100ms"
every = "400ms"
"""
    bench = Bench(kind, tmp_path, faults)
    async with bench.lab as lab:
        port = await bench.port()
        replies = [right(await exchange(port)) for _ in range(40)]
        assert 5 < sum(replies) < 35
        for _ in range(2):
            await until(lambda: lab.device("furnace").happening("sensor-break"))
            await until(lambda: not lab.device("furnace").happening("sensor-break"))
        port.close()


async def test_what_cannot_happen_is_refused(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        with pytest.raises(SimulatorError, match="not 'overflow'"):
            lab.inject("probes", "overflow")
        with pytest.raises(SimulatorError, match="there is no device 'probe'"):
            lab.inject("probe", "silence")
    with pytest.raises(SimulatorError, match="not running"):
        lab.inject("probes", "silence")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - state of a device has no event
            await asyncio.sleep(0.01)


async def retry(open_it: Callable[[], Awaitable[Port]]) -> Port:
    async with asyncio.timeout(10):
        while True:
            try:
                return await open_it()
            except OSError:
                await asyncio.sleep(0.05)


async def gone(port: Port) -> bool:
    """Whether a read finds the other end gone, not just silent."""

    def read() -> bool:
        try:
            return port.read(1) == b"" and isinstance(port, TcpPort)
        except TimeoutError:
            return False
        except OSError:
            return True

    return await asyncio.to_thread(read)


def test_requests_have_right_checksums(kind: str) -> None:
    assert right(REQUEST)
    assert right(OTHER)
    assert kind in WIRES


async def test_noise_before_a_request_is_forgotten_in_silence(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab:
        port = await bench.port(patience=0.4)
        port.write(b"\x00\xff" + REQUEST[:5])
        await asyncio.sleep(0.2)
        assert right(await exchange(port))
        unknown_function = bytes.fromhex("03 41 00 00 00 00")
        port.write(unknown_function + crc(unknown_function).to_bytes(2, "little"))
        refusal = await exchange(port, b"", 5)
        assert right(refusal)
        assert refusal[:3] == bytes.fromhex("03 C1 01")
        port.close()


async def test_a_flood_of_requests_is_bounded_and_survived(kind: str, tmp_path: Path) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab:
        port = await bench.port()
        port.write(REQUEST * 200)
        await until(lambda: bool(bench.served()))
        port.close()
        port = await bench.port()
        assert right(await exchange(port))
        assert len(bench.served()) <= 40
        port.close()


async def test_a_plug_that_is_pulled_while_it_is_being_put_back_stays_out(
    kind: str, tmp_path: Path
) -> None:
    bench = Bench(kind, tmp_path)
    async with bench.lab as lab:
        wire = next(iter(lab._wires.values()))  # pyright: ignore[reportPrivateUsage]
        for _ in range(5):
            await wire.unplug()
            await asyncio.gather(wire.plug(), wire.unplug())
            with pytest.raises(OSError):  # noqa: PT011 - of a file or a socket, as the kind has it
                await bench.port()
            await wire.plug()
        port = await bench.port()
        assert right(await exchange(port))
        port.close()
