"""Recipients in the configuration: every error at its line, and what is made of what is right."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daq.build.notification import addresses_of, policy_of, timing_of
from daq.config.errors import SecretError
from daq.config.load import examine, load_config
from daq.notification.recipient import Place, Shift, Window
from daq.notification.sender import Address

HEAD = """\
[site]
name = "lab"
[bus.feeder]
address = "127.0.0.1:1"
[instrument.oven]
profile = "eastron-sdm630"
bus = "feeder"
unit = 1
room = "Hall 2"
group.all = { interval = "1s", channels = ["voltage_l1", "frequency"] }
[alarm.volt]
type = "limit"
channel = "oven.voltage_l1"
title = "Supply too high"
high = 253
[alarm.off]
type = "state"
channel = "oven.frequency"
values = [0]
priority = "none"
[alarm.both]
type = "combination"
need = "all"
of = ["off", "volt.high"]
[notification]
time_zone = "Asia/Shanghai"
[shift.night]
days = ["fri", "sat"]
begin = "22:00"
end = "06:00"
[recipient.chief]
url = { env = "CHIEF" }
priority = "none"
"""

LI = """
[recipient.li]
url = { env = "LI" }
title = "Li"
language = "zh"
priority = "high"
rooms = ["Hall 2"]
instruments = ["oven"]
shifts = ["night"]
after = "15min"
quiet = "22:00-06:30"
quiet_priority = "none"
digest = "medium"
digest_at = ["08:00", "16:30"]
events = ["crash"]
follow_up = false
gather = "1s"
pause = "2min"
pause_limit = "1h"
"""


def errors(tmp_path: Path, text: str, *, warnings: bool = False) -> list[str]:
    file = tmp_path / "daq.toml"
    file.write_text(text)
    result = examine(file, environ={})
    found = result.warnings if warnings else result.errors
    return [f"{problem.key}: {problem.message} {problem.hint}".strip() for problem in found]


def test_what_is_right_becomes_a_policy(tmp_path: Path) -> None:
    file = tmp_path / "daq.toml"
    file.write_text(HEAD + LI)
    config = load_config(file, environ={})
    policy = policy_of(config)
    chief, li = policy.recipients
    assert (chief.rank, chief.digest, chief.quiet) == (-1, None, None)
    assert (li.rank, li.language, li.title, li.follow_up) == (1, "zh", "Li", False)
    assert li.shifts == (Shift(frozenset({4, 5}), Window(22 * 60, 6 * 60)),)
    assert (li.quiet, li.quiet_rank) == (Window(22 * 60, 6 * 60 + 30), -1)
    assert (li.digest, li.digest_at) == (2, (480, 990))
    assert (li.after, li.gather, li.pause) == (900 * 10**9, 10**9, 120 * 10**9)
    assert policy.zone == ZoneInfo("Asia/Shanghai")
    place = Place(frozenset({"oven"}), frozenset({"Hall 2"}))
    assert policy.alarms == dict.fromkeys(["volt.high", "off", "both"], place)
    assert policy.buses == {"feeder": place}
    assert policy.titles["volt.high"] == "Supply too high"
    environ = {"LI": "json://one", "CHIEF": "json://two"}
    assert addresses_of(config, environ) == {
        "chief": Address("json://two"),
        "li": Address("json://one"),
    }
    with pytest.raises(SecretError, match=r"recipient\.li: environment variable LI is not set"):
        addresses_of(config, {"CHIEF": "json://two"})
    assert timing_of(config).longest == 600.0


def test_without_a_zone_it_is_utc(tmp_path: Path) -> None:
    file = tmp_path / "daq.toml"
    file.write_text('[site]\nname = "lab"\n')
    assert str(policy_of(load_config(file, environ={})).zone) == "UTC"


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ('["night"]', '["nihgt"]', 'shifts[0]: no shift "nihgt" did you mean "night"?'),
        ('["oven"]', '["ovn"]', 'instruments[0]: no instrument "ovn" did you mean "oven"?'),
        ('["Hall 2"]', '["Hall 3"]', 'rooms[0]: no room "Hall 3" did you mean "Hall 2"?'),
        ('"22:00-06:30"', '"22-6"', 'quiet: must be a time of day from and to, such as "22:00'),
        ('"16:30"', '"24:00"', 'digest_at[1]: must be a time of day such as "08:00", before'),
        ('"16:30"', '"4pm"', 'digest_at[1]: must be a time of day such as "08:00"'),
        ('"high"', '"hgih"', "priority: "),
        ('["crash"]', '["crahs"]', "events[0]: "),
        ('{ env = "LI" }', '"json://here"', "url: must not stand in this file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, before: str, after: str, error: str) -> None:
    found = errors(tmp_path, HEAD + LI.replace(before, after))
    assert len(found) == 1, found
    assert found[0].startswith(f"recipient.li.{error}".replace("[", ".").replace("]", "")) or (
        found[0].startswith(f"recipient.li.{error}")
    ), found


def test_zones_and_shifts_that_are_wrong(tmp_path: Path) -> None:
    wrong = HEAD.replace("Asia/Shanghai", "Asia/Shanghia").replace('"06:00"', '"25:00"') + LI
    found = errors(tmp_path, wrong)
    assert len(found) == 2
    assert 'did you mean "Asia/Shanghai"' in found[0]
    assert found[1].startswith('shift.night.end: must be a time of day such as "08:00"')


def test_times_of_day_need_a_stated_zone(tmp_path: Path) -> None:
    (found,) = errors(tmp_path, HEAD.replace('time_zone = "Asia/Shanghai"', "") + LI)
    assert found.startswith("recipient.li.shifts: has times of day, and no time zone is stated")


def test_a_missing_library_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daq.config.checks.recipients.LIBRARY", "no_such_library")
    (found,) = errors(tmp_path, HEAD + LI)
    assert found.startswith("recipient: needs the package apprise, which is not installed")


def test_hours_in_which_nobody_is_there_are_unwise(tmp_path: Path) -> None:
    night = LI.replace('rooms = ["Hall 2"]', "").replace('instruments = ["oven"]', "")
    (found,) = errors(tmp_path, HEAD + night, warnings=True)
    assert found.startswith(
        "recipient.li.shifts: nobody who is told of critical alarms is on duty on mon at 00:00"
    )
    day = '[shift.day]\nbegin = "06:00"\nend = "22:00"\n'
    week = HEAD.replace('days = ["fri", "sat"]\n', "") + day
    assert (
        errors(tmp_path, week + night.replace('["night"]', '["night", "day"]'), warnings=True) == []
    )
    gap = week.replace('begin = "06:00"', 'begin = "07:00"')
    (found,) = errors(tmp_path, gap + night.replace('["night"]', '["night", "day"]'), warnings=True)
    assert "on mon at 06:00" in found


def test_one_alone_and_an_open_secret_are_unwise(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("json://host")
    secret.chmod(0o644)
    alone = HEAD.replace('{ env = "CHIEF" }', '{ file = "url" }')
    found = errors(tmp_path, alone, warnings=True)
    assert any("is the only recipient" in text for text in found)
    assert any("can be read by every user" in text for text in found)
