"""Use and cost in the configuration: every error at its line, with what was probably meant."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from daq.build.usage import build_usage
from daq.calibration.folder import read_folder
from daq.calibration.register import Entry, Item, Register
from daq.config.load import examine, load_config
from daq.usage.plan import ByAlarm, ByChannel, ByRuns, Calibrated, Counter, Source
from tests.calibration_samples import balance

HEAD = """\
[site]
name = "lab"
[bus.feeder]
address = "127.0.0.1:1"
[instrument.meter]
profile = "eastron-sdm120"
bus = "feeder"
unit = 1
room = "Hall 1"
group.all = { interval = "1s", channels = ["power", "energy_import"] }
[shift.day]
days = ["mon"]
begin = "08:00"
end = "16:00"
[alarm.hot]
type = "limit"
channel = "meter.power"
high = 5
[alarm.quiet]
type = "limit"
channel = "meter.power"
high = 5
priority = "none"
[utilisation]
time_zone = "Asia/Shanghai"
"""

LINE = HEAD.count("\n") + 1


def errors(folder: Path, text: str, head: str = HEAD) -> str:
    path = folder / "daq.toml"
    path.write_text(head + text)
    return "\n".join(map(str, examine(path, environ={}).errors))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[usage.metre]\n", 'no instrument "metre" (did you mean "meter"?)'),
        ('[usage.x]\nrunning = { channel = "meter.powr", above = 1 }', 'channel "powr"'),
        ('[usage.meter]\nrunning = { channel = "meter.power" }', "needs above, below or both"),
        ("[usage.meter]\nrunning = { above = 1 }", "needs channel"),
        ("[usage.meter]\nrunning = { runs = false }", "needs one of channel, alarm, runs"),
        ('[usage.meter]\nrunning = { runs = true, alarm = "hot.high" }', "and no second"),
        ('[usage.meter]\nfault = { alarm = "hut.high" }', 'no alarm "hut.high"'),
        ('[usage.meter]\nfault = { alarm = "quiet.high" }', "is journalled nowhere"),
        (
            '[usage.meter]\noff = { channel = "meter.power", above = 3, below = 2 }',
            "above must be below",
        ),
        (
            '[usage.x]\nrunning = { channel = "meter.power", above = 1 }\noff = { silent = true }',
            "is for instruments",
        ),
        ('[usage.meter]\nplanned = ["dai"]', 'no shift "dai" (did you mean "day"?)'),
        ("[usage.meter]\nenergy = { rollover = 3 }", "needs one of counter, power, model"),
        (
            '[usage.meter]\nenergy = { power = "meter.power", rollover = 3 }',
            "rollover is for a counter",
        ),
        (
            (
                "[usage.meter]\ndepreciation = { value = 1, residual = 2, months = 3, "
                "begin = 2026-01-01 }"
            ),
            "residual must not be above value",
        ),
        ("[usage.meter]\ncalibration = -1", "must be an amount such as 12.50"),
        ("[usage.meter]\ncalibration = 1.0000001", "up to 6 decimals"),
        ('[usage.meter]\ncalibration = "much"', "must be an amount"),
        ("[usage.meter]\ncalibration = 3", "cost.currency: is missing"),
        ('[cost]\ncurrency = "Euro"', "a code of ISO 4217"),
        ('[cost.rate.a]\nbegin = "soon"', "a date such as 2026-01-31"),
        (
            '[cost]\ncurrency = "EUR"\n[cost.rate.a]\nbegin = 2026-01-01\ninstruments = ["metre"]',
            "no [usage.metre]",
        ),
        (
            (
                '[cost]\ncurrency = "EUR"\n[cost.tariff.a]\nbegin = 2026-01-01\nprice = 1\n'
                "bands = { night = 1 }"
            ),
            'no shift "night"',
        ),
        (
            (
                '[cost]\ncurrency = "EUR"\n[cost.rate.a]\nbegin = 2026-01-01\n[cost.rate.b]\n'
                "begin = 2026-01-01"
            ),
            'begins on the day of "a"',
        ),
        (
            (
                '[cost]\ncurrency = "EUR"\n[cost.tariff.a]\nbegin = 2026-01-01\nprice = 1\n'
                "[cost.tariff.b]\nbegin = 2026-01-01\nprice = 2"
            ),
            'begins on the day of "a"',
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    found = errors(tmp_path, text)
    assert said in found
    assert "daq.toml:" in found


def test_the_time_zone_has_to_be_stated(tmp_path: Path) -> None:
    head = HEAD.replace('[utilisation]\ntime_zone = "Asia/Shanghai"\n', "")
    assert "no time zone is stated" in errors(tmp_path, "[usage.meter]\n", head)
    assert errors(tmp_path, '[notification]\ntime_zone = "UTC"\n[usage.meter]\n', head) == ""


def test_the_name_of_the_daemon_is_taken_where_states_are_journalled(tmp_path: Path) -> None:
    head = HEAD.replace("meter", "daq")
    assert errors(tmp_path, "", head) == ""
    assert "states are journalled as instrument" in errors(tmp_path, 'interval = "10s"\n', head)


FULL = """
[usage.meter]
off = { silent = true }
fault = { alarm = "hot.high" }
calibration = 100
planned = ["day"]
energy = { counter = "meter.all.energy_import", rollover = 1000 }
[usage.oven]
title = "Oven"
cost_centre = "4711"
running = { channel = "meter.power", above = 150, on_delay = "10s" }
depreciation = { value = "1000.10", months = 12, begin = 2026-01-01 }
[cost]
currency = "JPY"
[cost.rate.a]
begin = 2026-01-01
running = 12.1
"""


def test_a_configuration_becomes_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "daq.toml"
    path.write_text(HEAD + FULL)
    balance(tmp_path / "certificates", calibrated="2026-01-10", due="2027-01-09")
    (one,) = read_folder(tmp_path / "certificates")
    register = Register((Entry(Item(name="meter"), (one.certificate,)),))
    plan = build_usage(load_config(path, environ={}), register)
    meter, oven = plan.items
    assert (str(plan.zone), plan.currency, plan.digits) == ("Asia/Shanghai", "JPY", 0)
    assert (meter.room, meter.bus, meter.off_when_silent, meter.off) == (
        "Hall 1",
        "feeder",
        True,
        None,
    )
    assert isinstance(meter.running, ByRuns)
    assert meter.fault == ByAlarm("hot.high")
    assert meter.energy == Counter(Source("meter", "energy_import", "all"), 1000)
    assert meter.calibration == Calibrated(Decimal(100), 364)
    assert meter.planned is not None
    assert (oven.title, oven.instrument, oven.meters) == ("Oven", False, {"meter"})
    rule = oven.running
    assert isinstance(rule, ByChannel)
    assert (rule.above, rule.on_delay) == (150, 10_000_000_000)
    assert oven.depreciation is not None
    assert oven.depreciation.value == Decimal("1000.10")
    assert oven.takes_part(["meter"])
    assert not meter.takes_part(["oven"])
    assert plan.rates[0].begin == date(2026, 1, 1)
    assert plan.rates[0].hour["running"] == Decimal("12.1")
    assert plan.item("oven") is oven
    assert plan.item("other") is None
