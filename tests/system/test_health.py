"""Somebody finds out: real simulators, daemon and broker, and what each of them is told."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.servers.http_client import request
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.house import WAIT, Process, daq, running
from tests.system.subscriber import Subscriber

pytest_plugins = ["tests.servers.fixtures"]

STATUS = "lab/health/_status"
TOLD_ONCE = ("bus-lost", "bus-silent", "bus-speaks")

CONFIG = """
[site]
name = "health"

[metrics]
listen = "127.0.0.1:{metrics}"

[bus.feeder]
address = "127.0.0.1:{port}"
retry_limit = "1s"

[instrument.feeder]
profile = "eastron-sdm630"
bus = "feeder"
unit = 1
silent_after = "1s"
group.all = {{ interval = "100ms", channels = ["voltage_l1", "frequency"] }}

[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {mqtt}

[lab]
[lab.wire.feeder]
tcp = "127.0.0.1:{port}"
framing = "tcp"
[lab.device.feeder]
model = "eastron-sdm630"
wire = "feeder"
unit = 1
"""


@pytest.fixture
def config(tmp_path: Path, private_mosquitto: Mosquitto) -> Path:
    path = tmp_path / "daq.toml"
    metrics, port = free_port(), free_port()
    path.write_text(CONFIG.format(metrics=metrics, port=port, mqtt=private_mosquitto.port))
    return path


def until(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.05)


def metrics(config: Path) -> dict[str, float]:
    """The metrics of the one instrument, bus and sink there are, by name and further labels."""
    line = next(line for line in config.read_text().splitlines() if line.startswith("listen"))
    status, page = request(int(line.rpartition(":")[2].strip('"')), "/metrics")
    assert status == 200
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            further = sorted({*sample.labels.values()} - {"feeder", "broker"})
            found[" ".join([sample.name, *further])] = sample.value
    return found


@contextmanager
def simulated(config: Path) -> Generator[Process]:
    log = config.parent / f"sim-{len([*config.parent.glob('sim-*')])}.log"
    with running(log, "sim", "run", str(config)) as lab:
        lab.wait_text("Ctrl-C")
        yield lab


def events(listener: Subscriber) -> list[str]:
    copies = listener.entries.values()
    return [entries[0]["kind"] for entries in copies if "kind" in entries[0]]


def test_silence_is_told_by_event_status_metric_and_so_is_its_end(
    config: Path, private_mosquitto: Mosquitto
) -> None:
    with (
        Subscriber(private_mosquitto.port) as listener,
        simulated(config) as lab,
        running(config.parent / "run.log", "run", str(config)) as daemon,
    ):
        until(lambda: daq("status", "-c", str(config)).returncode == 0, "all is well")
        listener.wait_until(lambda: "acquiring" in reasons(listener), "a beat")
        assert listener.newest_of[STATUS]["answering"] == 1
        page = metrics(config)
        assert page["lab_daq_instrument_up"] == 1
        assert page["lab_daq_instrument_silent"] == 0
        assert page["lab_daq_instrument_scans_total answered"] > 0
        assert time.time() - page["lab_daq_instrument_last_good_timestamp_seconds"] < WAIT
        assert page["lab_daq_sink_up"] == 1
        assert page["process_resident_memory_bytes"] > 1_000_000
        lab.kill()
        listener.wait_until(lambda: "bus-silent" in events(listener), "silent")
        assert metrics(config)["lab_daq_instrument_silent"] == 1
        done = daq("status", "-c", str(config))
        assert done.returncode == 1
        assert "bus feeder: " in done.stdout
        plain: dict[str, Any] = json.loads(daq("status", "-c", str(config), "--json").stdout)
        assert plain["instruments"][0]["silent"] > 1
        assert plain["instruments"][0]["quality"] == "bad: disconnected"
        assert plain["sinks"][0]["quarantined"] == 0
        assert plain["sinks"][0]["lag_seconds"] < WAIT
        assert plain["sinks"][0]["address"].startswith("127.0.0.1:")
        with simulated(config):
            listener.wait_until(lambda: "bus-speaks" in events(listener), "speaks")
        told = [kind for kind in events(listener) if kind in TOLD_ONCE]
        assert told[:3] == [*TOLD_ONCE]
        assert daemon.text.count("bus-speaks: ") == 1


def test_a_daemon_that_is_killed_is_told_of_by_the_broker(
    config: Path, private_mosquitto: Mosquitto
) -> None:
    with (
        Subscriber(private_mosquitto.port, STATUS) as listener,
        running(config.parent / "run.log", "run", str(config)) as daemon,
    ):
        listener.wait_until(lambda: "connected" in reasons(listener), "online")
        daemon.wait_text("metrics at ")
        daemon.kill()
        listener.wait_until(lambda: "connection lost" in reasons(listener), "the will")
    with Subscriber(private_mosquitto.port, STATUS) as late:
        late.wait_until(lambda: STATUS in late.retained, "retained")
        assert late.retained[STATUS]["status"] == "offline"
    with pytest.raises(ConnectionRefusedError):
        metrics(config)


def reasons(listener: Subscriber) -> str:
    """The reason of the newest status."""
    return listener.newest_of.get(STATUS, {}).get("reason", "")
