"""What text devices have in common on a wire: shared lines, unterminated commands, streams."""

from collections.abc import Mapping
from random import Random
from typing import ClassVar, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices import MODELS
from simulators.dialogue import Reply, TextDevice
from simulators.errors import ScenarioError
from simulators.scenario import parse_scenario
from simulators.wire.message import Outgoing, Station
from simulators.wire.text import TextFrontEnd

GAP = 0.05


class Probe(TextDevice):
    """Answers "<address>?", misses what comes too early, tells a number at the bell ESC !."""

    model: ClassVar[str] = "probe"
    description: ClassVar[str] = "an addressed device"
    channels: ClassVar[tuple[str, ...]] = ("count",)
    longest_line: ClassVar[int] = 8

    def __init__(self, address: str) -> None:
        super().__init__(Random(1))
        self._address = address
        self._ready = 0.0
        self.due = 0

    @classmethod
    def create(cls, options: Mapping[str, object], random: Random) -> Self:
        return cls(str(options["address"]))

    @property
    def address(self) -> str:
        return self._address

    def step(self, dt: float) -> None:
        pass

    def ends(self, pending: str) -> bool:
        return pending == "\x1b!"

    def hears(self, line: str) -> bool:
        early = self.elapsed < self._ready
        self._ready = self.elapsed + GAP
        return not early

    def ask(self, line: str) -> Reply | None:
        if line == "\x1b!":
            return Reply(b"bell", line)
        return Reply(f"{self._address}!".encode(), line) if line == f"{self._address}?" else None

    @property
    def talking(self) -> bool:
        return self.due > 0

    def emit(self) -> Reply | None:
        self.due -= 1
        return Reply(self._address.encode(), "key")


def shared() -> tuple[TextFrontEnd, list[Probe]]:
    probes = [Probe("A"), Probe("B")]
    return TextFrontEnd([(Station(each.address, 1, each), each) for each in probes]), probes


def say(front: TextFrontEnd, data: bytes) -> list[Outgoing | None]:
    return [request.answer() for request in front.feed(data)]


def test_only_who_is_meant_answers() -> None:
    front, probes = shared()
    (answer,) = say(front, b"B?\r")
    assert answer is not None
    assert (answer.station.name, answer.data) == ("B", b"B!")
    for probe in probes:
        probe.let_pass(1)
    assert say(front, b"C?\r") == [None]


def test_a_command_without_an_end_of_line() -> None:
    front, _ = shared()
    (answer,) = say(front, b"\x1b!")
    assert answer is not None
    assert answer.data == b"bell"


def test_a_command_that_comes_too_early_is_missed() -> None:
    front, probes = shared()
    first, missed = front.feed(b"A?\r"), front.feed(b"A?\r")
    assert len(first) == 1
    assert missed == []
    for probe in probes:
        probe.let_pass(GAP + 0.01)
    assert len(front.feed(b"A?\r")) == 1


def test_each_device_loses_what_is_too_long() -> None:
    front, _ = shared()
    assert front.feed(b"A" * 9 + b"\r") == []
    (answer,) = say(front, b"A?\r")
    assert answer is not None


def test_what_devices_send_by_themselves() -> None:
    front, (first, second) = shared()
    assert front.spontaneous
    assert not front.talking
    second.due = 2
    assert front.talking
    emitted = [front.emit(), front.emit()]
    assert [each.data for each in emitted if each] == [b"B", b"B"]
    first.due = 1
    third = front.emit()
    assert third is not None
    assert third.station.name == "A"
    assert front.emit() is None


@given(st.lists(st.binary(max_size=20), max_size=6))
def test_any_bytes_are_harmless(pieces: list[bytes]) -> None:
    front, _ = shared()
    for piece in pieces:
        assert all(answer is None or answer.data for answer in say(front, piece))


SHARED = """
[lab.wire.line]
tcp = "127.0.0.1:0"
[lab.device.one]
model = "samwon-temi"
wire = "line"
[lab.device.two]
wire = "line"
"""


@pytest.mark.parametrize(
    "second", ['model = "samwon-temi"\naddress = 2', 'model = "espec-p300"\naddress = 1']
)
def test_devices_with_addresses_share_a_wire(second: str) -> None:
    scenario = parse_scenario(SHARED + second)
    assert scenario.wires[0].framing == "text"


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ('model = "samwon-temi"\naddress = 1', "one and two both have address '01'"),
        ('model = "espec-p300"', "two has no address and must be alone on its wire"),
    ],
)
def test_devices_that_cannot_share_a_wire(second: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        parse_scenario(SHARED + second)


TEXT_MODELS = {name: each for name, each in MODELS.items() if issubclass(each, TextDevice)}


@pytest.mark.parametrize("name", TEXT_MODELS)
@given(pieces=st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes_are_harmless_to_every_model(name: str, pieces: list[bytes]) -> None:
    device = TEXT_MODELS[name].create({}, Random(1))
    front = TextFrontEnd([(Station(name, 1, device), device)])
    for piece in pieces:
        assert all(answer is None or answer.data for answer in say(front, piece))
        device.let_pass(0.3)
        for _ in range(100):
            if not front.talking or front.emit() is None:
                break
        else:
            pytest.fail("it never stops talking")
