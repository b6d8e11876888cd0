"""Series in a terminal: what is required, what was found, and the verdict, in words."""

import msgspec
import pytest
from msgspec.structs import replace

from daq.cli.series_lines import print_done, print_series
from daq.control.series import SeriesDone
from daq.method.conformity import Limits, Rule
from daq.method.judge import judge
from daq.method.method import Method
from daq.series.measured import Line, Refusal, RunSeries, estimates
from tests.journal_samples import NOON
from tests.series_samples import FILL, RUN


def series(method: Method, *values: float, u: float | None = 0.1, **more: object) -> RunSeries:
    lines = tuple(
        Line(
            number=number,
            time=NOON,
            entry=number,
            instrument="balance",
            reading=value,
            value=value,
            unit="g",
            uncertainty=u,
            source="K-17",
        )
        for number, value in enumerate(values, 1)
    )
    made = RunSeries(run=RUN, method=method, instrument="balance", begun=NOON, lines=lines)
    return replace(made, **more)


def method(**more: object) -> Method:
    return replace(Method(name="m", channel="weight", unit="g", count=4, decimals=2), **more)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            series(method(limits=Limits(lower=49.5)), 50.0, refused=Refusal(NOON, "unstable")),
            (
                "at least 49.50 g, guarded acceptance, w = U",
                "1 of 4 measured, going on, next is line 2",
                "last reading filled nothing: unstable",
            ),
        ),
        (
            series(method(limits=Limits(upper=51), rule=Rule("conditional", 0.83)), paused=True),
            ("at most 51.00 g, conditional acceptance, w = 0.83 U", "paused, next is line 1"),
        ),
        (
            series(method(rule=Rule("simple")), ended=NOON),
            ("no limits for single values, simple acceptance", "run ended"),
        ),
        (
            series(
                method(grubbs=0.05, mean_limits=Limits(49, 51), count=5),
                *(50.0, 50.0, 50.01, 49.99, 52.0),
            ),
            (
                "mean required: 49.00 to 51.00 g",
                "line 5 is an outlier: G = 1.789 > 1.715 (Grubbs)",
                "mean 50.40, s 0.894, min 49.99, max 52.00, range 2.01 g",
            ),
        ),
        (
            series(method(nominal=500.0, lot=4), *[500.0] * 4),
            ("at least 485.00 g, simple acceptance",),
        ),
    ],
)
def test_a_series_in_words(
    made: RunSeries, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    print_series(made)
    shown = capsys.readouterr().out
    for each in words:
        assert each in shown


def test_the_verdict_is_the_one_that_was_journalled(capsys: pytest.CaptureFixture[str]) -> None:
    made = series(FILL, 50.0, 50.1, 60.0)
    judged = judge(FILL, estimates(made.standing))
    print_series(series(FILL, 50.0, 50.1, 60.0, judgement=judged))
    assert "verdict: fail (single values)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("done", "lines"),
    [
        (
            SeriesDone(run=RUN, next=2, count=3, line=1, text="50.00 g", statement="pass"),
            [f"{RUN}: line 1 of 3: 50.00 g, pass", f"{RUN}: next is line 2 of 3"],
        ),
        (
            SeriesDone(run=RUN, next=0, count=3, line=3, text="5 g", statement="x", verdict="fail"),
            [
                f"{RUN}: line 3 of 3: 5 g, no statement possible",
                f"{RUN}: complete; verdict: fail",
            ],
        ),
        (
            SeriesDone(run=RUN, next=2, count=3, refused="uncertain: unstable", durable=False),
            [
                f"{RUN}: line 2 not filled: uncertain: unstable",
                "daq: warning: done, but the disk has not taken it yet: see `daq status`",
            ],
        ),
    ],
)
def test_what_became_of_a_wish(
    done: SeriesDone, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    print_done(done, as_json=False)
    assert capsys.readouterr().out.splitlines() == lines


def test_what_became_of_a_wish_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    print_done(SeriesDone(run=RUN, next=2, count=3), as_json=True)
    assert msgspec.json.decode(capsys.readouterr().out)["run"] == RUN
