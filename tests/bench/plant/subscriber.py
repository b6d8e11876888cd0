"""An MQTT subscriber in a process of its own that counts scans by their sequence numbers.

    python -m tests.bench.plant.subscriber PORT FILE

Writes the number of different scans received to FILE a few times a second.
"""

import re
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.plant.process import on_other_core

SEQ = re.compile(rb'"seq":(\d+)')
PAUSE = 0.2


class Counter:
    """What a running subscriber has received so far."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def count(self, wanted: int, limit: float) -> int:
        """How many different scans; waits up to ``limit`` seconds for as many as wanted."""
        end = time.monotonic() + limit
        while (found := self._read()) < wanted and time.monotonic() < end:
            time.sleep(PAUSE)
        return found

    def _read(self) -> int:
        return int(self._file.read_text("ascii") or 0)


@contextmanager
def counting_subscriber(port: int, folder: Path) -> Generator[Counter]:
    """A subscriber to all scans while the block runs."""
    file = folder / "received"
    module = "tests.bench.plant.subscriber"
    process = subprocess.Popen(on_other_core(sys.executable, "-m", module, str(port), str(file)))
    try:
        while not file.exists():
            time.sleep(PAUSE / 10)
        yield Counter(file)
    finally:
        process.terminate()
        process.wait(10)


def main(port: int, file: Path) -> None:
    """Count until terminated."""
    seen: set[int] = set()

    def on_message(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if found := SEQ.search(message.payload):
            seen.add(int(found[1]))

    def on_subscribe(*_: object) -> None:
        file.write_text("0", "ascii")

    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.connect("127.0.0.1", port)
    client.subscribe("lab/+/+/all", qos=1)
    client.loop_start()
    new = file.with_suffix(".new")
    while True:
        time.sleep(PAUSE)
        if file.exists():
            new.write_text(str(len(seen)), "ascii")
            new.replace(file)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
