"""A lab that is talked to while it runs: over a Unix socket and over TCP."""

import asyncio
import socket
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from simulators import Lab, NotRunningError, SimulatorError, WireError, parse_scenario, running_lab
from simulators.control import server
from simulators.control.client import ControlClient
from tests.contract.simulator_clients import TcpPort, ask

T = TypeVar("T")
PLACES = {"unix": "control.sock", "tcp": "127.0.0.1:0"}
LAB = """
[lab]
seed = 3
control = "{place}"
[lab.wire.line]
tcp = "127.0.0.1:0"
[lab.wire.rs485]
tcp = "127.0.0.1:0"
framing = "rtu"
[lab.device.balance]
model = "mettler-sics"
wire = "line"
samples = false
[lab.device.furnace]
model = "eurotherm-3000"
wire = "rs485"
unit = 2
"""

each_place = pytest.mark.parametrize("kind", PLACES)


def running(kind: str, folder: Path, extra: str = "") -> Lab:
    text = LAB.format(place=PLACES[kind]) + extra
    return running_lab(parse_scenario(text, folder=folder))


async def talk(lab: Lab, conversation: Callable[[ControlClient], T]) -> T:
    def run() -> T:
        with ControlClient(lab.control) as client:
            return conversation(client)

    return await asyncio.to_thread(run)


@each_place
async def test_devices_are_listed(kind: str, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as lab:
        balance, furnace = await talk(lab, lambda client: client.ask("list"))
        assert balance["name"] == "balance"
        assert balance["address"] == lab.address("balance")
        assert set(balance["controls"]) == {"load", "print"}
        assert "overload" in balance["events"]
        assert (furnace["model"], furnace["unit"]) == ("eurotherm-3000", 2)


@each_place
async def test_state_is_seen_and_set(kind: str, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as lab:
        state = await talk(
            lab, lambda client: client.ask("set", device="furnace", values={"setpoint": 321.5})
        )
        assert state["channels"]["target_setpoint"] == 321.5
        assert state["controls"]["setpoint"] == 321.5
        everything = await talk(lab, lambda client: client.ask("state"))
        assert everything["furnace"]["channels"]["target_setpoint"] == 321.5
        assert set(everything) == {"balance", "furnace"}
        await talk(
            lab, lambda client: client.ask("set", device="furnace", values={"sensor-break": True})
        )
        assert lab.device("furnace").happening("sensor-break")


@each_place
async def test_a_refusal_comes_with_its_reason(kind: str, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as lab:
        for do, parameters, words in [
            ("state", {"device": "oven"}, "no device 'oven'"),
            ("set", {"device": "furnace", "values": {"lid": 1}}, "not 'lid'"),
            ("fault", {"device": "balance", "kind": "checksum"}, "no checksum"),
            ("fault", {"device": "balance", "kind": "silence", "probability": 2}, "probability"),
            ("fault", {"device": "balance", "kind": "silence", "for": -1}, "negative"),
            ("cancel", {"number": 99}, "99"),
        ]:
            with pytest.raises(SimulatorError, match=words):
                await talk(lab, lambda client, do=do, p=parameters: client.ask(do, **p))


@each_place
async def test_a_fault_strikes_until_it_is_cancelled(kind: str, tmp_path: Path) -> None:
    def conversation(client: ControlClient) -> tuple[Any, ...]:
        with closing(TcpPort(lab.address("balance"), timeout=0.4)) as port:
            injected = client.ask("fault", device="balance", kind="silence")
            with pytest.raises(TimeoutError):
                ask(port, b"I4\r\n")
        faults = client.ask("faults")
        cancelled = client.ask("cancel", number=injected["number"])
        with closing(TcpPort(lab.address("balance"))) as port:
            reply = ask(port, b"I4\r\n")
        return faults, cancelled, reply, client.ask("served"), client.ask("faults")

    async with running(kind, tmp_path) as lab:
        faults, cancelled, reply, served, after = await talk(lab, conversation)
    assert [(each["hits"], each["fault"]["kind"]) for each in faults] == [(1, "silence")]
    assert cancelled == {"cancelled": [faults[0]["number"]]}
    assert reply.startswith(b"I4 A")
    assert served["balance"] == {"replies": 2, "served": 1, "struck": 1}
    assert served["furnace"] == {"replies": 0, "served": 0, "struck": 0}
    assert after == []


@each_place
async def test_a_key_that_is_pressed_is_heard_on_the_wire(kind: str, tmp_path: Path) -> None:
    def conversation(client: ControlClient) -> bytes:
        with closing(TcpPort(lab.address("balance"))) as port:
            ask(port, b"I4\r\n")
            client.ask("set", device="balance", values={"print": None})
            return port.readline()

    async with running(kind, tmp_path) as lab:
        assert (await talk(lab, conversation)).startswith(b"S S ")


@each_place
async def test_time_is_made_to_run_faster(kind: str, tmp_path: Path) -> None:
    def conversation(client: ControlClient) -> tuple[Any, Any]:
        client.ask("set", device="furnace", values={"setpoint": 800})
        before = client.ask("speed")
        return before, client.ask("speed", speed=2000)

    async with running(kind, tmp_path) as lab:
        before, after = await talk(lab, conversation)
        assert (before, after) == ({"speed": 1.0}, {"speed": 2000.0})
        async with asyncio.timeout(20):
            while await talk(lab, _temperature) < 780:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.05)


def _temperature(client: ControlClient) -> float:
    return client.ask("state", device="furnace")["channels"]["temperature"]


@each_place
async def test_the_lab_ends_with_somebody_talking_to_it(kind: str, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as lab:
        client = await asyncio.to_thread(ControlClient, lab.control)
        assert len(await asyncio.to_thread(client.ask, "list")) == 2
    with pytest.raises(NotRunningError, match="no simulated lab answers"):
        await asyncio.to_thread(client.ask, "list")
    client.close()
    with pytest.raises(NotRunningError, match="no simulated lab answers"):
        await asyncio.to_thread(ControlClient, lab.control)
    assert list(tmp_path.iterdir()) == []


@each_place
async def test_an_endless_line_or_none_does_no_harm(kind: str, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as lab:

        def nonsense() -> bytes:
            family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
            with socket.socket(family, socket.SOCK_STREAM) as client:
                client.settimeout(10)
                host, _, port = lab.control.rpartition(":")
                client.connect(lab.control if kind == "unix" else (host, int(port)))
                try:
                    client.sendall(b"x" * 300_000)
                    return client.recv(10)
                except OSError:
                    return b""

        assert await asyncio.to_thread(nonsense) == b""
        assert len(await talk(lab, lambda client: client.ask("list"))) == 2


async def test_clients_beyond_the_limit_are_turned_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CLIENTS", 1)

    def twice(first: ControlClient) -> None:
        assert len(first.ask("list")) == 2
        with pytest.raises(NotRunningError), ControlClient(lab.control) as second:
            second.ask("list")
        assert len(first.ask("list")) == 2

    async with running("unix", tmp_path) as lab:
        await talk(lab, twice)


async def test_the_socket_is_its_owners_alone(tmp_path: Path) -> None:
    async with running("unix", tmp_path) as lab:
        assert stat.S_IMODE(Path(lab.control).stat().st_mode) == 0o600


async def test_a_socket_left_behind_is_replaced_a_living_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))
    assert path.is_socket()
    async with running("unix", tmp_path):
        with pytest.raises(WireError, match="another lab answers there"):
            async with running("unix", tmp_path):
                pytest.fail("must not start")
        assert path.is_socket()


async def test_a_file_in_the_way_of_the_socket_stays(tmp_path: Path) -> None:
    (tmp_path / "control.sock").write_text("mine")
    with pytest.raises(WireError, match="control at"):
        async with running("unix", tmp_path):
            pytest.fail("must not start")
    assert (tmp_path / "control.sock").read_text() == "mine"
