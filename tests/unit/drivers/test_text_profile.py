import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from drivers.errors import ProfileError
from drivers.registry import load_profile
from drivers.text.family import build
from drivers.text.profile import TextProfile

SOUND = tomllib.loads(
    r"""
    [profile]
    name = "example"
    manufacturer = "Example"
    model = "X"
    protocol = "text"
    source = ["made up for this test"]

    [identify]
    queries = ["who"]
    expect = { model = 'X.*' }

    [query.who]
    send = "?"
    reply = [{ pattern = 'I am (?P<model>\w+)' }]

    [query.values]
    send = "R"
    reply = [
      { pattern = '(?P<a>\d+),(?P<b>\d*) (?P<unit>\w+) (?P<state>\w)' },
      { pattern = 'E(?P<code>\d)', status = "device error" },
    ]

    [channel.a]
    query = "values"
    unit_field = "unit"
    units = { g = 1 }
    status = [{ field = "state", map = { S = "good" } }]

    [channel.second]
    query = "values"
    field = "b"
    type = "integer"
    """
)
Change = Callable[[dict[str, Any]], None]


def changed(change: Change) -> dict[str, Any]:
    raw = copy.deepcopy(SOUND)
    change(raw)
    return raw


def put(*path: str | int, value: object) -> Change:
    def change(raw: dict[str, Any]) -> None:
        place: Any = raw
        for key in path[:-1]:
            place = place[key] if isinstance(key, int) else place.setdefault(key, {})
        place[path[-1]] = value

    return change


def test_a_sound_profile() -> None:
    profile = TextProfile.model_validate(SOUND)
    assert [(c.name, c.kind) for c in profile.channels] == [("a", "float"), ("second", "integer")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            put("channel", "a", "query", value="valeus"),
            'channel.a.query\n  no query "valeus"',
        ),
        (put("channel", "second", "field", value="c"), 'channel.second.field\n  no group "c"'),
        (put("channel", "a", "unit_field", value="code"), 'no group "code"'),
        (
            put("query", "values", "status", value=[{"field": "x", "map": {"1": "good"}}]),
            'group "x"',
        ),
        (put("identify", "queries", value=["whom"]), 'identify.queries.0\n  no query "whom"'),
        (put("identify", "expect", value={"firmware": "1"}), 'no group "firmware"'),
        (put("identify", "expect", value={"model": "(a+)+b"}), "may take too long"),
        (put("query", "who", "send", value="{address}?"), "text.address\n  missing"),
        (put("text", "address", value=r"\d"), "no command contains"),
        (put("text", "reply_terminator", value=""), "query.values.length\n  missing"),
        (put("query", "who", "reply", value=[{"pattern": "("}]), "query.who.reply.0.pattern\n"),
        (put("query", "who", "reply", value=[]), "at least 1"),
        (put("query", "values", "reply", 1, "status", value="good"), "must be a bad one"),
        (put("query", "values", "reply", 1, "status", value="over rnge"), "no such reason"),
        (put("query", "values", "timeout", value="1 hour"), "no duration"),
        (put("query", "values", "reply_length", value=5000), "1024"),
        (put("channel", "a", "units", value={}), "needs units"),
        (put("channel", "second", "units", value={"g": 1}), "needs unit_field"),
        (put("channel", "second", "signed_bits", value=16), "belongs to type = 'hex'"),
        (put("channel", "second", "kind", value="text"), "does not come from"),
        (put("channel", "second", "sentinels", value=[{"status": "off"}]), "exactly one of"),
        (
            put("channel", "a", "status", value=[{"field": "state", "bits": {"x": "off"}}]),
            "masks in decimal",
        ),
        (put("channel", "a", "status", value=[{"field": "state"}]), "exactly one of map"),
        (put("channel", "a", "colour", value="red"), "colour"),
        (put("channel", "a", "scale", value=0), "scale: 0"),
        (put("channel", "a", "units", value={"g": {"scale": 0}}), "scale: 0"),
        (put("channel", "a", "offset", value=float("nan")), "finite"),
        (put("query", "values", "once", value=True), "values is asked only once"),
        (put("query", "who", "silence", value="off"), "proves nothing"),
        (
            put("query", "who", "reply", value=[{"fields": ["model"], "pattern": "x"}]),
            "exactly one",
        ),
        (put("query", "who", "reply", value=[{"fields": ["a b"]}]), "query.who.reply.0.fields\n"),
        (put("query", "who", "before", value=[{"send": "x", "reply": ()}]), "at least 1"),
        (put("text", "startup", value=[{"write": "remote"}]), 'no write "remote"'),
        (put("text", "checksum", value={"algorithm": "crc99"}), "crc16-modbus"),
        (put("query", "who", "send", value="{prefix}?"), "must contain {address}"),
        (put("channel", "a", "unit_field", value="whose.model"), 'no query "whose"'),
        (put("channel", "a", "unit_field", value="who.made"), 'no group "made"'),
        (
            put("channel", "a", "status", value=[{"field": "who.x", "map": {"1": "off"}}]),
            'no group "x"',
        ),
    ],
)
def test_what_is_wrong_with_a_profile_is_said(change: Change, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TextProfile.model_validate(changed(change))
    assert message in str(caught.value)


def test_an_addressed_instrument_needs_a_fitting_address() -> None:
    def address(raw: dict[str, Any]) -> None:
        raw["text"] = {"address": r"[0-9]{2}"}
        raw["query"]["values"]["send"] = "#{address}"

    addressed = TextProfile.model_validate(changed(address))
    plain = TextProfile.model_validate(SOUND)
    assert build(addressed, address="05").profile is addressed
    for wrong in (None, "5", "005"):
        with pytest.raises(ProfileError, match="address"):
            build(addressed, address=wrong)
    with pytest.raises(ProfileError, match="has no address"):
        build(plain, address="05")
    with pytest.raises(ProfileError, match="unit belongs to Modbus"):
        build(plain, unit=1)


def test_a_command_that_cannot_be_encoded_is_an_error_of_the_profile() -> None:
    profile = TextProfile.model_validate(changed(put("query", "who", "send", value="µ?")))
    with pytest.raises(ProfileError, match="encoding"):
        build(profile)


def test_each_error_is_reported_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        """[profile]
name = "example"
manufacturer = "Example"
model = "X"
protocol = "text"
source = ["made up for this test"]
[query.values]
send = "R"
[[query.values.reply]]
pattern = '(?P<a>[0-9]+)+'
[channel.a]
query = "valeus"
[channel.b]
query = "values"
"""
    )
    with pytest.raises(ProfileError) as first:
        load_profile(path)
    path.write_text(path.read_text().replace(")+'", ")'"))
    with pytest.raises(ProfileError) as second:
        load_profile(path)
    assert "x.toml:10: query.values.reply[0].pattern: " in str(first.value)
    assert str(second.value).replace(str(tmp_path), "").splitlines() == [
        '/x.toml:12: channel.a.query: no query "valeus" (did you mean "values"?)',
        '/x.toml:13: channel.b: no group "b" (there are: a)',
    ]
