from pathlib import Path

import pytest

import simulators
from simulators.errors import ScenarioError
from simulators.faults import Fault
from simulators.scenario import parse_scenario, read_scenario
from simulators.schema import seconds
from simulators.specs import Scenario
from simulators.wire.pace import Pace

LAB = """
[site]
name = "whatever else is in the file"

[lab]
seed = 7

[lab.wire.rs485]
pty = "${SIM_TEST_DIR:-ports}/rs485"

[lab.wire.meter]
tcp = "127.0.0.1:0"
turnaround = "5ms"

[lab.device.mains]
model = "eastron-sdm630"
wire = "rs485"
load = 1200

[lab.device.furnace]
model = "eurotherm-3000"
wire = "rs485"
unit = 2

[lab.device.feeder]
model = "eastron-sdm630"
wire = "meter"

[[lab.fault]]
device = "furnace"
kind = "silence"
at = "8s"
for = "3s"
every = "25s"
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        parse_scenario(text, source="lab.toml")
    return str(error.value).splitlines()


def changed(before: str, after: str) -> list[str]:
    assert before in LAB
    return problems(LAB.replace(before, after))


def test_a_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIM_TEST_DIR", raising=False)
    scenario = parse_scenario(LAB, folder=Path("/lab"))
    rs485, meter = scenario.wires
    assert (rs485.pty, rs485.pace, rs485.framing) == (
        Path("/lab/ports/rs485"),
        Pace.of(9600),
        "rtu",
    )
    assert (meter.tcp, meter.pace, meter.framing) == (("127.0.0.1", 0), Pace(), "tcp")
    assert meter.turnaround == 0.005
    assert [each.unit for each in scenario.devices] == [1, 2, 1]
    assert scenario.devices[0].options == {"load": 1200}
    assert scenario.faults == (Fault(device="furnace", kind="silence", at=8, duration=3, every=25),)


def test_environment_in_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_TEST_DIR", "/run/sim")
    assert parse_scenario(LAB).wires[0].pty == Path("/run/sim/rs485")
    monkeypatch.delenv("SIM_TEST_DIR")
    found = changed("${SIM_TEST_DIR:-ports}", "${SIM_TEST_DIR}")
    assert found == [
        "lab.toml: lab.wire.rs485.pty: the environment has no SIM_TEST_DIR, and there is no default"
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("eurotherm-3000", "eurotherm-300", "device.furnace.model: there is no model"),
        ("eurotherm-3000", "eurotherm-300", "did you mean 'eurotherm-3000'?"),
        ('wire = "meter"', 'wire = "metre"', "device.feeder.wire: there is no wire 'metre'; did"),
        ("unit = 2", "unit = 1", "wire.rs485: mains and furnace are both unit 1"),
        ("unit = 2", "unit = 300", "device.furnace.unit: "),
        ("load = 1200", "load = -1", "device.mains.load: "),
        ("load = 1200", "lode = 1", "device.mains.lode: "),
        ("seed = 7", 'seed = "x"', "seed: "),
        ("seed = 7", "sead = 7", "sead: "),
        ("eurotherm-3000", "mettler-sics", "wire.rs485: furnace has no address and must be"),
        ('tcp = "127.0.0.1:0"', 'tcp = "127.0.0.1"', "wire.meter: "),
        ('tcp = "127.0.0.1:0"', 'tcp = "127.0.0.1:70000"', "wire.meter: "),
        ('tcp = "127.0.0.1:0"', 'tcp = ":1"\npty = "x"', "wire.meter: "),
        ('turnaround = "5ms"', 'turnaround = "5 years"', "wire.meter.turnaround: "),
        ('turnaround = "5ms"', 'framing = "text"', "wire.meter.framing: 'text' does not suit"),
        ('turnaround = "5ms"', 'framing = "ascii"', "wire.meter.framing: "),
        ('device = "furnace"', 'device = "furnaces"', "fault[0].device: there is no device"),
        ('kind = "silence"', 'kind = "overflow"', "fault[0].kind: eurotherm-3000 knows"),
        ('every = "25s"', 'every = "0s"', "fault[0].every: "),
        ('every = "25s"', "probability = 2", "fault[0].probability: "),
        (
            'device = "furnace"\nkind = "silence"',
            'device = "feeder"\nkind = "checksum"',
            "sends no checksum",
        ),
        ("[lab.wire.meter]", "[lab.wire.Meter]", "wire.Meter"),
        ('wire = "meter"', 'wire = "rs485"\nunit = 3', "wire.meter: no device is on this wire"),
    ],
)
def test_errors_name_the_file_and_the_key(before: str, after: str, words: str) -> None:
    assert any(
        line.startswith("lab.toml: lab.") and words in line for line in changed(before, after)
    )


def test_all_errors_come_at_once() -> None:
    text = LAB.replace("eurotherm-3000", "furnace").replace("load = 1200", "load = 0")
    assert len(problems(text.replace('kind = "silence"', 'kind = "noise"'))) == 2
    assert len(problems(text.replace('device = "furnace"', 'device = "feeder2"'))) == 3


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"missing\.toml: No such file"):
        read_scenario(tmp_path / "missing.toml")
    assert problems("[site]\n") == ["lab.toml: lab: there is no [lab] section"]
    assert "line 2" in problems("[lab]\nseed = = 1\n")[0]
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        read_scenario(tmp_path / "binary.toml")


@pytest.mark.parametrize(
    ("text", "value"), [("500ms", 0.5), ("8s", 8), ("1.5min", 90), ("1 h", 3600)]
)
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


def test_the_demonstration_lab() -> None:
    scenario = read_scenario(Path(__file__).parents[3] / "config" / "demo.toml")
    assert isinstance(scenario, Scenario)
    assert {each.model for each in scenario.devices} <= {name for name, _ in simulators.models()}
    shared = [each.unit for each in scenario.devices if each.wire == "rs485-1"]
    assert shared == [1, 2, 3]
    assert all(fault.at < 15 and fault.every for fault in scenario.faults)


def test_models_are_listed() -> None:
    names = [name for name, _ in simulators.models()]
    assert names == sorted(names)
    assert all(words for _, words in simulators.models())
