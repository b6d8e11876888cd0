"""`daq quarantine` at a broker that does not allow a topic, and then does."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.house import WAIT, daq, running
from tests.system.subscriber import Subscriber

TOPIC = "lab/lab/meter/all"

CONFIG = """
[site]
name = "lab"

[journal]
path = "j.db"

[bus.nobody]
address = "127.0.0.1:{nobody}"

[instrument.meter]
profile = "eastron-sdm630"
bus = "nobody"
unit = 1
group.all = {{ interval = "100ms", channels = ["voltage_l1"] }}

[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}
retry_limit = "1s"
"""


def until(condition: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.05)


def listed(config: Path) -> list[dict[str, Any]]:
    done = daq("quarantine", "list", "--json", "-c", str(config))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def in_quarantine(journal: Path) -> list[int]:
    with JournalReader(journal) as reader:
        return [entry.seq for entry in reader.quarantined("broker")]


def events(journal: Path, *kinds: str) -> list[Event]:
    with JournalReader(journal) as reader:
        found = reader.entries(0, 1_000_000)
    return [entry for entry in found if isinstance(entry, Event) and entry.kind in kinds]


def told(*arguments: str) -> str:
    done = daq("quarantine", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_was_refused_is_listed_dropped_and_delivered_after_all(tmp_path: Path) -> None:
    config, journal = tmp_path / "daq.toml", tmp_path / "j.db"
    with Mosquitto(tmp_path / "m", acl=["topic readwrite #", f"topic deny {TOPIC}"]) as broker:
        config.write_text(CONFIG.format(nobody=free_port(), mqtt=broker.port))
        at = ("-c", str(config))
        with running(tmp_path / "first.txt", "run", str(config)) as daemon:
            daemon.wait_text("site lab")
            until(lambda: len(in_quarantine(journal)) > 3, "nothing was refused")
            assert daemon.stop() == 0

        entries = listed(config)
        assert [entry["seq"] for entry in entries] == in_quarantine(journal)
        dropped, again, *rest = [entry["seq"] for entry in entries]
        assert entries[0]["instrument"] == "meter"
        assert entries[0]["reason"] == f"{TOPIC}: not authorized to publish to this topic"
        assert "1 entries" in told("drop", "broker", str(dropped), "--yes", *at)
        assert "no daemon runs" in told("retry", "broker", str(again), *at)
        assert in_quarantine(journal) == rest

        broker.stop()
        broker.acl = ["topic readwrite #"]
        broker.start()
        with (
            Subscriber(broker.port, TOPIC) as heard,
            running(tmp_path / "second.txt", "run", str(config)) as daemon,
        ):
            heard.wait_until(lambda: again in heard.entries, "the one retried without a daemon")
            answer = json.loads(told("retry", "broker", "--all", "--json", *at))
            assert answer["count"] == len(rest)
            heard.wait_until(lambda: set(rest) <= heard.entries.keys(), "all the others")
            assert all(heard.entries[seq][0].get("historical") for seq in rest)
            until(lambda: in_quarantine(journal) == [], "some are in quarantine still")
            assert dropped not in heard.entries
            assert daemon.stop() == 0
    assert len(events(journal, "entries-refused")) == 1
    released = events(journal, "quarantine-released", "quarantine-dropped")
    assert [(e.kind, e.data["count"]) for e in released] == [
        ("quarantine-dropped", 1),
        ("quarantine-released", 1),
        ("quarantine-released", len(rest)),
    ]
