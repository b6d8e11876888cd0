"""What is found becomes a configuration that the daemon accepts."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.build.propose import propose
from daq.config.load import examine
from daq.scan.finding import Found, Match
from daq.scan.place import Place
from daq.scan.snippet import snippet
from drivers.model import Identity
from drivers.transport.serial_settings import SerialSettings

PORT = Place(port="/dev/ttyUSB0")
STABLE = "/dev/serial/by-id/usb-FTDI_A1-if00-port0"
TCP = Place(address="10.0.0.7:502")
LINE = SerialSettings(baud=19200, parity="even")


def match(profile: str, serial_number: str = "", *, sure: bool = True, score: float = 1.0) -> Match:
    return Match(
        profile=profile,
        model=f"Maker {profile}",
        identity=Identity(serial_number=serial_number),
        score=score,
        sure=sure,
        evidence="says that it is one",
    )


def unit(number: int, *profiles: str) -> Found:
    return Found(serial=LINE, unit=number, framing="rtu", matches=tuple(map(match, profiles)))


def parsed(place: Place, found: Sequence[Found]) -> dict[str, Any]:
    return tomllib.loads(propose(place, STABLE, found))


def test_a_line_with_several_units() -> None:
    data = parsed(PORT, [unit(1, "eastron-sdm630", "pta8c04"), unit(2, "pta8c04"), unit(3)])
    assert data["bus"] == {
        "line-1": {
            "port": STABLE,
            "baud": 19200,
            "data_bits": 8,
            "parity": "even",
            "stop_bits": 1,
        }
    }
    assert {name: each["unit"] for name, each in data["instrument"].items()} == {
        "eastron-sdm630": 1,
        "pta8c04": 2,
    }


def test_several_of_a_kind_are_told_apart_by_their_units() -> None:
    data = parsed(PORT, [unit(1, "pta8c04"), unit(2, "pta8c04")])
    assert list(data["instrument"]) == ["pta8c04-unit-1", "pta8c04-unit-2"]


def test_the_framing_behind_an_address_is_written_down() -> None:
    found = Found(serial=None, unit=1, framing="rtu", matches=(match("pta8c04"),))
    assert parsed(TCP, [found])["bus"] == {"tcp-1": {"address": "10.0.0.7:502", "framing": "rtu"}}


def test_an_instrument_alone_on_its_line_has_neither_unit_nor_address() -> None:
    found = Found(serial=LINE, matches=(match("keithley-2000", "1234567"),))
    (instrument,) = parsed(PORT, [found])["instrument"].values()
    assert instrument == {
        "profile": "keithley-2000",
        "bus": "line-1",
        "serial_number": "1234567",
        "group": {"all": {"interval": "1s"}},
    }


def test_who_is_sure_to_be_alone_excludes_the_rest_and_who_is_not_gives_way() -> None:
    addressed = Found(serial=LINE, address="1", matches=(match("yudian-ai"),))
    sure = Found(serial=LINE, matches=(match("keithley-2000"),))
    unsure = Found(serial=LINE, matches=(match("mettler-sics", sure=False),))
    assert list(parsed(PORT, [addressed, sure])["instrument"]) == ["keithley-2000"]
    assert list(parsed(PORT, [addressed, unsure])["instrument"]) == ["yudian-ai"]
    assert "perhaps also mettler-sics" in propose(PORT, STABLE, [addressed, unsure])


def test_alternatives_and_what_nothing_fits_stand_in_comments() -> None:
    text = propose(PORT, STABLE, [unit(1, "eastron-sdm630", "pta8c04"), unit(9)])
    assert "# fits as well: pta8c04" in text
    assert "# unit 9: something answers, but no profile fits" in text


def test_where_nothing_was_recognised_there_is_nothing_to_paste() -> None:
    assert propose(PORT, STABLE, []) == propose(PORT, STABLE, [unit(1)]) == ""


def test_the_interval_is_one_the_line_can_carry(tmp_path: Path) -> None:
    slow = SerialSettings(baud=1200)
    many = [
        Found(serial=slow, unit=number, framing="rtu", matches=(match("eastron-sdm630"),))
        for number in range(1, 9)
    ]
    text = propose(PORT, STABLE, many)
    assert 'interval = "1s"' not in text
    assert accepted(text, tmp_path) == []


def accepted(text: str, folder: Path) -> list[str]:
    """What the daemon says against a file with this in it."""
    path = folder / "daq.toml"
    path.write_text(f'[site]\nname = "lab"\n\n{text}', "utf-8")
    return [str(problem) for problem in examine(path).errors]


@pytest.mark.parametrize("place", [PORT, TCP], ids=["port", "tcp"])
def test_the_daemon_accepts_it(place: Place, tmp_path: Path) -> None:
    serial = LINE if place.port else None
    found = [
        Found(serial=serial, unit=7, framing="rtu", matches=(match("pta8c04"),)),
        Found(serial=serial, unit=8, framing="rtu", matches=(match("pta8c04", "S-1"),)),
    ]
    assert accepted(propose(place, STABLE, found), tmp_path) == []


@given(
    serial_number=st.text(max_size=60).filter(lambda text: text.isprintable() or text.isascii()),
    model=st.text(max_size=200),
    evidence=st.text(max_size=40),
)
def test_whatever_an_instrument_says_of_itself_the_text_stays_toml(
    serial_number: str, model: str, evidence: str
) -> None:
    said = Match(
        profile="pta8c04",
        model=model,
        identity=Identity(serial_number=serial_number),
        score=1.0,
        sure=True,
        evidence=evidence,
    )
    found = Found(serial=LINE, unit=1, framing="rtu", matches=(said, said), remark=model)
    (instrument,) = tomllib.loads(snippet(PORT, STABLE, [found], 1.0))["instrument"].values()
    expected = serial_number.replace("${", "$${")
    assert instrument.get("serial_number", "") == expected
