"""Bounds what a broker may send us. The protocol allows packets of 256 MB, and paho takes them.

What comes to who only publishes is short: CONNACK, PUBACK, PINGRESP, DISCONNECT. A message is
sent to none who has not subscribed; paho would keep each of QoS 2 until the broker releases it.
"""

from typing import Any

from paho.mqtt.client import PUBLISH
from paho.mqtt.client import Client as PahoClient

from daq.deliver.mqtt_wire.frames import LARGEST

_TYPE = 0xF0


class Guard:
    """Stands between a client and its socket; ``reason`` says why it cut the connection.

    It replaces the method by which paho reads: there is no public place that sees a packet
    before it is in memory.
    """

    def __init__(self, client: PahoClient) -> None:
        self.reason = ""
        inner: Any = client
        self._packet = lambda: inner._in_packet  # noqa: SLF001 - see above
        self._read = inner._sock_recv  # noqa: SLF001
        inner._sock_recv = self._receive  # noqa: SLF001

    def _receive(self, size: int) -> bytes:
        """Read as asked; paho takes the error for a lost connection."""
        if size > LARGEST:
            self._cut(f"a packet of {size} bytes")
        if self._packet()["command"] & _TYPE == PUBLISH:
            self._cut("a message, although we subscribe to nothing")
        data: bytes = self._read(size)
        return data

    def _cut(self, what: str) -> None:
        self.reason = f"cut off: the broker sent {what}"
        raise ConnectionAbortedError(self.reason)
