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
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
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

RATE = (100, 200, 20.0)
"""Units, ms, seconds: 25,000 readings a second wanted. At 20 ms it gave 1,200."""

STEADY = (200, 1000, 20.0)
"""What the row ``steady`` asks of the daemon."""

_LIMITS = {
    "maxPayloadSize": 65536,
    "maxInflightMessages": 1000,
    "rateLimits": {"messages": "", "telemetryMessages": ""},
    "gatewayRateLimits": {"messages": ""},
}
"""What it asks the broker for, and a plain broker does not know: no limits."""


class GatewayFigures(msgspec.Struct, frozen=True):
    """What one run gave.

    ``readings`` a second that arrived at the broker, ``cores`` in use, ``memory`` in bytes,
    ``start`` in seconds to the first reading, ``latencies`` in ms from a unit's reply to the
    subscriber, in order.
    """

    readings: float
    cores: float
    memory: int
    start: float
    latencies: list[float]


@cache
def gateway_figures(count: int, period: int, seconds: float) -> GatewayFigures | None:
    """With ``count`` units polled every ``period`` ms; None when it cannot be had.

    Measured once in a run: what several rows compare with is one and the same.
    """
    try:
        return _measured(installed(), count, period, seconds)
    except (OSError, subprocess.SubprocessError, TimeoutError) as error:
        sys.stderr.write(f"thingsboard-gateway is left out: {error}\n")
        return None


def installed() -> Path:
    """Its virtual environment, made when there is none.

    Raises:
        OSError, SubprocessError: it cannot be had.
    """
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
        units(count, stamped=True) as port,
        listening(broker.port) as listener,
    ):
        move_to_other_core(broker.pid)
        slaves = [_slave(number, port, period) for number in range(count)]
        configure(home, Path(folder), broker.port, slaves)
        begun = time.monotonic()
        with running(home, Path(folder)) as pid:
            listener.wait()
            start = time.monotonic() - begun
            time.sleep(WARM_UP)
            listener.late.clear()
            before, cpu, started = listener.readings, cpu_seconds(pid), time.monotonic()
            time.sleep(seconds)
            span = time.monotonic() - started
            return GatewayFigures(
                (listener.readings - before) / span,
                (cpu_seconds(pid) - cpu) / span,
                resident_bytes(pid),
                start,
                sorted(listener.late),
            )


class Listener:
    """Answers what the gateway asks, and takes note of the readings it sends.

    ``readings`` counts all, ``scans`` the messages of each device; ``late`` holds how many ms ago
    the units gave those of stamped ones.
    """

    def __init__(self) -> None:
        self.readings = 0
        self.scans: Counter[str] = Counter()
        self.late: list[float] = []

    def hear(self, client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if message.topic == "v1/gateway/telemetry":
            self._take(json.loads(message.payload), time.monotonic_ns())
        elif b"getSessionLimits" in message.payload:
            client.publish(message.topic.replace("request", "response"), json.dumps(_LIMITS))

    def _take(self, devices: dict[str, list[dict[str, Any]]], now: int) -> None:
        for name, entries in devices.items():
            self.scans[name] += len(entries)
            for entry in entries:
                values = entry.get("values", entry)
                self.readings += len(values)
                if stamp := _stamp(values):
                    self.late.append((now - stamp) / 1e6)

    def wait(self) -> None:
        """Wait for the first reading."""
        end = time.monotonic() + START_LIMIT
        while not self.readings:
            if time.monotonic() > end:
                raise TimeoutError("no reading of it arrived")
            time.sleep(LOOK)


def _stamp(values: dict[str, Any]) -> int:
    """ns of the monotonic clock, from a stamped unit's first four registers; 0 of others."""
    words = [values.get(f"c{number}") for number in range(4)]
    if not all(isinstance(word, int) for word in words):
        return 0
    return sum(int(word or 0) << shift for word, shift in zip(words, (48, 32, 16, 0), strict=True))


@contextmanager
def listening(port: int) -> Generator[Listener]:
    """A listener to a broker while the block runs."""
    listener = Listener()
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
def running(home: Path, folder: Path) -> Generator[int]:
    """The gateway while the block runs; its process id."""
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


def configure(home: Path, folder: Path, broker: int, slaves: Sequence[Mapping[str, Any]]) -> None:
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
    modbus = {"logLevel": "ERROR", "name": "Modbus", "master": {"slaves": slaves}}
    (folder / "tb_gateway.json").write_text(json.dumps(main))
    (folder / "logs.json").write_text(logs.replace('"DEBUG"', '"ERROR"'))
    (folder / "modbus.json").write_text(json.dumps(modbus))


def _slave(number: int, port: int, period: int) -> dict[str, Any]:
    registers = {"tag": "c${address}", "type": "16uint", "functionCode": 4, "objectsCount": 1}
    line = {"host": address(number), "port": port, "type": "tcp", "method": "socket"}
    timeseries = {**registers, "address": f"0-{REGISTERS - 1}"}
    return {**line, "unitId": 1, **common(f"i{number:04}", period), "timeseries": [timeseries]}


def common(name: str, period: int) -> dict[str, Any]:
    """What the file says of any device."""
    return {
        "deviceName": name,
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
        "timeseries": [],
        "attributeUpdates": [],
        "rpc": [],
    }
