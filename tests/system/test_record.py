"""`daq record`, with a simulated lab, with and without the daemon."""

import json
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.system.house import Process, daq, running

CONFIG = """
[site]
name = "lab"

[bus.line]
port = "{folder}/line"
baud = 9600
timeout = "500ms"

[instrument.probes]
profile = "pta8c04"
bus = "line"
unit = 3
group.temperatures = {{ interval = "100ms", channels = ["t1", "t2"] }}

[bus.other]
address = "127.0.0.1:{port}"

[instrument.nobody]
profile = "keithley-2000"
bus = "other"
group.reading = {{ interval = "1s" }}

[lab]
[lab.wire.line]
pty = "{folder}/line"
baud = 9600

[lab.device.probes]
model = "pta8c04"
wire = "line"
unit = 3
"""

READ = "030300000002c5e9"
"""Unit 3: registers 0 and 1."""


@pytest.fixture
def config(tmp_path: Path) -> Generator[Path]:
    """A lab that runs, one bus with an instrument and one where nobody listens."""
    path = tmp_path / "daq.toml"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        path.write_text(CONFIG.format(folder=tmp_path, port=taken.getsockname()[1]))
        with running(tmp_path / "lab.log", "sim", "run", str(path)) as lab:
            lab.wait_text("Ctrl-C ends")
            yield path


@pytest.fixture
def daemon(config: Path, tmp_path: Path) -> Generator[Process]:
    with running(tmp_path / "daemon.log", "run", str(config)) as process:
        process.wait_text("2 instruments on 2 buses")
        process.wait_text("probes: answers")
        yield process


def recording(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    header, *pieces = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert [piece["t"] for piece in pieces] == sorted(piece["t"] for piece in pieces)
    return header, pieces


def test_without_a_daemon_the_bus_is_polled_and_recorded(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "a.jsonl"
    arguments = ("record", "line", "-c", str(config), "-o", str(output))
    done = daq(*arguments, "--for", "3s", "--json")
    assert done.returncode == 0, done.stderr
    assert "no daemon runs" in done.stderr
    header, pieces = recording(output)
    assert header["line"] == {
        "port": f"{tmp_path}/line",
        "baud": 9600,
        "data_bits": 8,
        "parity": "none",
        "stop_bits": 1,
    }
    assert (header["bus"], header["framing"]) == ("line", "rtu")
    assert pieces[0]["event"] == "opened"
    assert pieces[-1]["event"] == "closed"
    assert sum(piece.get("hex") == READ for piece in pieces) >= 5
    summary = json.loads(done.stdout)
    assert summary["pieces"] == len(pieces)
    assert summary["received_bytes"] > summary["sent_bytes"] / 2
    assert not (tmp_path / "journal.db").exists()


def test_a_recording_is_never_overwritten(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "a.jsonl"
    output.write_text("evidence")
    done = daq("record", "line", "-c", str(config), "-o", str(output), "--for", "1s")
    assert done.returncode == 1
    assert "exists" in done.stderr
    assert output.read_text() == "evidence"


def test_where_nothing_can_be_heard_nothing_is_left(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "a.jsonl"
    done = daq("record", "other", "-c", str(config), "-o", str(output), "--for", "1s")
    assert done.returncode == 4
    assert "refused; nothing listens" in done.stderr
    assert not output.exists()


@pytest.mark.usefixtures("daemon")
def test_the_daemon_is_asked_and_goes_on_undisturbed(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "b.jsonl"
    done = daq("record", "line", "-c", str(config), "-o", str(output), "--for", "2s")
    assert done.returncode == 0, done.stderr
    assert "the daemon polls line" in done.stderr
    _, pieces = recording(output)
    assert sum(piece.get("hex") == READ for piece in pieces) >= 5
    assert not [piece for piece in pieces if "event" in piece]
    status = json.loads(daq("status", "-c", str(config), "--json").stdout)
    assert {each["name"]: each["state"] for each in status["buses"]}["line"] == "connected"


@pytest.mark.usefixtures("daemon")
def test_the_last_minutes_are_there_afterwards(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "c.jsonl"
    done = daq("record", "line", "-c", str(config), "-o", str(output), "--ring")
    assert done.returncode == 0, done.stderr
    header, pieces = recording(output)
    assert header["dropped"] == 0
    assert pieces[0] == {"t": 0, "event": "opened"}
    assert pieces[1]["dir"] == "tx"
    assert [piece for piece in pieces if piece.get("dir") == "rx"]


def test_a_ring_without_a_daemon_is_no_ring(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "c.jsonl"
    done = daq("record", "line", "-c", str(config), "-o", str(output), "--ring")
    assert done.returncode == 4
    assert "no daemon answers" in done.stderr
    assert not output.exists()


def test_wrong_usage_is_said_in_words(config: Path, tmp_path: Path) -> None:
    base = ("-c", str(config), "-o", str(tmp_path / "x.jsonl"))
    unknown = daq("record", "nowhere", *base)
    assert unknown.returncode == 2
    assert "there are: line, other" in unknown.stderr
    both = daq("record", "line", *base, "--ring", "--for", "1s")
    assert both.returncode == 2
    assert "past" in both.stderr


def answers(pieces: list[dict[str, Any]], request: str) -> list[str]:
    """What came after each time a request was sent, until the next one."""
    found: list[str] = []
    asked = False
    for piece in pieces:
        if piece.get("dir") == "tx":
            asked = piece["hex"] == request
            found += [""] * asked
        elif piece.get("dir") == "rx" and asked:
            found[-1] += piece["hex"]
    return found


def test_what_was_recorded_can_be_replayed_to_the_same_driver(config: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    done = daq("record", "line", "-c", str(config), "-o", str(first), "--for", "3s")
    assert done.returncode == 0, done.stderr
    port = tmp_path / "replayed"
    again = tmp_path / "again.toml"
    again.write_text(config.read_text("utf-8").replace(f"{tmp_path}/line", str(port)), "utf-8")
    arguments = ("sim", "replay", str(first), "--pty", str(port))
    with running(tmp_path / "replay.log", *arguments) as replay:
        replay.wait_text("Ctrl-C ends")
        done = daq("record", "line", "-c", str(again), "-o", str(second), "--for", "2s")
        assert done.returncode == 0, done.stderr
        read = daq("read", "probes", "-c", str(again), "--json")
    told, repeated = answers(recording(first)[1], READ), answers(recording(second)[1], READ)
    assert len(repeated) >= 3
    assert repeated[:-1] == told[: len(repeated) - 1], "the last may have been cut off"
    assert read.returncode == 4, "what was never asked is not answered"
