"""thingsboard-gateway from PyPI beside the daemon: the same units, the same kind of broker.

It lives in a virtual environment of its own, made when it is first asked for, and is no
dependency of anything here. Readings go through its SQLite storage, as ours go through the journal.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.plant.plant import REGISTERS, units
from tests.bench.plant.process import (
    cpu_seconds,
    move_to_other_core,
    on_daemon_core,
    resident_bytes,
)
from tests.bench.plant.responder import address
from tests.servers.mosquitto import Mosquitto

PACKAGES = ("thingsboard-gateway==3.8.5", "pymodbus==3.9.2", "pyserial", "pyserial-asyncio")
HOME = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "lab-daq-bench"
INSTALL_LIMIT = 300.0
START_LIMIT = 40.0
WARM_UP = 8.0
LOOK = 0.1

_LIMITS = {
    "maxPayloadSize": 65536,
    "maxInflightMessages": 1000,
    "rateLimits": {"messages": "", "telemetryMessages": ""},
    "gatewayRateLimits": {"messages": ""},
}
"""What it asks the broker for, and a plain broker does not know: no limits."""


class GatewayFigures(msgspec.Struct, frozen=True):
    """Readings a second that arrived at the broker, cores in use, bytes of memory."""

    readings: float
    cores: float
    memory: int


def gateway_figures(count: int, period: int, seconds: float) -> GatewayFigures | None:
    """With ``count`` units polled every ``period`` ms; None when it cannot be had."""
    try:
        home = _installed()
        return _measured(home, count, period, seconds)
    except (OSError, subprocess.SubprocessError, TimeoutError) as error:
        sys.stderr.write(f"thingsboard-gateway is left out: {error}\n")
        return None


def _installed() -> Path:
    home = HOME / "thingsboard-gateway"
    if not (home / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--no-input"]
        subprocess.run([*pip, *PACKAGES], check=True, timeout=INSTALL_LIMIT)
        (home / ".complete").touch()
    return home


def _measured(home: Path, count: int, period: int, seconds: float) -> GatewayFigures:
    with (
        tempfile.TemporaryDirectory() as folder,
        Mosquitto(Path(folder) / "broker") as broker,
        units(count) as port,
        _listening(broker.port) as listener,
    ):
        move_to_other_core(broker.pid)
        _configure(home, Path(folder), broker.port, port, count, period)
        with _running(home, Path(folder)) as pid:
            listener.wait()
            time.sleep(WARM_UP)
            before, cpu, started = listener.readings, cpu_seconds(pid), time.monotonic()
            time.sleep(seconds)
            span = time.monotonic() - started
            return GatewayFigures(
                (listener.readings - before) / span,
                (cpu_seconds(pid) - cpu) / span,
                resident_bytes(pid),
            )


class _Listener:
    """Answers what the gateway asks, and counts the readings it sends."""

    def __init__(self) -> None:
        self.readings = 0

    def hear(self, client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if message.topic == "v1/gateway/telemetry":
            devices: dict[str, list[dict[str, Any]]] = json.loads(message.payload)
            self.readings += sum(len(e.get("values", e)) for d in devices.values() for e in d)
        elif b"getSessionLimits" in message.payload:
            client.publish(message.topic.replace("request", "response"), json.dumps(_LIMITS))

    def wait(self) -> None:
        """Wait for the first reading."""
        end = time.monotonic() + START_LIMIT
        while not self.readings:
            if time.monotonic() > end:
                raise TimeoutError("no reading of it arrived")
            time.sleep(LOOK)


@contextmanager
def _listening(port: int) -> Generator[_Listener]:
    listener = _Listener()
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.on_message = listener.hear
    client.connect("127.0.0.1", port)
    client.subscribe([("v1/devices/me/rpc/request/+", 1), ("v1/gateway/telemetry", 1)])
    client.loop_start()
    try:
        yield listener
    finally:
        client.disconnect()
        client.loop_stop()


@contextmanager
def _running(home: Path, folder: Path) -> Generator[int]:
    (folder / "logs").mkdir()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            on_daemon_core(str(home / "bin/thingsboard-gateway")),
            cwd=folder,
            env={**os.environ, "TB_GW_CONFIG_DIR": str(folder)},
            stdout=output,
            stderr=output,
        )
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait(10)


def _configure(home: Path, folder: Path, broker: int, port: int, count: int, period: int) -> None:
    """Its own files as it ships them, without limits or pauses, errors alone logged."""
    (given,) = home.glob("lib/python*/site-packages/thingsboard_gateway/config")
    main = cast("dict[str, Any]", json.loads((given / "tb_gateway.json").read_text()))
    server = main["thingsboard"]
    server |= {key: "0:0," for key in server if "ateLimits" in key}
    server |= {"host": "127.0.0.1", "port": broker, "remoteConfiguration": False}
    server |= {"security": {"type": "accessToken", "accessToken": "bench"}}
    server |= {"maxPayloadSizeBytes": 65536, "minPackSendDelayMS": 0}  # as fast as it can
    server["statistics"]["enable"] = False
    main["storage"] = {
        "type": "sqlite",
        "data_file_path": str(folder / "data.db"),
        "messages_ttl_check_in_hours": 1,
        "messages_ttl_in_days": 7,
        "max_read_records_count": 1000,
    }
    main["connectors"] = [{"type": "modbus", "name": "Modbus", "configuration": "modbus.json"}]
    logs = (given / "logs.json").read_text().replace('"INFO"', '"ERROR"')
    slaves = [_slave(number, port, period) for number in range(count)]
    modbus = {"logLevel": "ERROR", "name": "Modbus", "master": {"slaves": slaves}}
    (folder / "tb_gateway.json").write_text(json.dumps(main))
    (folder / "logs.json").write_text(logs.replace('"DEBUG"', '"ERROR"'))
    (folder / "modbus.json").write_text(json.dumps(modbus))


def _slave(number: int, port: int, period: int) -> dict[str, Any]:
    registers = {"tag": "c${address}", "type": "16uint", "functionCode": 4, "objectsCount": 1}
    return {
        "host": address(number),
        "port": port,
        "type": "tcp",
        "method": "socket",
        "unitId": 1,
        "deviceName": f"i{number:04}",
        "deviceType": "default",
        "timeout": 5,
        "byteOrder": "BIG",
        "wordOrder": "BIG",
        "retries": 1,
        "retryOnEmpty": False,
        "retryOnInvalid": False,
        "pollPeriod": period,
        "connectAttemptTimeMs": 1000,
        "connectAttemptCount": 5,
        "waitAfterFailedAttemptsMs": 3000,
        "attributes": [],
        "timeseries": [{**registers, "address": f"0-{REGISTERS - 1}"}],
        "attributeUpdates": [],
        "rpc": [],
    }
