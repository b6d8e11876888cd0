"""Mean and sigma of a reference period, against published answers."""

import json
import random
import statistics
from pathlib import Path

import pytest
from click.testing import CliRunner

from daq.__main__ import cli
from daq.alarms.errors import AlarmError
from daq.alarms.reference import anderson_darling, figures, hints, samples
from daq.alarms.rule import Point
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from drivers.model import Status
from tests.alarm_samples import series
from tests.journal_samples import NOON, NS, running

# fmt: off
CHICKS = [
    156, 162, 168, 182, 186, 190, 190, 196, 202, 210,
    214, 220, 226, 230, 230, 236, 236, 242, 246, 270,
]
# fmt: on
CONFIG = """
[site]
name = "lab"
[journal]
path = "journal.db"
[bus.a]
address = "127.0.0.1:1"
[instrument.chamber]
profile = "binder-mb1"
bus = "a"
unit = 1
group.all = { interval = "1s", channels = ["temperature"] }
[alarm.chamber]
type = "limit"
channel = "chamber.temperature"
high = 60
[alarm.ew]
type = "ewma"
channel = "chamber.temperature"
mean = 0
sigma = 1
every = "10s"
"""


def test_the_weights_of_twenty_chicks() -> None:
    """D'Agostino and Stephens (1986), 4.8: mean 209.6, sigma 30.65, A² 0.214, corrected 0.223."""
    found = figures(CHICKS)
    assert (found.mean, round(found.sigma, 2)) == (209.6, 30.65)
    assert round(found.normality, 3) == 0.223
    assert round(found.normality / (1 + 0.75 / 20 + 2.25 / 400), 3) == 0.214


def test_normal_samples_are_doubted_as_often_as_the_table_says() -> None:
    draw = random.Random(1986).gauss
    doubted = sum(anderson_darling([draw(5, 2) for _ in range(50)]) > 0.752 for _ in range(1000))
    assert doubted == pytest.approx(50, abs=3.5 * (1000 * 0.05 * 0.95) ** 0.5)


def test_what_speaks_against_samples_is_said() -> None:
    draw = random.Random(1).gauss
    good = [draw(20, 0.5) for _ in range(400)]
    assert list(hints(figures(good))) == []
    assert figures(good).short == pytest.approx(figures(good).sigma, rel=0.1)
    slow = [statistics.fmean(good[n : n + 20]) for n in range(380)]
    assert any("like the next" in hint for hint in hints(figures(slow)))
    outliers = [value + 9 * (n % 40 == 0) for n, value in enumerate(good)]
    assert any("not normal" in hint for hint in hints(figures(outliers)))
    assert any("are few" in hint for hint in hints(figures(good[:30])))


@pytest.mark.parametrize(("found", "words"), [([1.0] * 5, "too few"), ([1.0] * 50, "no sigma")])
def test_what_says_nothing_is_an_error(found: list[float], words: str) -> None:
    with pytest.raises(AlarmError, match=words):
        figures(found)


async def journal(path: Path) -> list[float]:
    """Six hundred seconds, each tenth bad; the means of ten seconds that a chart takes."""
    draw = random.Random(3).gauss
    values = [draw(20, 0.5) for _ in range(601)]
    async with running(path) as one:
        for second, value in enumerate(values):
            bad = second % 10 == 5
            reading = (None if bad else value,), (Status.TIMEOUT if bad else Status.GOOD,)
            one.append_scan(one.series(series().key), NOON + second * NS, *reading)
    return [
        statistics.fmean(v for n, v in enumerate(values[start : start + 10]) if n != 5)
        for start in range(0, 600, 10)
    ]


async def test_the_samples_are_those_the_chart_takes(tmp_path: Path) -> None:
    means = await journal(tmp_path / "journal.db")
    with JournalReader(tmp_path / "journal.db") as reader:
        point = Point("chamber", "temperature")
        assert list(samples(reader, Query(), point, 10 * NS)) == pytest.approx(means)
        assert len(list(samples(reader, Query(), point, 0))) == 541


async def test_the_command_prints_what_goes_into_the_file(tmp_path: Path) -> None:
    means = await journal(tmp_path / "journal.db")
    (tmp_path / "daq.toml").write_text(CONFIG)
    period = ["--from", "2026-11-23T12:00Z", "--to", "2026-11-23T13:00Z"]
    common = [*period, "-c", str(tmp_path / "daq.toml")]
    done = CliRunner().invoke(cli, ["alarms", "reference", "ew", *common])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == f"mean = {statistics.fmean(means):.4f}"
    assert lines[1] == f"sigma = {statistics.stdev(means):.4g}"
    assert lines[2] == (
        'reference = "60 samples of 10s, 2026-11-23T12:00:00Z to 2026-11-23T13:00:00Z"'
    )
    assert lines[-1].startswith("doubt: 60 samples are few")
    channel = ["alarms", "reference", "chamber.temperature", "--json", *common]
    found = json.loads(CliRunner().invoke(cli, channel).stdout)
    assert found["figures"]["count"] == 541
    wrong = CliRunner().invoke(cli, ["alarms", "reference", "we", *common])
    assert "'we' is no chart and no channel; there is: ew" in wrong.output
    limit = CliRunner().invoke(cli, ["alarms", "reference", "chamber.high", *common])
    assert "'chamber.high' is no chart and no channel" in limit.output
