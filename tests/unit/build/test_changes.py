"""What a changed configuration asks of a running daemon."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.build.changes import Changes, Moves, changes, moves, needs_restart
from daq.build.judge import judge
from daq.build.setup import Setup
from daq.build.target import Target
from daq.build.timing import Timing
from drivers.registry import available_profiles

CONFIG = """
[site]
name = "bench"
[journal]
max_size = "1GB"
[bus.a]
port = "/dev/ttyA"
[bus.b]
address = "127.0.0.1:5020"
[bus.spare]
port = "/dev/ttyS"
[instrument.one]
profile = "own.toml"
bus = "a"
unit = 1
group.fast = { interval = "1s" }
group.slow = { interval = "10s" }
[instrument.two]
profile = "eastron-sdm630"
bus = "b"
unit = 1
group.all = { interval = "1s" }
[sink.broker]
type = "mqtt"
host = "broker"
user = "daq"
password = { file = "password" }
tls = { ca = "ca.pem" }
[sink.history]
type = "influxdb"
url = "http://db:8086"
version = 1
database = "lab"
"""

PROFILE = """
[profile]
name = "own"
manufacturer = "Example"
model = "One"
protocol = "modbus"
source = ["its manual"]
[modbus]
byte_order = "big"
word_order = "big"
[channel.x]
function = 3
register = 0
type = "uint16"
"""

Parts = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "daq.toml").write_text(CONFIG)
    (tmp_path / "own.toml").write_text(PROFILE)
    (tmp_path / "password").write_text("first")
    (tmp_path / "ca.pem").write_text("first")
    return tmp_path


def target(folder: Path) -> Target:
    judged = judge(folder / "daq.toml", environ={})
    assert judged.setup is not None, judged.errors
    return Target.of(judged.setup)


def edit(folder: Path, before: str, after: str, name: str = "daq.toml") -> None:
    file = folder / name
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))


def after(folder: Path, *edits: tuple[str, str]) -> Changes:
    """What edits of the configuration ask for."""
    old = target(folder)
    for before, instead in edits:
        edit(folder, before, instead)
    return changes(old, target(folder))


@given(Parts)
def test_what_is_equal_stays(parts: dict[str, int]) -> None:
    assert moves(parts, dict(reversed(parts.items()))) == Moves()


@given(Parts, Parts)
def test_applied_moves_give_the_new_set(old: dict[str, int], new: dict[str, int]) -> None:
    found = moves(old, new)
    running = {name: part for name, part in old.items() if name not in found.ending}
    assert not running.keys() & set(found.beginning)
    assert running | {name: new[name] for name in found.beginning} == new
    assert all(old[name] != new[name] for name in found.restarted)


@pytest.mark.parametrize(
    ("before", "instead", "expected"),
    [
        ('interval = "10s"', 'interval = "5s"', Changes(Moves(restarted=("a",)), Moves())),
        ('port = "/dev/ttyA"', 'port = "/dev/ttyB"', Changes(Moves(restarted=("a",)), Moves())),
        (
            'bus = "b"',
            'bus = "spare"',
            Changes(Moves(added=("spare",), removed=("b",)), Moves()),
        ),
        (
            "[sink.history]",
            "[sink.archive]",
            Changes(Moves(), Moves(added=("archive",), removed=("history",))),
        ),
        ('host = "broker"', 'host = "other"', Changes(Moves(), Moves(restarted=("broker",)))),
        ('max_size = "1GB"', 'max_size = "2GB"', Changes(Moves(), Moves(), ("journal.max_size",))),
        ("[bus.spare]", "[bus.unused]", Changes(Moves(), Moves())),
        ('bus = "b"', 'bus = "b"\nroom = "cellar"\ntitle = "Oven"', Changes(Moves(), Moves())),
    ],
)
def test_only_what_changed_restarts(
    folder: Path, before: str, instead: str, expected: Changes
) -> None:
    old = target(folder)
    assert after(folder, (before, instead)) == expected
    assert target(folder).setup.hash != old.setup.hash


def test_what_the_page_alone_reads_is_nothing_to_the_daemon(folder: Path) -> None:
    old = target(folder)
    table = '[web]\nlisten = "127.0.0.1:1"\n[bus.spare]'
    assert after(folder, ("[bus.spare]", table)) == Changes(Moves(), Moves())
    new = target(folder)
    assert needs_restart(old.setup.config, new.setup.config) == []
    assert new.setup.hash == old.setup.hash


def test_another_order_or_a_remark_changes_nothing(folder: Path) -> None:
    old = target(folder)
    head, tail = CONFIG.split("[sink.broker]")
    (folder / "daq.toml").write_text("# moved\n[sink.broker]" + tail + head)
    edit(folder, '[profile]\nname = "own"', "# tidy\n[profile]\nname='own'", "own.toml")
    assert target(folder) == old


def test_a_profile_that_changed_on_disk_restarts_its_bus(folder: Path) -> None:
    old = target(folder)
    edit(folder, "register = 0", "register = 7", "own.toml")
    new = target(folder)
    assert changes(old, new) == Changes(Moves(restarted=("a",)), Moves())
    assert new.setup.hash != old.setup.hash


def test_what_tests_a_profile_is_no_part_of_it(folder: Path) -> None:
    old = target(folder)
    transcript = '\n[[transcript]]\ntitle = "t"\nsource = "s"\n'
    with (folder / "own.toml").open("a") as file:
        file.write(transcript + 'exchange = [{ sent = "00", received = "00" }]\n')
    assert target(folder) == old


@pytest.mark.parametrize("file", ["password", "ca.pem"])
def test_a_secret_or_certificate_that_changed_restarts_its_sink(folder: Path, file: str) -> None:
    old = target(folder)
    (folder / file).write_text("second")
    new = target(folder)
    assert changes(old, new) == Changes(Moves(), Moves(restarted=("broker",)))
    assert new.setup.hash == old.setup.hash
    assert "second" not in repr(new.sinks)


def test_what_cannot_change_while_it_runs_is_named(folder: Path) -> None:
    old = target(folder).setup.config
    edit(folder, 'name = "bench"', 'name = "other"\ntitle = "Bench"')
    edit(folder, "[journal]", '[control]\nsocket = "s.sock"\n[journal]\npath = "j.db"')
    edit(folder, 'interval = "10s"', 'interval = "5s"')
    keys = needs_restart(old, target(folder).setup.config)
    assert keys == [("control", "socket"), ("journal", "path"), ("site", "name")]


def test_unchanged_groups_keep_their_due_times(folder: Path) -> None:
    old = Timing.of(target(folder).setup.config, 100.0)
    new_group = 'unit = 1\ngroup.new = { interval = "1s" }\n'
    after(folder, ("unit = 1\n", new_group), ('interval = "10s"', 'interval = "5s"'))
    new = old.renewed(target(folder).setup.config)
    assert new.ticker("one", "fast", 1.0).due == old.ticker("one", "fast", 1.0).due
    assert new.ticker("two", "all", 1.0).due == old.ticker("two", "all", 1.0).due
    assert new.origin <= new.ticker("one", "new", 1.0).due < new.origin + 1.0
    assert ("one", "slow", 10.0) not in new.phases


def test_the_hash_is_of_the_meaning_and_the_same_in_every_process(folder: Path) -> None:
    first, second = target(folder).setup, target(folder).setup
    assert first.hash == second.hash
    assert len(first.hash) == hashlib.sha256().digest_size * 2


def test_every_bundled_profile_can_be_part_of_a_hash(folder: Path) -> None:
    config = target(folder).setup.config
    one = config.instrument["one"]
    items = {name: one.model_copy(update={"profile": name}) for name in available_profiles()}
    setup = Setup.of(config.model_copy(update={"instrument": items}))
    assert len(setup.profiles) == len(items)


RECIPIENT = """
[recipient.li]
url = { file = "li.url" }
[recipient.wang]
url = { file = "li.url" }
"""


def test_recipients_are_applied_while_it_runs_also_when_only_an_address_is_another(
    folder: Path,
) -> None:
    (folder / "li.url").write_text("json://first")
    found = after(folder, ("[sink.broker]", RECIPIENT + "[sink.broker]"))
    assert found == Changes(Moves(), Moves(), ("recipient",))
    old = target(folder)
    (folder / "li.url").write_text("json://second")
    assert changes(old, target(folder)).applied == ("recipient",)
    zoned = after(folder, ("[recipient.li]", '[notification]\ngrace = "1min"\n[recipient.li]'))
    assert zoned.applied == ("notification.grace",)
    new = target(folder)
    assert needs_restart(old.setup.config, new.setup.config) == []
    assert old.setup.hash == new.setup.hash, "it is not measured otherwise"


def test_what_a_run_has_to_have_is_applied_while_it_runs(folder: Path) -> None:
    found = after(folder, ("[sink.broker]", "[runs]\nshared = true\n[sink.broker]"))
    assert found == Changes(Moves(), Moves(), ("runs.shared",))


PROGRAMME = """
[programme.soak]
role.supply = { channel = "two.voltage_l1", tolerance = 2.0 }
step = [{ name = "stay", set = { supply = 230.0 }, dwell = "1h" }]
"""


def test_programmes_are_applied_while_it_runs(folder: Path) -> None:
    found = after(folder, ("[sink.broker]", PROGRAMME + "[sink.broker]"))
    assert found == Changes(Moves(), Moves(), ("programme.soak",))
    old = target(folder)
    assert after(folder, ('dwell = "1h"', 'dwell = "2h"')).applied == ("programme.soak",)
    assert needs_restart(old.setup.config, target(folder).setup.config) == []


INCIDENTS = """
[incident.grave]
priorities = ["critical"]
[incident.hot]
priorities = ["high"]
[procedure.hot]
steps = ["Open the door"]
"""


def test_incidents_and_procedures_are_applied_while_it_runs_and_so_is_their_order(
    folder: Path,
) -> None:
    found = after(folder, ("[sink.broker]", INCIDENTS + "[sink.broker]"))
    assert found.applied == ("incident.grave", "incident.hot", "procedure.hot")
    old = target(folder)
    assert after(folder, ("Open the door", "Shut the door")).applied == ("procedure.hot",)
    grave, hot = '[incident.grave]\npriorities = ["critical"]\n', "[procedure.hot]"
    moved = after(folder, (grave, ""), (hot, grave + hot))
    assert moved.applied == ("incident",)
    assert moved.any
    assert not changes(target(folder), target(folder)).any
    assert needs_restart(old.setup.config, target(folder).setup.config) == []
