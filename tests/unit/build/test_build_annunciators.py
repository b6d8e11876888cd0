"""Lamps and horns of a configuration, and figures out of a journal."""

from pathlib import Path

import pytest

from daq.alarms.figures.read import read_figures
from daq.annunciator.coils import CoilAnnunciator
from daq.annunciator.command import CommandAnnunciator
from daq.build.annunciators import Annunciators
from daq.build.setup import Setup
from daq.config.load import load_config
from daq.journal.reader import JournalReader
from tests.journal_samples import NOON, NS, Clock, running
from tests.unit.annunciator.test_annunciators import Events

CONFIG = """\
[site]
name = "lab"
[bus.relays]
address = "127.0.0.1:1"
[annunciator.tower]
type = "coil"
bus = "relays"
unit = 1
lamp = 0
flash = "1s"
allow_writing = true
[annunciator.speaker]
type = "command"
run = ["/bin/true"]
"""


async def test_each_is_made_and_each_poller_gets_outputs_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "daq.toml"
    path.write_text(CONFIG)
    setup, events = Setup.of(load_config(path)), Events()
    made = Annunciators(setup.config, events, events.clock)
    assert [type(each) for each in made] == [CoilAnnunciator, CommandAnnunciator]
    assert list(made.commands) == ["speaker"]
    assert [pulse.name for pulse in made.pulses] == ["annunciator speaker"]
    first, second = made.outputs(setup, "relays"), made.outputs(setup, "relays")
    assert [output.name for output in first] == ["tower"]
    assert first[0] is not second[0]
    assert made.outputs(setup, "another") == []


async def test_figures_begin_no_sooner_than_the_journal(tmp_path: Path) -> None:
    path, clock = tmp_path / "j.db", Clock()
    async with running(path, clock=clock) as journal:
        journal.append_event("start", "daq", "daq started", time=NOON)
    with JournalReader(path) as reader:
        found = read_figures(reader, NOON - 86_400 * NS, NOON + 3600 * NS)
        assert (found.start, found.rates.seconds, found.rates.count) == (NOON, 3600.0, 0)
        assert read_figures(reader, None, NOON + NS).start == NOON
        with pytest.raises(ValueError, match="nothing of this period"):
            read_figures(reader, None, NOON)
