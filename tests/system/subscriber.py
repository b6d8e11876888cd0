"""An MQTT subscriber independent of the product: paho in a thread, keeps every message."""

import json
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

WAIT = 60.0


class Subscriber:
    """Subscribes to everything at QoS 1; ``entries`` holds the payloads by sequence number."""

    def __init__(self, port: int, topic: str = "#") -> None:
        self.entries: dict[int, list[dict[str, Any]]] = {}
        self.retained: dict[str, dict[str, Any]] = {}
        self.newest_of: dict[str, dict[str, Any]] = {}
        self.cleared: set[str] = set()
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._topic = topic
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="", clean_session=True)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)

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
        # Without a cycle the client goes, and closes what it has, when this object does.
        self._client.on_connect = self._client.on_subscribe = self._client.on_message = None

    @property
    def newest(self) -> int:
        with self._changed:
            return max(self.entries, default=0)

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition on what has arrived holds."""
        with self._changed:
            assert self._changed.wait_for(condition, WAIT), f"never: {what}"

    def _on_connect(self, client: paho.Client, *_: object) -> None:
        client.subscribe(self._topic, qos=1)

    def _on_subscribe(self, *_: object) -> None:
        self._subscribed.set()

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        payload = json.loads(message.payload or b"{}")
        with self._changed:
            if not message.payload:  # what is no more is cleared
                self.retained.pop(message.topic, None)
                self.cleared.add(message.topic)
            self.newest_of[message.topic] = payload
            if message.retain:
                self.retained[message.topic] = payload
            if "seq" in payload:
                self.entries.setdefault(payload["seq"], []).append(
                    payload | {"topic": message.topic}
                )
            self._changed.notify_all()
