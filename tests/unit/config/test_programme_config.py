"""Programmes in the configuration: every mistake at its line, and what is built."""

from pathlib import Path

import pytest

from daq.build.programmes import build_programmes
from daq.build.runs import run_rules
from daq.config.load import examine, load_config
from daq.programme.plan import Plan
from daq.programme.programme import Band, Loop, Source, Step

HOUR = 3_600_000_000_000

LAB = """\
site.name = "lab"
[bus.chamber]
address = "127.0.0.1:1"
[instrument.chamber]
profile = "weiss-simserv"
bus = "chamber"
address = "1"
group.air = { interval = "1min" }
"""

WHOLE = """
[programme.db]
title = "Damp heat, cyclic"
standard = "IEC 60068-2-30 Db"
void_after = "2h"
[programme.db.role.temperature]
channel = "chamber.temperature"
set_point = "chamber.air.temperature_setpoint"
tolerance = { below = 2, above = 3.0 }
start = 25.0
[programme.db.role.humidity]
channel = "chamber.humidity"
tolerance = 3
[[programme.db.step]]
name = "begin"
set = { temperature = 25, humidity = 95.0 }
dwell = "1h"
soak = "1h"
[[programme.db.step]]
name = "cycle"
cycles = 6
[[programme.db.step.step]]
name = "rise"
set = { temperature = 55.0 }
ramp = "3h"
interruption = "clock"
[[programme.db.step.step]]
name = "upper"
dwell = "9h"
tolerance = { humidity = 5.0 }
[[programme.db.step.step]]
name = "pulses"
cycles = 2
step = [{ name = "pulse", set = { temperature = 50.0 }, rate = { temperature = 1.0 } }]
"""

ROLE = """
[programme.p.role.temperature]
channel = "chamber.temperature"
"""


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "daq.toml"
    path.write_text(LAB + text)
    return path


def test_a_programme_is_what_the_file_says(tmp_path: Path) -> None:
    found = load_config(config(tmp_path, WHOLE))
    (programme,) = build_programmes(found).values()
    warm, wet = programme.roles
    assert (programme.name, programme.void_after) == ("db", 2 * HOUR)
    assert warm.set_point == Source("chamber", "temperature_setpoint", "air")
    assert warm.tolerance == Band(2.0, 3.0)
    assert wet.tolerance == Band(3.0, 3.0)
    begin, loop = programme.steps
    assert isinstance(begin, Step)
    assert (begin.dwell, begin.soak, begin.interruption) == (HOUR, HOUR, "hold")
    assert isinstance(loop, Loop)
    rise, upper, inner = loop.steps
    assert isinstance(rise, Step)
    assert isinstance(upper, Step)
    assert (rise.ramp, rise.interruption) == (3 * HOUR, "clock")
    assert upper.tolerance == {"humidity": Band(5.0, 5.0)}
    assert isinstance(inner, Loop)
    assert Plan(programme).cycles == {"cycle": 6, "pulses": 12}
    assert run_rules(found).programmes == {"db"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[[programme.p.step]]\nname = "x"\nset = { temperature = 1 }\n', 12, "a step needs dwell"),
        (
            '[[programme.p.step]]\nname = "x"\nset = { temprature = 1 }\ndwell = "1h"\n',
            14,
            'no role "temprature" (did you mean "temperature"?)',
        ),
        (
            '[[programme.p.step]]\nname = "x"\nset = { temperature = 1 }\nramp = "1h"\n',
            14,
            (
                "nothing says where temperature ramps from (set start in "
                "[programme.p.role.temperature], where it begins)"
            ),
        ),
        (
            (
                '[[programme.p.step]]\nname = "x"\nset = { temperature = 1 }\ndwell = "1h"\n'
                'dwell_from = "plan"\nout_of_band = "restart-step"\n'
            ),
            12,
            "would begin anew for ever",
        ),
        (
            (
                '[[programme.p.step]]\nname = "x"\ncycles = 2\nset = { temperature = 1 }\n'
                'step = [{ name = "y", set = { temperature = 1 }, dwell = "1h" }]\n'
            ),
            12,
            "set belongs to the steps within, not beside cycles",
        ),
        ('[[programme.p.step]]\nname = "x"\ncycles = 2\n', 12, "cycles needs steps to repeat"),
        (
            (
                '[[programme.p.step]]\nname = "x"\n'
                'step = [{ name = "y", set = { temperature = 1 }, dwell = "1h" }]\n'
            ),
            12,
            "steps within a step need cycles",
        ),
        (
            '[[programme.p.step]]\nname = "x"\ndwell = "1h"\n',
            12,
            "no role has a set point in this step",
        ),
        (
            (
                '[[programme.p.step]]\nname = "x"\nset = { temperature = 1 }\ndwell = "1h"\n'
                "tolerance = { temperature = -1 }\n"
            ),
            16,
            "at least 0",
        ),
        (
            (
                '[[programme.p.step]]\nname = "x"\nset = { temperature = 1 }\ndwell = "1h"\n'
                'soak = "1min"\ndwell_from = "plan"\n'
            ),
            12,
            "need a dwell with dwell_from",
        ),
        (
            (
                '[[programme.p.step]]\nname = "x"\nset = { temperature = 1 }\ndwell = "1h"\n'
                'rate = { temperature = 1.0 }\nramp = "1h"\n'
            ),
            12,
            "ramp and rate exclude each other",
        ),
        (
            '[[programme.p.step]]\nname = "x"\nrate = { temperature = 1.0 }\n',
            12,
            "rate of temperature without a set point",
        ),
        (
            (
                '[[programme.p.step]]\nname = "x"\ncycles = 10000\n'
                'step = [{ name = "y", set = { temperature = 1 }, dwell = "1h" }]\n'
            ),
            12,
            "20000 steps in all; 10000 at most",
        ),
        (
            (
                '[programme.p.role.other]\nchannel = "chamber.tmperature"\n'
                '[[programme.p.step]]\nname = "x"\nset = { temperature = 1 }\ndwell = "1h"\n'
            ),
            13,
            'does not read a channel "tmperature"',
        ),
    ],
)
def test_every_mistake_is_at_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    examined = examine(config(tmp_path, ROLE + text))
    found = [(problem.line, str(problem)) for problem in examined.errors]
    assert any(message in told for _, told in found), found
    assert [at for at, told in found if message in told] == [line], found


def test_two_loops_of_one_name_would_be_counted_as_one(tmp_path: Path) -> None:
    loop = (
        '[[programme.p.step]]\nname = "x"\ncycles = 2\n'
        'step = [{ name = "y", set = { temperature = 1 }, dwell = "1h" }]\n'
    )
    examined = examine(config(tmp_path, ROLE + loop * 2))
    assert [problem.line for problem in examined.errors] == [17]
    assert 'there is another loop "x"' in str(examined.errors[0])


def test_what_the_whole_says_may_not_fit_a_step(tmp_path: Path) -> None:
    text = (
        '[programme.p]\nout_of_band = "restart-step"\n'
        + ROLE
        + '[[programme.p.step]]\nname = "x"\n'
        'set = { temperature = 1 }\ndwell = "1h"\ndwell_from = "plan"\n'
    )
    (problem,) = examine(config(tmp_path, text)).errors
    assert "would begin anew for ever" in str(problem)


def test_the_example_of_the_reference_is_a_configuration(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/reference/programmes.md").read_text("utf-8")
    block = page[page.index("    [programme.db]") : page.index("Every key is in")]
    text = "\n".join(line.removeprefix("    ") for line in block.splitlines())
    (made,) = build_programmes(load_config(config(tmp_path, text))).values()
    assert Plan(made).duration == HOUR + 6 * 24 * HOUR
