"""What publishes to one broker over one connection: messages in, reason codes out.

There are two: our own (``mqtt_wire``), and one over aiomqtt and paho (``mqtt_client.py``).
"""

import ssl
from typing import Protocol

import msgspec

from daq.deliver.mqtt_payload import Message
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import SinkError

LEAVE_LIMIT = 0.5
"""Seconds spent on a polite goodbye."""


class UnsendableError(SinkError):
    """A message that cannot be sent to this broker; ``code`` is the reason code that says why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"cannot be sent: reason code 0x{code:02x}")
        self.code = code


class Limits(msgspec.Struct, frozen=True):
    """What a broker stated in CONNACK (MQTT 5); None where it stated nothing.

    ``window`` is how many messages it lets wait for their PUBACK; ``acknowledges`` is whether it
    takes QoS 1 at all.
    """

    window: int | None = None
    acknowledges: bool = True


class Listener(Protocol):
    """Whoever publishes, told of what comes back."""

    def answered(self, tag: int, code: int) -> None:
        """A PUBACK: the tag of its message, and the reason code."""
        ...

    def ready(self) -> None:
        """All that came is told, or more can be written: go on."""
        ...

    def lost(self, reason: str) -> None:
        """The connection, once opened, is gone."""
        ...


class Publisher(Protocol):
    """One connection, used once."""

    @property
    def limits(self) -> Limits:
        """The limits of the broker, once open."""
        ...

    @property
    def writable(self) -> bool:
        """Whether what was sent is on its way, so that more may follow."""
        ...

    async def open(self) -> None:
        """Connect and wait for CONNACK.

        Raises:
            SinkMisconfiguredError: the broker refuses us for a reason that stays.
            SinkUnavailableError: it cannot be reached.
        """
        ...

    def send(self, tag: int, message: Message) -> None:
        """Send with QoS 1, at the latest with ``flush``; the listener is told of the answer.

        Raises:
            UnsendableError: the message cannot be sent.
            SinkUnavailableError: there is no connection.
        """
        ...

    def flush(self) -> None:
        """Send now what was held back in order to go together."""
        ...

    async def close(self) -> None:
        """Disconnect; harmless when the connection is lost."""
        ...


class MakePublisher(Protocol):
    """Makes one, within an event loop. ``will`` is what the broker says when we are lost."""

    def __call__(
        self,
        settings: MqttSettings,
        client_id: str,
        will: Message,
        context: ssl.SSLContext | None,
        listener: Listener,
    ) -> Publisher:
        """Nothing is connected yet."""
        ...


def publisher_of(settings: MqttSettings) -> MakePublisher:
    """The one that is asked for. Imports it: call this in a thread."""
    if settings.client == "aiomqtt":
        from daq.deliver.mqtt_client import BrokerClient  # noqa: PLC0415 - only when used

        return BrokerClient
    from daq.deliver.mqtt_wire.publisher import WirePublisher  # noqa: PLC0415 - only when used

    return WirePublisher
