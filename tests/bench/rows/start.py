"""From the start of the process to the first reading delivered, with 100 units."""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.figure import Figure, RowError
from tests.bench.plant.gateway import RATE, gateway_figures
from tests.bench.plant.plant import Load, Plant, plant

UNITS = 100
TARGET = 1.0
LIMIT = 30.0


def measure(*, quick: bool) -> list[Figure]:
    """Seconds, the median of some starts."""
    runs: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        plant(Path(folder), Load(units=UNITS, interval="1s")) as here,
    ):
        for _ in range(3 if quick else 9):
            runs.append(_first_reading(here))
            here.stop_daemon()
    rival = None if quick else gateway_figures(*RATE)
    return [
        Figure(
            row="start",
            what="start to first reading delivered, 100 units",
            value=statistics.median(runs),
            unit="s",
            target=TARGET,
            better="less",
            rivals={} if rival is None else {"thingsboard-gateway": rival.start},
            detail={"fastest": min(runs), "slowest": max(runs)},
        )
    ]


def _first_reading(here: Plant) -> float:
    arrived = threading.Event()
    subscribed = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2)

    def on_message(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if not message.retain:
            arrived.set()

    client.on_message = on_message
    client.on_subscribe = _setting(subscribed)
    client.connect("127.0.0.1", here.broker.port)
    client.subscribe("lab/+/+/all", qos=0)
    client.loop_start()
    try:
        if not subscribed.wait(LIMIT):
            raise RowError("the broker does not answer")
        started = time.monotonic()
        here.start_daemon()
        if not arrived.wait(LIMIT):
            raise RowError("no reading arrived")
        return time.monotonic() - started
    finally:
        client.disconnect()
        client.loop_stop()


def _setting(event: threading.Event) -> Callable[..., None]:
    def callback(*_: object) -> None:
        event.set()

    return callback
