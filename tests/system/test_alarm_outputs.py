"""An alarm at a broker, on a lamp and a horn: told, acknowledged, killed, taken away."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulators import ControlClient
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port
from tests.system.house import WAIT, daq, running
from tests.system.subscriber import Subscriber

pytest_plugins = ["tests.servers.fixtures"]

HEAD = """
[site]
name = "lab"
[journal]
path = "journal.db"
[bus.chamber]
address = "127.0.0.1:{chamber}"
[bus.relays]
address = "127.0.0.1:{relays}"
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {broker}
[annunciator.tower]
type = "coil"
bus = "relays"
unit = 1
lamp = 0
horn = 1
allow_writing = true
[lab]
control = "{control}"
[lab.wire.chamber]
tcp = "127.0.0.1:{chamber}"
framing = "tcp"
[lab.wire.relays]
tcp = "127.0.0.1:{relays}"
framing = "tcp"
[lab.device.chamber]
model = "binder-mb1"
wire = "chamber"
unit = 1
setpoints = [30.0]
[lab.device.relays]
model = "modbus-relay"
wire = "relays"
unit = 1
"""
WATCHED = """
[instrument.chamber]
profile = "binder-mb1"
bus = "chamber"
unit = 1
room = "Hall 2"
group.all = { interval = "100ms", channels = ["temperature", "setpoint"] }
[alarm.chamber]
type = "limit"
channel = "chamber.temperature"
high = 60
priority = "high"
"""
ALARM, BEACON = "lab/lab/_alarms/_state/chamber.high", "lab/lab/_beacon"
ROOM, SCAN = "lab/lab/_alarms/_beacon/Hall-2", "lab/lab/chamber/all"


def until(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.1)


def test_an_alarm_from_a_horn_to_an_empty_topic(
    tmp_path: Path, private_mosquitto: Mosquitto
) -> None:
    config, control = tmp_path / "daq.toml", f"127.0.0.1:{free_port()}"
    ports = {"chamber": free_port(), "relays": free_port(), "broker": private_mosquitto.port}
    text = HEAD.format(control=control, **ports)
    config.write_text(text + WATCHED)
    with running(tmp_path / "sim.log", "sim", "run", str(config)) as lab:
        lab.wait_text("Ctrl-C")
        with ControlClient(control) as client:
            _raised_and_acknowledged(config, client, private_mosquitto.port)
        config.write_text(text)
        with running(tmp_path / "last.log", "run", str(config)) as daemon:
            _cleared(private_mosquitto.port)
            assert daemon.stop() == 0


def _raised_and_acknowledged(config: Path, client: ControlClient, port: int) -> None:
    def relays() -> tuple[int, int]:
        found: dict[str, Any] = client.ask("state", device="relays")
        return found["channels"]["relay_1"], found["channels"]["relay_2"]

    client.ask("speed", speed=600)
    with Subscriber(port) as broker:
        with running(config.parent / "one.log", "run", str(config)) as daemon:
            broker.wait_until(lambda: _state(broker, ALARM) == "normal", "normal")
            client.ask("set", device="chamber", values={"setpoint": 90})
            broker.wait_until(lambda: _state(broker, ALARM) == "unacknowledged", "raised")
            broker.wait_until(lambda: broker.newest_of[ROOM]["horn"] is True, "horn of the room")
            until(lambda: relays() == (1, 1), "lamp and horn")
            daemon.kill()
        client.ask("set", device="relays", values={"power-cycle": None})
        assert relays() == (0, 0)
        with running(config.parent / "two.log", "run", str(config)) as daemon:
            until(lambda: relays() == (1, 1), "lamp and horn after a kill")
            done = daq("ack", "chamber.high", "--by", "Li", "-c", str(config))
            assert done.returncode == 0, done.stderr
            broker.wait_until(lambda: _state(broker, BEACON) == "acknowledged", "acknowledged")
            until(lambda: relays() == (1, 0), "the horn is silent")
            status = json.loads(daq("status", "--json", "-c", str(config)).stdout)
            assert status["alarms"] == [{"state": "acknowledged", "priority": "high", "count": 1}]
            assert status["annunciators"][0]["lamp"] == "steady"
            assert daemon.stop() == 0
    figures = daq("alarms", "figures", "--json", "-c", str(config))
    found = json.loads(figures.stdout)
    assert found["rates"]["count"] == 1
    assert found["to_acknowledge"]["count"] == found["detection"]["noticed"]["count"] == 1
    shown = daq("alarms", "figures", "-c", str(config)).stdout
    assert "chamber.high" in shown
    assert "too little to judge" in shown
    nothing = daq(
        "alarms", "figures", "--from", "2001-01-01", "--to", "2001-01-02", "-c", str(config)
    )
    assert nothing.returncode == 1
    assert "the journal has nothing of this period" in nothing.stderr


def _cleared(port: int) -> None:
    """The alarm, its room, and the instrument are in the configuration no more."""
    with Subscriber(port) as broker:
        broker.wait_until(lambda: {ALARM, BEACON, ROOM, SCAN} <= broker.cleared, "cleared")
    with Subscriber(port) as newcomer:
        newcomer.wait_until(lambda: "lab/lab/_status" in newcomer.retained, "retained messages")
        assert not {ALARM, BEACON, ROOM, SCAN, f"{SCAN}/_meta"} & newcomer.retained.keys()


def _state(broker: Subscriber, topic: str) -> str:
    return str(broker.newest_of.get(topic, {}).get("state", ""))
