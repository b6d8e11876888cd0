"""Modbus profiles: what is refused, and how it is said."""

from pathlib import Path

import pytest

from drivers.errors import ProfileError
from drivers.modbus.profile import ModbusProfile
from drivers.model import Channel
from drivers.registry import available_profiles, load_profile
from tests.modbus_lab import make_profile

GOOD = """
[profile]
name = "x1"
manufacturer = "Maker"
model = "X1"
protocol = "modbus"
source = ["made up"]
[modbus]
byte_order = "big"
word_order = "big"
max_registers = 8
[channel.a]
function = 3
register = 0
type = "int16"
"""


def load(tmp_path: Path, text: str) -> ModbusProfile:
    path = tmp_path / "x1.toml"
    path.write_text(text, "utf-8")
    profile = load_profile(path)
    assert isinstance(profile, ModbusProfile)
    return profile


def test_a_profile_of_ones_own_is_loaded_by_path(tmp_path: Path) -> None:
    profile = load(tmp_path, GOOD)
    assert profile.name == "x1"
    assert profile.channels == (Channel(name="a", kind="integer"),)


@pytest.mark.parametrize(
    ("old", "new", "place", "text"),
    [
        ('byte_order = "big"\n', "", ":8:", "byte_order"),
        ('word_order = "big"\n', "", ":8:", "word_order"),
        ('type = "int16"', 'type = "int17"', ":15:", "did you mean"),
        ("function = 3", "function = 5", ":13:", "function"),
        ("register = 0", "regster = 0", ":14:", "did you mean"),
        ('type = "int16"', 'type = "string"', ":12:", "length"),
        ('type = "int16"', 'type = "bit"', ":12:", "bit: needed"),
        ("function = 3", "function = 1", ":12:", "reads bits"),
        ('type = "int16"', 'type = "int16"\nscale = 0', ":12:", "scale"),
        ('type = "int16"', 'type = "int16"\nsentinels = { 0x18000 = "off" }', ":12:", "no int16"),
        ('type = "int16"', 'type = "int16"\nsentinels = { 0x8000 = "good" }', ":16:", "good"),
        ('type = "int16"', 'type = "int16"\nsentinels = { 0x8000 = "broken" }', ":16:", "broken"),
        ('type = "int16"', 'type = "int16"\nkind = "text"', ":12:", "kind"),
        ("register = 0", "register = 65536", ":", "outside 0..65535"),
        ('type = "int16"', 'type = "string"\nlength = 20', ":", "more than max_registers"),
        ('protocol = "modbus"', 'protocol = "modbuss"', ":6:", "allowed: modbus, text"),
        ('protocol = "modbus"', "", ":2:", "is missing"),
        ('type = "int16"', 'type = "int16"\nlow = 5\nhigh = 4', ":12:", "below high"),
        ("[modbus]", "[modbus]\nturnaround = '3 weeks'", ":9:", "duration"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, place: str, text: str
) -> None:
    assert old in GOOD
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert f"x1.toml{place}" in str(caught.value)
    assert text in str(caught.value)


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(ProfileError, match="eastron-sdm630"):
        load_profile("eastron-sdm63")


def test_a_file_that_is_not_there_or_not_toml(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path / "none.toml")
    with pytest.raises(ProfileError, match="not TOML"):
        load(tmp_path, "[profile")


def test_registers_counted_from_one() -> None:
    channel = {"function": 4, "register": 1, "type": "uint16"}
    profile = make_profile({"a": channel}, {"address_base": 1})
    assert profile.address(profile.channel["a"]) == 0
    with pytest.raises(ValueError, match=r"0 is outside 1\.\.65536"):
        make_profile({"a": {**channel, "register": 0}}, {"address_base": 1})


@pytest.mark.parametrize("name", ["eastron-sdm630", "eurotherm-3000", "pta8c04"])
def test_bundled_profiles_say_where_their_facts_come_from(name: str) -> None:
    assert name in available_profiles()
    profile = load_profile(name)
    assert profile.name == name
    assert len(profile.profile.source) >= 2
    for channel in profile.channels:
        assert channel.unit
        assert channel.low is not None
        assert channel.high is not None
        assert channel.description
