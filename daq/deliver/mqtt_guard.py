"""Bounds what a broker may send us. The protocol allows packets of 256 MB, and paho takes them.

What comes to who only publishes is short: CONNACK, PUBACK, PINGRESP, DISCONNECT. A message is
sent to none who has not subscribed; paho would keep each of QoS 2 until the broker releases it.
"""

import weakref
from typing import Any

from paho.mqtt.client import PUBLISH
from paho.mqtt.client import Client as PahoClient

from daq.deliver.mqtt_wire.frames import LARGEST

_TYPE = 0xF0


class Guard:
    """Stands between a client and its socket; ``reason`` says why it cut the connection.

    It replaces the method by which paho reads: there is no public place that sees a packet
    before it is in memory. The client holds the guard and not the other way round, or both would
    stay, with all that was not answered, until the collector of garbage comes by.
    """

    def __init__(self, client: PahoClient) -> None:
        self.reason = ""
        inner: Any = client
        kind: Any = PahoClient
        self._client = weakref.ref(inner)
        self._read = kind._sock_recv  # noqa: SLF001 - see above
        inner._sock_recv = self._receive  # noqa: SLF001

    def _receive(self, size: int) -> bytes:
        """Read as asked; paho takes the error for a lost connection."""
        if size > LARGEST:
            self._cut(f"a packet of {size} bytes")
        client: Any = self._client()  # it is calling: it is there
        if client._in_packet["command"] & _TYPE == PUBLISH:  # noqa: SLF001
            self._cut("a message, although we subscribe to nothing")
        data: bytes = self._read(client, size)
        return data

    def _cut(self, what: str) -> None:
        self.reason = f"cut off: the broker sent {what}"
        raise ConnectionAbortedError(self.reason)
