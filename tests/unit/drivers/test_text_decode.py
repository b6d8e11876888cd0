from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.model import Quality, Status, Value
from drivers.text.channel import TextChannel
from drivers.text.decode import Decoder, make_decoder, worst
from drivers.text.rule import StatusRule


def decoder(**keys: object) -> Decoder:
    return make_decoder("v", TextChannel.model_validate({"query": "q", **keys}), ())


def decode(
    text: str | None, fields: Mapping[str, str | None] | None = None, **keys: object
) -> tuple[Value, Status]:
    return decoder(**keys).decode({"v": text, **(fields or {})})


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), ("-  12.5", -12.5), (" +.5 ", 0.5), ("5.", 5.0), ("+1.2E-03", 0.0012)],
)
def test_numbers(text: str, value: float) -> None:
    assert decode(text) == (value, Status.GOOD)


@pytest.mark.parametrize("text", ["1,5", "1_0", "0x10", "٣", "--1", "1e", "e5", ".", "1 .2.3", "g"])
def test_no_numbers(text: str) -> None:
    assert decode(text) == (None, Status.MALFORMED_REPLY)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("NAN", Status.NOT_A_NUMBER),
        ("+inf", Status.OVER_RANGE),
        ("-INF", Status.UNDER_RANGE),
        ("1e999", Status.OVER_RANGE),
        ("-1e999", Status.UNDER_RANGE),
    ],
)
def test_numbers_that_are_none(text: str, status: Status) -> None:
    assert decode(text) == (None, status)


@pytest.mark.parametrize("text", ["", "  ", None])
def test_an_empty_or_absent_field_is_off(text: str | None) -> None:
    assert decode(text) == (None, Status.OFF)
    assert decode(text, empty="sensor break") == (None, Status.SENSOR_BREAK)


def test_integers_stay_integers_unless_scaled() -> None:
    assert decode("+07", type="integer") == (7, Status.GOOD)
    assert type(decode("7", type="integer")[0]) is int
    assert decode("7", type="integer", scale=0.5) == (3.5, Status.GOOD)
    assert decode("7.0", type="integer") == (None, Status.MALFORMED_REPLY)
    assert decode("9" * 25, type="integer") == (None, Status.OVER_RANGE)
    assert decode("-" + "9" * 25, type="integer") == (None, Status.UNDER_RANGE)


def test_hexadecimal_with_scale() -> None:
    assert decode("01F4", type="hex", signed_bits=16, scale=0.1) == (50.0, Status.GOOD)
    assert decode("FFF6", type="hex", signed_bits=16, scale=0.1) == (-1.0, Status.GOOD)
    assert decode("FF", type="hex") == (255, Status.GOOD)
    assert decode("10000", type="hex", signed_bits=16) == (None, Status.MALFORMED_REPLY)
    assert decode("GG", type="hex") == (None, Status.MALFORMED_REPLY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("41200000", (10.0, Status.GOOD)),
        ("c1200000", (-10.0, Status.GOOD)),
        ("7FC00000", (None, Status.NOT_A_NUMBER)),
        ("7F800000", (None, Status.OVER_RANGE)),
        ("FF800000", (None, Status.UNDER_RANGE)),
        ("4120000", (None, Status.MALFORMED_REPLY)),
        ("+1200000", (None, Status.MALFORMED_REPLY)),
    ],
)
def test_floating_point_in_hexadecimal(text: str, expected: tuple[Value, Status]) -> None:
    assert decode(text, type="hex-float") == expected


def test_status_bits_in_hexadecimal() -> None:
    rule = {"field": "s", "bits": {"16": "under range"}, "base": 16}
    assert decode("1", {"s": "10"}, status=[rule])[1] is Status.UNDER_RANGE
    assert decode("1", {"s": "0"}, status=[rule])[1] is Status.GOOD
    assert decode("1", {"s": "0x10"}, status=[rule])[1] is Status.MALFORMED_REPLY


def test_text_and_switches() -> None:
    assert decode(" Air ", type="text") == ("Air", Status.GOOD)
    assert decode("1", type="integer", kind="boolean") == (True, Status.GOOD)
    assert decode("0", type="integer", kind="boolean") == (False, Status.GOOD)


def test_units_are_converted_and_others_are_wrong() -> None:
    units: dict[str, Any] = {"'C": 1.0, "'F": {"scale": 5 / 9, "offset": -160 / 9}, "": 1.0}
    keys: dict[str, Any] = {"unit_field": "u", "units": units}
    assert decode("20", {"u": "'C"}, **keys) == (20.0, Status.GOOD)
    assert decode("68", {"u": " 'F "}, **keys)[0] == pytest.approx(20.0)
    assert decode("20", {"u": None}, **keys) == (20.0, Status.GOOD)
    assert decode("20", {"u": "K"}, **keys) == (None, Status.WRONG_UNIT)
    assert decode("20", {"u": ""}, unit_field="u", units={"g": 1}) == (None, Status.WRONG_UNIT)


def test_tenths_are_tenths() -> None:
    assert decode("458", type="integer", scale=0.1) == (45.8, Status.GOOD)
    assert decode("458", {"u": "ml"}, unit_field="u", units={"ml": 0.001}) == (0.458, Status.GOOD)


def test_a_whole_number_with_a_unit_is_a_float() -> None:
    value, _ = decode("5", {"u": "g"}, type="integer", unit_field="u", units={"g": 1})
    assert type(value) is float


def test_sentinels_are_taken_before_unit_and_scale() -> None:
    keys: dict[str, Any] = {
        "unit_field": "u",
        "units": {"VDC": 1000},
        "sentinels": [
            {"pattern": r"\*+", "status": "sensor break"},
            {"above": 9.8e37, "status": "over range"},
            {"below": -9.8e37, "status": "under range"},
            {"equals": -999, "status": "off"},
        ],
    }
    for text, status in [
        ("****", Status.SENSOR_BREAK),
        ("+9.9E37", Status.OVER_RANGE),
        ("-9.9E37", Status.UNDER_RANGE),
        ("-999.0", Status.OFF),
        ("1", Status.WRONG_UNIT),
    ]:
        assert decode(text, {"u": ""}, **keys) == (None, status)
    assert decode("1", {"u": "VDC"}, **keys) == (1000.0, Status.GOOD)


def test_what_is_implausible_is_uncertain() -> None:
    assert decode("150", high=100.0) == (150.0, Status.IMPLAUSIBLE)


@pytest.mark.parametrize(
    ("said", "status", "value"),
    [
        ("S", Status.GOOD, 1.0),
        ("D", Status.UNSTABLE, 1.0),
        ("X", Status.MALFORMED_REPLY, None),
        (None, Status.MALFORMED_REPLY, None),
    ],
)
def test_a_status_letter(said: str | None, status: Status, value: float | None) -> None:
    rule = {"field": "s", "map": {"S": "good", "D": "unstable"}}
    assert decode("1", {"s": said}, status=[rule]) == (value, status)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("0", Status.GOOD),
        ("16", Status.UNDER_RANGE),
        ("048", Status.UNDER_RANGE),
        ("1", Status.DEVICE_ERROR),
        ("", Status.DEVICE_ERROR),
        ("-1", Status.DEVICE_ERROR),
        ("x", Status.DEVICE_ERROR),
    ],
)
def test_status_bits(said: str, status: Status) -> None:
    rule = {
        "field": "s",
        "bits": {"16": "under range", "32": "over range"},
        "other": "device error",
    }
    assert decode("1", {"s": said}, status=[rule])[1] is status


def test_status_flags_in_any_number() -> None:
    rule = {
        "field": "s",
        "flags": {"MOV": "over range", "LCK": "good", "HLD": "unstable"},
        "other": "malformed reply",
    }
    for said, status in [
        (None, Status.GOOD),
        (" LCK ", Status.GOOD),
        ("LCK HLD", Status.UNSTABLE),
        ("HLD MOV LCK", Status.OVER_RANGE),
        ("LCK FOO", Status.MALFORMED_REPLY),
    ]:
        assert decode("1", {"s": said}, status=[rule])[1] is status


def test_rules_of_the_query_count_for_each_channel() -> None:
    common = StatusRule.model_validate({"field": "s", "map": {"1": "sensor break"}})
    made = make_decoder("v", TextChannel(query="q"), (common,))
    assert made.decode({"v": "5", "s": "1"}) == (None, Status.SENSOR_BREAK)


def test_the_worst_status_wins_and_the_first_of_equals() -> None:
    assert worst() is Status.GOOD
    assert worst(Status.GOOD, Status.UNSTABLE, Status.IMPLAUSIBLE) is Status.UNSTABLE
    assert worst(Status.UNSTABLE, Status.OFF, Status.TIMEOUT) is Status.OFF


RULES = [
    {"field": "s", "map": {"S": "good", "": "unstable"}},
    {"field": "s", "bits": {"1": "good", "2": "over range"}},
    {"field": "s", "flags": {"A": "good"}, "other": "good"},
    {"field": "s", "bits": {"1": "good"}, "base": 16},
]
TYPES = st.sampled_from(
    [
        {"type": "float", "low": -1.0, "high": 1.0, "scale": 1e300},
        {"type": "integer"},
        {"type": "integer", "kind": "boolean"},
        {"type": "hex", "signed_bits": 16, "scale": 0.1},
        {"type": "hex"},
        {"type": "hex-float"},
        {"type": "text"},
        {"unit_field": "u", "units": {"g": 1, "": 1e308}},
    ]
)
TEXTS = (
    st.none()
    | st.from_regex(r"[0-9A-Fa-f]{8}", fullmatch=True)
    | st.text(max_size=20)
    | st.from_regex(r"[-+ 0-9.eE]{0,40}", fullmatch=True)
)


@given(keys=TYPES, rule=st.sampled_from(RULES), v=TEXTS, u=TEXTS, s=TEXTS)
def test_any_fields_decode(
    keys: dict[str, object], rule: dict[str, object], v: str | None, u: str | None, s: str | None
) -> None:
    value, status = decoder(**keys, status=[rule]).decode({"v": v, "u": u, "s": s})
    assert (value is None) == (status.quality is Quality.BAD)
    if isinstance(value, float):
        assert abs(value) < float("inf")
    if isinstance(value, int):
        assert -(2**63) <= value < 2**63
