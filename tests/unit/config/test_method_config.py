"""``[method.NAME]``: what is wrong with one is said at its line, and its limits are worked out."""

from pathlib import Path

import pytest

from daq.build.changes import needs_restart
from daq.build.series import interval_of, method_of, series_rules
from daq.build.setup import Setup
from daq.config.load import Examined, examine
from daq.method.conformity import Limits, Rule
from drivers.model import Status

HEAD = """\
[site]
name = "lab"
[bus.a]
address = "127.0.0.1:1"
[bus.b]
address = "127.0.0.1:2"
[instrument.balance]
profile = "sartorius-sbi-print"
bus = "a"
group.all = { interval = "200ms" }
[instrument.oven]
profile = "binder-mb1"
bus = "b"
unit = 1
group.all = { interval = "5s", channels = ["temperature"] }
[method.fill]
"""

LOT = 'measures = "weight"\nnominal = 500\nlot = 300\n'


def examined(folder: Path, text: str) -> Examined:
    path = folder / "daq.toml"
    path.write_text(HEAD + text)
    return examine(path)


def setup(folder: Path, text: str) -> Setup:
    found = examined(folder, text)
    assert found.config is not None, found.errors
    return Setup.of(found.config)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("count = 3\n", "measures"),
        ('measures = "scale.weight"\nupper = 1\n', 'no instrument "scale"'),
        ('measures = "balance.weigt"\nupper = 1\n', 'no channel "weigt"'),
        ('measures = "weigt"\nupper = 1\n', 'no instrument has a channel "weigt"'),
        ('measures = "a b"\nupper = 1\n', "measures"),
        ('measures = "weight"\nlower = 2\nupper = 1\n', "lower: is above upper"),
        ('measures = "weight"\nbelow = 1\n', "nominal: is missing"),
        ('measures = "weight"\nlot = 300\n', "nominal: is missing"),
        ('measures = "weight"\nnominal = 5\nbelow = 1\nlower = 1\n', "given twice"),
        (LOT + "count = 49\n", "a lot of 300 asks for 50 samples"),
        (LOT + "upper = 600\n", "upper: follow from `lot`"),
        (LOT.replace("500", "60000"), "50000 g or mL at most"),
        ('measures = "temperature"\nnominal = 50\nlot = 300\n', "the channel is in"),
        ('measures = "weight"\nupper = 1\nguard = -1\n', "guard"),
        ('measures = "weight"\nupper = 1\nrule = "strict"\n', "rule"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    found = examined(tmp_path, text)
    assert any(said in str(problem) for problem in found.errors), found.errors


def test_a_method_without_requirements_is_warned_of(tmp_path: Path) -> None:
    found = examined(tmp_path, 'measures = "weight"\n')
    assert not found.errors
    assert any("requires nothing" in str(problem) for problem in found.warnings)


def test_limits_count_from_the_nominal_value(tmp_path: Path) -> None:
    text = 'measures = "weight"\nnominal = 250\nbelow = 2\nabove = 3\n'
    for deviation, limits in (("unit", Limits(248, 253)), ("percent", Limits(245, 257.5))):
        made = setup(tmp_path, f'{text}deviation = "{deviation}"\n')
        assert series_rules(made).methods["fill"].limits == limits


def test_a_method_as_it_is_worked_with(tmp_path: Path) -> None:
    text = 'measures = "balance.weight"\nupper = 9\nrule = "conditional"\nguard = 0.83\n'
    made = setup(tmp_path, text)
    method = series_rules(made).methods["fill"]
    assert (method.instrument, method.channel, method.decimals) == ("balance", "weight", 4)
    assert (method.limits, method.rule) == (Limits(upper=9), Rule("conditional", 0.83))
    assert (method.count, method.lot) == (1, None)
    assert made.config.method["fill"].samples == 1


def test_the_samples_of_a_lot_are_those_of_its_plan(tmp_path: Path) -> None:
    made = setup(tmp_path, LOT)
    method = method_of("fill", made.config.method["fill"], made)
    assert (method.count, method.lot, method.decimals) == (50, 300, None)


def test_which_channels_are_driven_by_a_key(tmp_path: Path) -> None:
    made = setup(tmp_path, 'measures = "weight"\nupper = 1\n')
    rules = series_rules(made)
    assert rules.silences == {("balance", "weight"): Status.OFF}
    assert rules.channels == {"balance": {"weight": "g"}, "oven": {"temperature": "Cel"}}
    assert interval_of(made, "oven", "temperature") == 5
    assert interval_of(made, "oven", "humidity") == interval_of(made, "gone", "weight") == 0


def test_a_reload_changes_methods_where_there_were_any(tmp_path: Path) -> None:
    old, new = (
        setup(tmp_path, f'measures = "weight"\nupper = {limit}\n').config for limit in (1, 2)
    )
    assert needs_restart(old, new) == []
    none = old.model_copy(update={"method": {}})
    assert needs_restart(none, new) == [("method", "fill")]
    assert needs_restart(new, none) == []
