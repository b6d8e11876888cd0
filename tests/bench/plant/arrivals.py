"""An MQTT subscriber that tells how old readings of stamped units are when they arrive.

    python -m tests.bench.plant.arrivals PORT SECONDS

Prints how many milliseconds each took, as a list in JSON, in the order they came.
"""

import subprocess
import sys
import time

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.figure import RowError
from tests.bench.plant.process import on_other_core

NS_PER_MS = 1e6
GRACE = 30.0


class _Stamp(msgspec.Struct):
    """The first four registers of a unit, 16 bits each, the highest first."""

    c00: int
    c01: int
    c02: int
    c03: int

    @property
    def time(self) -> int:
        """ns of the monotonic clock."""
        return self.c00 << 48 | self.c01 << 32 | self.c02 << 16 | self.c03


class _Payload(msgspec.Struct):
    values: _Stamp


def latencies(port: int, seconds: float) -> list[float]:
    """Milliseconds from the reply of a unit to the arrival, of all that arrives for so long.

    Raises:
        RowError: nothing arrived.
    """
    command = (sys.executable, "-m", "tests.bench.plant.arrivals", str(port), str(seconds))
    done = subprocess.run(
        on_other_core(*command), stdout=subprocess.PIPE, check=True, timeout=seconds + GRACE
    )
    if not (found := msgspec.json.decode(done.stdout, type=list[float])):
        raise RowError("no reading arrived")
    return found


def main(port: int, seconds: float) -> None:
    """Listen for so long, and print."""
    decode = msgspec.json.Decoder(_Payload).decode
    found: list[float] = []

    def on_message(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        now = time.monotonic_ns()
        if not message.retain:
            found.append((now - decode(message.payload).values.time) / NS_PER_MS)

    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.on_message = on_message
    client.connect("127.0.0.1", port)
    client.subscribe("lab/+/+/all", qos=0)
    client.loop_start()
    time.sleep(seconds)
    client.loop_stop()
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
