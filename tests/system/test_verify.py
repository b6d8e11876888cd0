"""A station with a key, from the first command to an altered journal, across a power loss."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from daq.journal import checksum
from tests.system.house import daq, running

CONFIG = """
[site]
name = "lab"
[journal]
path = "journal.db"
signing_key = {{ file = "{folder}/station.key" }}
deposit = "{folder}/kept"
[health]
interval = "1s"
"""


def test_what_a_station_has_signed_is_proven_and_what_was_altered_is_named(
    tmp_path: Path,
) -> None:
    config, journal = tmp_path / "daq.toml", tmp_path / "journal.db"
    public = tmp_path / "station.key.pub"
    config.write_text(CONFIG.format(folder=tmp_path))
    (tmp_path / "kept").mkdir()
    assert daq("key", "create", str(tmp_path / "station.key")).returncode == 0
    with running(tmp_path / "first.log", "run", str(config)) as daemon:
        daemon.wait_text("checkpoint of all up to entry")  # of today
        taken = daq("checkpoint", "take", str(config))
        assert taken.returncode == 0, taken.stderr
        daemon.kill()
    with running(tmp_path / "second.log", "run", str(config)) as daemon:
        daemon.wait_text("site lab")
        assert daq("verify", str(config), "--key", str(public)).returncode == 0
        assert daemon.stop() == 0
    done = daq("verify", str(config), "--key", str(public), "--strict", "--json", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = json.loads(done.stdout)
    assert verdict["signed"] == verdict["checkpoints"] == 3
    assert verdict["deposited"] >= 2
    assert verdict["vouched"] == verdict["last"] - 1
    assert taken.stdout in [file.read_text() for file in (tmp_path / "kept").iterdir()]
    assert ": all but the last" in daq("verify", str(config), "--key", str(public), "-q").stdout
    named = _alter(journal)
    done = daq("verify", str(journal), "--key", str(public), "-q")
    assert done.returncode == 1
    assert "not what was written" in done.stdout
    assert str(named) in done.stdout


def _alter(journal: Path) -> int:
    """Change an event into another, with the right checksum; its number."""
    with closing(sqlite3.connect(journal)) as connection, connection:
        seq, time, series, body = connection.execute(
            "SELECT seq, time, series, body FROM entries WHERE series = 0"
        ).fetchone()
        other = body.replace(b"started", b"startet")
        assert other != body
        connection.execute(
            "UPDATE entries SET body = ?, crc = ? WHERE seq = ?",
            (other, checksum.of_entry(seq, time, series, other), seq),
        )
    return int(seq)
