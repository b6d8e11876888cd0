"""Devices that do not look at the unit or address are found once."""

from daq.scan.bounds import Bounds
from daq.scan.collapse import collapse
from daq.scan.finding import Found, Match
from daq.scan.known import Known
from daq.scan.place import Place
from daq.scan.plan import plan_scan
from drivers.model import Identity
from drivers.registry import Framing, load_profile

TCP = Place(address="10.0.0.7:4001")
KNOWN = [Known(name, load_profile(name)) for name in ("pta8c04", "weiss-simserv")]
BOUNDS = Bounds(units=(1, 2, 3), addresses=("1", "01", "2", "3"))
STEPS = plan_scan(TCP, KNOWN, BOUNDS)[0].steps


def match(profile: str, serial_number: str = "") -> Match:
    identity = Identity(serial_number=serial_number)
    return Match(
        profile=profile, model="M", identity=identity, score=1.0, sure=True, evidence="it is"
    )


def units(*numbers: int, framing: Framing = "tcp", serials: str = "") -> list[Found]:
    return [
        Found(serial=None, unit=n, framing=framing, matches=(match("pta8c04", serials[i : i + 1]),))
        for i, n in enumerate(numbers)
    ]


def addressed(*addresses: str) -> list[Found]:
    return [Found(serial=None, address=a, matches=(match("weiss-simserv"),)) for a in addresses]


def test_a_device_that_answers_as_every_unit_is_one() -> None:
    (found,) = collapse(units(1, 2, 3), STEPS)
    assert found.unit == 1
    assert "unit 1 to unit 3" in found.remark


def test_units_behind_a_gateway_are_many() -> None:
    assert len(collapse(units(1, 3), STEPS)) == 2, "one of those tried did not answer"
    assert len(collapse(units(1, 2, 3, serials="ABC"), STEPS)) == 3, "they say who they are"
    assert len(collapse(units(1, 2, 3, framing="rtu"), STEPS)) == 3, "a line has a unit for each"


def test_one_address_written_in_two_ways_is_one() -> None:
    found = collapse(addressed("1", "01"), STEPS)
    assert [each.address for each in found] == ["1"]
    assert found[0].remark == ""


def test_a_device_that_answers_at_every_address_is_one() -> None:
    (found,) = collapse(addressed("1", "01", "2", "3"), STEPS)
    assert "address 1 to address 3" in found.remark


def test_an_instrument_alone_on_its_line_stays_as_it_is() -> None:
    alone = [Found(serial=None, matches=(match("keithley-2000"),))]
    assert collapse(alone, STEPS) == alone
    assert collapse([], STEPS) == []
