"""An MQTT subscriber independent of the product: paho in a thread, every message into a file.

Its session is kept by the broker (MQTT 5), so that a broker which is stopped and started again
with persistence owes it every message that was published meanwhile. What arrives is stamped
retained as the publisher wanted it, so that the order of retained values can be judged.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

WAIT = 90.0
KEPT_S = 86_400
"""Seconds the broker keeps the session of a witness that is away."""


_LINE = b'{"topic":%b,"retain":%b,"again":%b,"payload":%b}\n'
_JSON = {True: b"true", False: b"false"}


class Seen(msgspec.Struct, frozen=True):
    """One message in order of arrival; ``again``: the broker has perhaps sent it before."""

    topic: str
    retain: bool
    again: bool
    payload: dict[str, Any]


class _Number(msgspec.Struct):
    seq: int = 0


class Witness:
    """Sees everything at one broker; ``newest`` is the highest number of an entry so far."""

    def __init__(self, port: int, record: Path, name: str = "witness") -> None:
        self.record = record
        self.newest = self.messages = 0
        self._name, self._port = name, port
        self._file = record.open("wb")
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._number = msgspec.json.Decoder(_Number)
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=paho.MQTTv5, manual_ack=False
        )
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(1, 1)
        self._connect()

    def __enter__(self) -> Self:
        self._client.loop_start()
        assert self._subscribed.wait(WAIT), "not subscribed"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._file.close()

    def lose_sight(self) -> None:
        """Forget that it is subscribed: the broker is about to go."""
        self._subscribed.clear()

    def wait_in_sight(self) -> None:
        """Wait until it is subscribed again."""
        assert self._subscribed.wait(WAIT), "not subscribed again"

    def wait_for(self, seq: int) -> None:
        """Wait until an entry of this number or a higher one has come."""
        self.wait_until(lambda: self.newest >= seq, f"entry {seq}")

    def wait_until(self, condition: Callable[[], bool], what: str, limit: float = WAIT) -> None:
        """Wait until a condition on what has arrived holds."""
        end = time.monotonic() + limit
        with self._changed:
            while not condition():
                left = end - time.monotonic()
                assert left > 0, f"the witness never saw {what}; newest {self.newest}"
                self._changed.wait(min(left, 0.5))

    def seen(self) -> Iterator[Seen]:
        """All messages so far that carry an entry or metadata, in order of arrival."""
        with self._changed:
            self._file.flush()
        decode = msgspec.json.Decoder(Seen).decode
        with self.record.open("rb") as lines:
            yield from map(decode, lines)

    def _connect(self) -> None:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = KEPT_S
        properties.ReceiveMaximum = 65_535
        self._client.connect(
            "127.0.0.1", self._port, keepalive=60, clean_start=False, properties=properties
        )

    def _on_connect(self, client: paho.Client, *_: object) -> None:
        options = SubscribeOptions(
            qos=1, retainAsPublished=True, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND
        )
        client.subscribe("#", options=options)

    def _on_subscribe(self, *_: object) -> None:
        self._subscribed.set()

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if not message.payload:  # what is no more is cleared: no entry
            return
        number = self._number.decode(message.payload).seq
        topic = msgspec.json.encode(message.topic)
        flags = (_JSON[message.retain], _JSON[message.dup])
        with self._changed:
            self._file.write(_LINE % (topic, *flags, message.payload))
            self.messages += 1
            if number > self.newest:
                self.newest = number
                self._changed.notify_all()


def retained_values(port: int, topics: int) -> dict[str, int]:
    """What a newcomer is told: the number of the retained scan of each of so many topics."""
    found: dict[str, int] = {}
    complete = threading.Event()

    def on_connect(client: paho.Client, *_: object) -> None:
        client.subscribe("#", qos=1)

    def on_message(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        number = msgspec.json.decode(message.payload or b"{}", type=_Number).seq
        if message.retain and number:
            found[message.topic] = number
            if len(found) >= topics:
                complete.set()

    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.on_connect, client.on_message = on_connect, on_message
    client.connect("127.0.0.1", port)
    client.loop_start()
    complete.wait(WAIT)
    client.disconnect()
    client.loop_stop()
    return found
