"""Alarms that instruments have by their profiles."""

from pathlib import Path

import pytest

from daq.config.load import Examined, examine
from daq.config.template_check import wrong_templates
from drivers.registry import available_profiles, load_profile

HEAD = """\
[site]
name = "lab"
[bus.a]
address = "127.0.0.1:1"
[instrument.chamber]
profile = "binder-mb1"
bus = "a"
unit = 1
title = "Oven 3"
group.all = { interval = "1s", channels = ["temperature", "setpoint"] }
"""

DOOR = '[alarm.door]\ntype = "state"\nchannel = "chamber.temperature"\nvalues = [1]\n'
EVERY = ("deviation", "over-temperature", "sensor", "silent")


def examined(folder: Path, text: str, head: str = HEAD) -> Examined:
    path = folder / "daq.toml"
    path.write_text(head + text)
    return examine(path)


def names(found: Examined) -> list[str]:
    assert found.config is not None, found.errors
    return list(found.config.alarm)


def test_one_key_gives_a_chamber_its_alarms(tmp_path: Path) -> None:
    found = examined(tmp_path, "alarms = true\n")
    assert names(found) == [
        "chamber-deviation",
        "chamber-over-temperature",
        "chamber-sensor",
        "chamber-silent",
    ], "it reads no humidity"
    assert found.config
    made = found.config.alarm["chamber-deviation"].model_dump()
    assert (made["channel"], made["set_point"]) == ("chamber.temperature", "chamber.setpoint")
    assert (made["title"], made["group"], made["by"]) == (
        "Oven 3: does not follow its set-point",
        "chamber",
        2.0,
    )
    assert found.config.alarm["chamber-silent"].model_dump()["instrument"] == "chamber"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("alarms = false\n", []),
        ("", []),
        ('alarms = ["silent"]\n', ["chamber-silent"]),
        (
            "alarms = { deviation = false, sensor = false }\n",
            ["chamber-over-temperature", "chamber-silent"],
        ),
        (
            '[instrument.chamber.alarms.silent]\nunless = "door"\n' + DOOR,
            ["door", *(f"chamber-{n}" for n in EVERY)],
        ),
    ],
)
def test_some_of_them(tmp_path: Path, text: str, answer: list[str]) -> None:
    assert names(examined(tmp_path, text)) == answer


def test_what_is_to_be_otherwise(tmp_path: Path) -> None:
    text = '[instrument.chamber.alarms.deviation]\nby = 5\nunless = "sensor"\npriority = "low"\n'
    found = examined(tmp_path, text)
    assert found.config
    made = found.config.alarm["chamber-deviation"].model_dump()
    assert (made["by"], made["unless"], made["priority"]) == (5.0, "chamber-sensor", "low")
    assert made["settle"] == 3600


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("alarms = 3\n", 11, "must be true, false, a list of names, or a table of changes"),
        ('alarms = ["silnt"]\n', 11, 'has no alarm "silnt" (did you mean "silent"?)'),
        ("[instrument.chamber.alarms.x]\nby = 3\n", 11, '"binder-mb1" has no alarm "x" (have: '),
        ("[instrument.chamber.alarms.deviation]\nby = -3\n", 12, "must be a number above 0"),
        ("[instrument.chamber.alarms.deviation]\nbye = 3\n", 12, 'did you mean "by"'),
        ('alarms = ["humidity-deviation"]\n', 11, 'does not read a channel "humidity"'),
        ("[instrument.chamber.alarms.silent]\nunless = 'oven'\n", 12, 'no alarm "oven"'),
        (
            'alarms = true\n[alarm.chamber-silent]\ntype = "silent"\ndaemon = true\n',
            12,
            "an instrument has an alarm of this name",
        ),
    ],
)
def test_an_error_says_where_and_what(tmp_path: Path, text: str, line: int, words: str) -> None:
    found = examined(tmp_path, text)
    assert words in str(found.errors[0])
    assert found.errors[0].line == line


def test_a_profile_without_alarms_says_what_to_do(tmp_path: Path) -> None:
    head = HEAD.replace("binder-mb1", "keithley-2000").replace("unit = 1\n", "")
    head = head.replace('"temperature", "setpoint"', '"voltage"')
    found = examined(tmp_path, "alarms = true\n", head)
    assert any("has no alarms (describe them with [alarm.NAME]" in str(e) for e in found.errors)


def test_a_schedule_is_the_same_with_alarms(tmp_path: Path) -> None:
    without, with_them = examined(tmp_path, ""), examined(tmp_path, "alarms = true\n")
    assert without.config
    assert with_them.config
    assert without.config.bus == with_them.config.bus


WITH_ALARMS = [name for name in available_profiles() if load_profile(name).alarm]


@pytest.mark.parametrize("name", WITH_ALARMS)
def test_the_alarms_of_our_profiles_are_right(name: str) -> None:
    assert wrong_templates(name) == []
    assert "silent" in load_profile(name).alarm


def test_chambers_controllers_balances_and_meters_have_alarms() -> None:
    assert {
        "binder-mb1",
        "espec-p300",
        "samwon-temi",
        "weiss-simserv",
        "omron-e5cc",
        "eurotherm-3000",
        "watlow-f4t",
        "yudian-ai",
        "mettler-sics",
        "sartorius-sbi",
        "eastron-sdm120",
        "eastron-sdm630",
        "dlt645-2007",
        "yokogawa-wt310e",
    } <= set(WITH_ALARMS)


def test_a_wrong_template_is_found_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (Path("drivers/profiles/mettler-sics.toml")).read_text()
    own.write_text(
        text.replace('on_delay = "10s"', 'onn_delay = "10s"').replace(
            'reasons = ["device error"]', 'reasons = ["device error"]\nwhen = "on"'
        )
    )
    wrong = wrong_templates(str(own))
    assert len(wrong) == 2
    assert "own.toml:" in wrong[0]
    assert 'alarm.overload.onn_delay: unknown key (did you mean "on_delay"' in wrong[0]
    assert 'alarm.fault.when: no alarm "on" (have: overload, fault, silent)' in wrong[1]
