"""Alarms in the configuration: every error at its line, with what was probably meant."""

from pathlib import Path

import pytest

from daq.build.alarms import build_rules, watched
from daq.config.alarm import KINDS, SilentAlarm
from daq.config.load import examine, load_config

HEAD = """\
[site]
name = "lab"
[bus.feeder]
address = "127.0.0.1:1"
[instrument.feeder]
profile = "eastron-sdm630"
bus = "feeder"
unit = 1
group.all = { interval = "1s", channels = ["voltage_l1", "frequency"] }
"""

EVERY = """
[alarm.volt]
type = "limit"
channel = "feeder.voltage_l1"
low_low = 190
low = 207.0
high = 253
high_high = 265
dead_band = 1
on_delay = "5s"
[alarm.jump]
type = "change"
channel = "feeder.all.frequency"
rise = 0.5
window = "10s"
[alarm.apart]
type = "deviation"
channel = "feeder.frequency"
set_point = "feeder.voltage_l1"
by = 2
[alarm.silent]
type = "stale"
channel = "feeder.frequency"
after = "1min"
[alarm.dead-man]
type = "silent"
instrument = "feeder"
[alarm.in-run]
type = "run"
instrument = "feeder"
[alarm.standard]
type = "check-standard"
channel = "feeder.frequency"
nominal = 50
near = 1
tolerance = 0.1
during = "off"
[alarm.many]
type = "flood"
[alarm.poor]
type = "quality"
channel = "feeder.frequency"
[alarm.dead]
type = "flat"
channel = "feeder.frequency"
window = "1h"
[alarm.off]
type = "state"
channel = "feeder.frequency"
values = [0, "off", false]
priority = "none"
[alarm.both]
type = "combination"
need = "all"
of = ["volt.high", "poor"]
unless = "off"
[alarm.shew]
type = "shewhart"
channel = "feeder.frequency"
mean = 50
sigma = 0.01
[alarm.ew]
type = "ewma"
channel = "feeder.frequency"
mean = 50
sigma = 0.01
[alarm.cu]
type = "cusum"
channel = "feeder.frequency"
mean = 50
sigma = 0.01
[alarm.drift]
type = "trend"
channel = "feeder.voltage_l1"
above = 260
window = "10min"
horizon = "40min"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "daq.toml"
    path.write_text(HEAD + text)
    return path


def test_every_kind_becomes_rules(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, EVERY))
    assert {type(alarm) for alarm in config.alarm.values()} == set(KINDS)
    rules = {rule.settings.sort.name: rule.settings for rule in build_rules(config)}
    assert list(rules)[:4] == ["volt.low-low", "volt.low", "volt.high", "volt.high-high"]
    assert rules["volt.high"].sort.priority == "medium"
    assert rules["volt.high-high"].sort.priority == "critical"
    assert rules["volt.high"].on_delay == 5_000_000_000
    assert rules["both"].needs == ("volt.high", "poor", "off")
    assert len(rules) == len(KINDS) + 3


CHANNEL = '[alarm.x]\ntype = "quality"\nchannel = '
WRONG = [
    (CHANNEL + '"feder.frequency"', 12, 'no instrument "feder" (did you mean "feeder"?)'),
    (CHANNEL + '"feeder.frequenzy"', 12, 'a channel "frequenzy" (did you mean "frequency"?)'),
    (CHANNEL + '"feeder.current_l1"', 12, "(read: voltage_l1, frequency)"),
    (CHANNEL + '"feeder.al.frequency"', 12, 'has no group "al" (did you mean "all"?)'),
    (CHANNEL + '"frequency"', 12, 'must be "instrument.channel"'),
    ('[alarm.x]\ntype = "limits"', 11, 'did you mean "limit"?'),
    (CHANNEL + '"feeder.frequency"\nunless = "y"\n', 13, 'no alarm "y" (have: x)'),
    (CHANNEL + '"feeder.frequency"\nwhen = "x"\n', 10, "in a circle: x needs x"),
    (CHANNEL + '"feeder.frequency"\nonn_delay = "1s"\n', 13, 'did you mean "on_delay"'),
    (
        '[alarm.x]\ntype = "silent"\ninstrument = "feder"\n',
        12,
        'no instrument "feder" (did you mean "feeder"?)',
    ),
    (
        '[alarm.x]\ntype = "run"\ninstrument = "feder"\n',
        12,
        'no instrument "feder" (did you mean "feeder"?)',
    ),
    (
        '[alarm.x]\ntype = "silent"\nbus = "other"\n',
        12,
        'no bus with instruments "other" (have: feeder)',
    ),
    (
        '[alarm.x]\ntype = "check-standard"\nchannel = "feeder.frequency"\nnominal = 5\nnear = 1\n',
        10,
        "needs tolerance, sigma or both",
    ),
    ('[alarm.x]\ntype = "flood"\nuntil_below = 12\n', 10, "it would never begin"),
    ('[alarm.x]\ntype = "silent"\n', 10, "needs instrument, bus or daemon = true, one of them"),
    (
        '[alarm.x]\ntype = "silent"\ndaemon = true\non_delay = "1s"\n',
        10,
        "an absence is over when told",
    ),
    (
        '[alarm.x]\ntype = "limit"\nchannel = "feeder.frequency"\nlow = 3\nhigh = 2\n',
        10,
        "low must be below high",
    ),
    (
        '[alarm.x]\ntype = "limit"\nchannel = "feeder.frequency"\nlow = "3"\n',
        13,
        'must be a number, found "3"',
    ),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_an_error_says_where_and_what(tmp_path: Path, text: str, line: int, words: str) -> None:
    found = examine(written(tmp_path, text))
    assert found.config is None
    problems = [(problem.line, str(problem)) for problem in found.errors]
    assert [number for number, _ in problems] == [line], problems
    assert words in problems[0][1]


def test_an_alarm_that_is_wrong_itself_is_not_also_missing(tmp_path: Path) -> None:
    wrong = '[alarm.y]\ntype = "flat"\nchannel = "feeder.frequency"\n'
    text = wrong + CHANNEL + '"feeder.frequency"\nwhen = "y"\n'
    found = examine(written(tmp_path, text))
    assert [problem.key for problem in found.errors] == ["alarm.y.window"]


def test_a_lost_bus_is_told_by_its_own_alarm_where_it_has_one(tmp_path: Path) -> None:
    text = '[alarm.one]\ntype = "silent"\ninstrument = "feeder"\n'
    config = load_config(written(tmp_path, text))
    assert [watched(config, a) for a in config.alarm.values() if isinstance(a, SilentAlarm)] == [
        (("feeder",), "feeder")
    ]
    config = load_config(written(tmp_path, text + '[alarm.all]\ntype = "silent"\nbus = "feeder"\n'))
    assert [watched(config, a) for a in config.alarm.values() if isinstance(a, SilentAlarm)] == [
        (("feeder",), ""),
        (("feeder",), "feeder"),
    ]
