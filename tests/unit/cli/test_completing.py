"""What a shell is offered, as click is asked for it."""

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from daq.__main__ import COMMANDS, cli
from daq.cli.completion import VARIABLE

CONFIG = """
[bus.rs485-1]
port = 7
[instrument.furnace]
title = "一号炉"
group.control = {}
[instrument.mains]
group.power = {}
[sink.broker]
wrong = true
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "daq.toml"
    path.write_text(CONFIG, "utf-8")
    return str(path)


def offered(*words: str) -> list[str]:
    *before, begun = words
    complete = ShellComplete(cli, {}, "daq", VARIABLE)
    return [item.value for item in complete.get_completions(list(before), begun)]


def test_subcommands() -> None:
    assert offered("sta") == ["status"]
    assert offered("") == list(COMMANDS)
    assert offered("sim", "re") == ["replay"]


def test_names_of_the_configuration_even_when_it_is_wrong(config: str) -> None:
    assert offered("read", "-c", config, "") == ["furnace", "mains"]
    assert offered("read", "-c", config, "f") == ["furnace"]
    assert offered("tail", "-c", config, "-i", "m") == ["mains"]
    assert offered("record", "-c", config, "") == ["rs485-1"]
    assert offered("quarantine", "retry", "-c", config, "b") == ["broker"]
    assert offered("quarantine", "list", "-c", config, "--sink", "") == ["broker"]
    assert offered("export", "-c", config, "-g", "") == ["control", "power"]


def test_the_configuration_of_the_environment(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAQ_CONFIG", config)
    assert offered("read", "") == ["furnace", "mains"]


@pytest.mark.parametrize("text", ["[instrument", "instrument = 3", "\x00"])
def test_what_cannot_be_read_offers_nothing(config: str, text: str) -> None:
    Path(config).write_text(text)
    assert offered("read", "-c", config, "") == []
    assert offered("read", "-c", config + ".not", "") == []


def test_titles_are_told_beside_the_names(config: str) -> None:
    complete = ShellComplete(cli, {}, "daq", VARIABLE)
    items = complete.get_completions(["read", "-c", config], "")
    assert [item.help for item in items] == ["一号炉", None]


def test_profiles_models_formats_and_files() -> None:
    assert offered("drivers", "show", "eastron-sdm6") == ["eastron-sdm630"]
    assert offered("scan", "--profile", "keithley") == ["keithley-2000"]
    assert offered("sim", "start", "mettler") == ["mettler-sics"]
    assert offered("export", "--format", "p") == ["parquet"]
    for words in (["check", "x"], ["export", "-o", "x"], ["drivers", "show", "./x"]):
        complete = ShellComplete(cli, {}, "daq", VARIABLE)
        (item,) = complete.get_completions(words[:-1], words[-1])
        assert item.type == "file"


def test_without_a_laboratory_no_device_is_offered() -> None:
    assert offered("sim", "fault", "") == []
