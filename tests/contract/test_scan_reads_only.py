"""A scan sends questions and nothing else: every byte of it is looked at, at the far end.

What is allowed is worked out here from the files of the profiles and from the protocols, not by
the code that is tested.
"""

import asyncio
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from daq.scan.bounds import Bounds
from daq.scan.finding import Findings
from daq.scan.known import Known
from daq.scan.place import place_of
from daq.scan.plan import plan_scan
from daq.scan.question import NotAQuestionError, QuestionLink
from daq.scan.search import Search
from drivers.found import BUNDLED
from drivers.registry import available_profiles, load_profile
from drivers.text.profile import TextProfile
from drivers.transport.reply import Settings
from drivers.transport.tcp import open_tcp
from simulators import parse_scenario, running_lab
from tests.wiretap import wiretap

pytestmark = pytest.mark.alone
"""What does not answer within a time-out is not found."""

ADDRESSES = ("1", "01", "A", "000012345678")
BOUNDS = Bounds(timeout=0.05, units=(1, 2, 3), addresses=ADDRESSES, limit=120.0)
READS = {1, 2, 3, 4}
AIBUS_READ, DLT645_READ = 0x52, 0x11

LABS = {
    "eastron-sdm630": 'framing = "tcp"',
    "eurotherm-3000": 'framing = "rtu"',
    "keithley-2000": "",
    "mettler-sics": "",
    "vaisala-hmt330": "",
}


def everything() -> list[Known]:
    return [Known(name, load_profile(name)) for name in available_profiles()]


async def scan(address: str, known: list[Known], bounds: Bounds = BOUNDS) -> Findings:
    place = place_of(address)
    search = Search(place, plan_scan(place, known, bounds), known, bounds)
    await search.run()
    return search.findings


def questions() -> set[bytes]:
    """The identification queries of all bundled text profiles, in bytes."""
    found: set[bytes] = set()
    for path in BUNDLED.glob("*.toml"):
        data = tomllib.loads(path.read_text("utf-8"))
        if data["profile"]["protocol"] == "text" and "identify" in data:
            found |= {asked for address in ("", *ADDRESSES) for asked in _asked(data, address)}
    return found


def _asked(data: Mapping[str, Any], address: str) -> Iterator[bytes]:
    line = data.get("text", {})
    for name in data["identify"]["queries"]:
        query = data["query"][name]
        for step in (*query.get("before", ()), query):
            terminator = step.get("send_terminator", line.get("send_terminator", "\r\n"))
            prefix = line.get("prefix", "").replace("{address}", address) if address else ""
            text = step["send"].replace("{address}", address).replace("{prefix}", prefix)
            yield (text + terminator).encode("latin-1")


def is_modbus_read(piece: bytes) -> bool:
    rtu = len(piece) == 8 and piece[1] in READS
    tcp = len(piece) == 12 and piece[2:6] == b"\0\0\0\6" and piece[7] in READS
    return rtu or tcp


def is_binary_read(piece: bytes) -> bool:
    aibus = len(piece) == 8 and piece[0] == piece[1] >= 0x80 and piece[2] == AIBUS_READ
    dlt645 = piece.startswith(b"\xfe\xfe\xfe\xfe\x68") and piece[12] == DLT645_READ
    return aibus or dlt645


def is_question(piece: bytes, text: set[bytes]) -> bool:
    if is_modbus_read(piece) or is_binary_read(piece):
        return True
    # With a checksum the bytes of the query are still the front of it.
    return piece in text or any(piece.startswith(each.rstrip(b"\r\n")) for each in text if each)


async def test_to_a_line_that_never_answers_only_questions_are_sent() -> None:
    text = questions()
    async with wiretap() as tap:
        findings = await scan(tap.address, everything())
        assert findings.complete
    assert findings.found == findings.heard == findings.notes == []
    assert len(tap.pieces) > 20
    assert [piece for piece in tap.pieces if not is_question(piece, text)] == []
    assert any(map(is_modbus_read, tap.pieces))
    assert any(map(is_binary_read, tap.pieces))


@pytest.mark.parametrize("model", LABS)
async def test_to_an_instrument_that_answers_only_questions_are_sent(model: str) -> None:
    lab = f"""
    [lab]
    [lab.wire.line]
    tcp = "127.0.0.1:0"
    {LABS[model]}
    [lab.device.it]
    model = "{model}"
    wire = "line"
    """
    text, bounds = questions(), Bounds(units=(1, 2), timeout=0.3, limit=120.0)
    async with (
        running_lab(parse_scenario(lab)) as running,
        wiretap(running.address("it")) as tap,
    ):
        findings = await scan(tap.address, everything(), bounds)
    assert [each.matches[0].profile for each in findings.found if each.matches] == [model]
    assert findings.notes == []
    assert [piece for piece in tap.pieces if not is_question(piece, text)] == []


def talkative() -> TextProfile:
    """A profile that would tell an instrument a lot before and after it is identified."""
    data = tomllib.loads((BUNDLED / "keithley-2000.toml").read_text("utf-8"))
    data["text"] |= {"wake": ["WAKE"], "startup": ["*RST", ":SYST:LOC"]}
    data["transcript"] = []
    return TextProfile.model_validate(data)


async def test_neither_wake_nor_start_up_commands_are_sent() -> None:
    lab = """
    [lab]
    [lab.wire.line]
    tcp = "127.0.0.1:0"
    [lab.device.it]
    model = "keithley-2000"
    wire = "line"
    """
    async with (
        running_lab(parse_scenario(lab)) as running,
        wiretap(running.address("it")) as tap,
    ):
        findings = await scan(tap.address, [Known("talkative", talkative())])
    assert findings.found[0].matches[0].sure
    assert bytes(tap.sent) == b"*IDN?\r\n"


async def test_the_link_of_a_scan_sends_nothing_that_is_not_permitted() -> None:
    made: list[QuestionLink] = []

    def make(name: str, settings: Settings) -> QuestionLink:
        made.append(QuestionLink(name, settings))
        return made[0]

    async with wiretap() as tap:
        host, _, port = tap.address.rpartition(":")
        await open_tcp(host, int(port), Settings(), "line", make=make)
        (link,) = made
        with pytest.raises(NotAQuestionError):
            await link.send(b"*RST\n")
        with link.permitting(b"*IDN?\n".__eq__):
            with pytest.raises(NotAQuestionError):
                await link.send(b"*RST\n")
            await link.send(b"*IDN?\n")
        with pytest.raises(NotAQuestionError):
            await link.send(b"*IDN?\n")
        await link.close()
        await asyncio.sleep(0.1)
    assert bytes(tap.sent) == b"*IDN?\n"
