"""Incidents and procedures in the configuration: every mistake at its line, and what is built."""

from pathlib import Path

import pytest

from daq.build.incidents import incident_folder, incident_rules
from daq.config.load import examine, load_config
from daq.incidents.incident import Member, Reach

LAB = """\
[site]
name = "lab"
[bus.feeder]
address = "127.0.0.1:1"
[instrument.feeder]
profile = "eastron-sdm630"
bus = "feeder"
unit = 1
room = "R  12"
group.all = { interval = "1s", channels = ["voltage_l1", "frequency"] }
[instrument.spare]
profile = "eastron-sdm630"
bus = "feeder"
unit = 2
group.all = { interval = "1s", channels = ["frequency"] }
[alarm.volt]
type = "limit"
channel = "feeder.voltage_l1"
high = 253
high_high = 265
title = "Voltage"
group = "mains"
[alarm.spare]
type = "stale"
channel = "spare.frequency"
after = "1min"
[alarm.both]
type = "combination"
need = "all"
of = ["volt.high", "spare"]
"""

RULES = """
[incident.grave]
alarms = ["volt.*"]
groups = ["mains"]
rooms = ["R  12"]
instruments = ["feeder"]
priorities = ["critical", "high"]
join_within = "10min"
join_by = ["room"]
title = "Mains"
[procedure.volt]
title = "Voltage too high"
alarms = ["volt.high-high"]
steps = ["Open the main switch", "Call the utility"]
"""


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "daq.toml"
    path.write_text(LAB + text)
    return path


def test_rules_and_procedures_are_what_the_file_says(tmp_path: Path) -> None:
    found = load_config(config(tmp_path, RULES))
    rules = incident_rules(found)
    assert incident_folder(found) == tmp_path / "journal.incidents"
    (opening,) = rules.openings
    assert (opening.name, opening.title) == ("grave", "Mains")
    assert (opening.join.within, opening.join.by) == (600.0, ("room",))
    feeder = Reach(instruments=("feeder",), rooms=("R 12",), groups=("mains",), buses=("feeder",))
    assert rules.reaches["volt.high"] == feeder
    assert rules.reaches["both"].instruments == ("feeder", "spare"), "those of its members"
    assert rules.instruments["spare"] == Reach(instruments=("spare",), buses=("feeder",))
    assert rules.titles == {"volt.high": "Voltage", "volt.high-high": "Voltage"}
    grave = Member(name="volt.high-high", priority="critical")
    assert rules.opening(grave, feeder) is opening
    procedure = rules.procedure(grave, feeder)
    assert procedure is not None
    assert procedure.steps == ("Open the main switch", "Call the utility")
    slight = Member(name="volt.high", priority="medium")
    assert rules.opening(slight, feeder) is None
    assert rules.procedure(slight, feeder) is None


WRONG = [
    ('[incident.x]\nalarms = ["vlot.*"]', 'no alarm fits "vlot.*"'),
    ('[incident.x]\nalarms = ["volt.hihg"]', "did you mean"),
    ('[incident.x]\ngroups = ["mians"]', 'no alarm of a group "mians"'),
    ('[procedure.x]\nsteps = ["a"]\nrooms = ["R 13"]', 'no instrument in a room "R 13"'),
    ('[procedure.x]\nsteps = ["a"]\ninstruments = ["feedr"]', 'no instrument "feedr"'),
    ("[procedure.x]\nsteps = []", "steps"),
    ('[procedure.x]\nsteps = ["a\\nb"]', "must be one line of text"),
    ('[procedure.x]\nsteps = [" "]', "must be one line of text"),
    ("[incident.x]\npriorities = []", "priorities"),
    ('[incident.x]\npriorities = ["grave"]', "critical"),
    ('[incident.x]\njoin_by = ["site"]', "instrument"),
    ('[incident.x]\njoin_within = "60d"', "30d"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_every_mistake_is_found_at_its_line(tmp_path: Path, text: str, words: str) -> None:
    examined = examine(config(tmp_path, text))
    assert examined.config is None
    (problem,) = examined.errors
    assert problem.line is not None
    assert problem.line > LAB.count("\n")
    assert words in str(problem)


def test_a_wrong_alarm_is_not_also_reported_as_missing(tmp_path: Path) -> None:
    text = '[alarm.new]\ntype = "limit"\n[incident.x]\nalarms = ["new.high"]\ngroups = ["new"]'
    problems = [str(one) for one in examine(config(tmp_path, text)).errors]
    assert problems
    assert not any("incident" in problem for problem in problems)
