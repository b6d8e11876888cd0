"""The client of one connection to an MQTT broker; aiomqtt and paho end here.

aiomqtt drives the socket from the event loop. It shows neither the reason codes of PUBACK nor
the limits in CONNACK, and it spends a timer and a walk through all pending calls on each
publish. So publishing goes through the paho client underneath, by its public methods and
callbacks; reaching that client, and letting it go again, are the private accesses here.
"""

import asyncio
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import aiomqtt
from paho.mqtt.client import (
    CallbackOnConnect_v2,
    CallbackOnDisconnect_v2,
    ConnectFlags,
    DisconnectFlags,
)
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from daq.deliver.mqtt_codes import PACKET_TOO_LARGE, TOPIC_INVALID
from daq.deliver.mqtt_guard import Guard
from daq.deliver.mqtt_library import in_words, make_client, mapped, words_for
from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import LEAVE_LIMIT, Limits, Listener, UnsendableError
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import SinkUnavailableError

OPEN_LIMIT = 3.0
"""Seconds a TCP and TLS connection may take to open; a thread blocks for so long."""

OVERHEAD = 16
"""Bytes of a PUBLISH besides topic and payload, at most."""

POLL = 0.005

_CALLBACKS = (
    *("on_connect", "on_disconnect", "on_message", "on_publish", "on_subscribe", "on_unsubscribe"),
    *("on_socket_open", "on_socket_close"),
    *("on_socket_register_write", "on_socket_unregister_write"),
)
"""All by which paho calls aiomqtt or us."""


class BrokerClient:
    """One connection, used once: entered again, an aiomqtt client repeats what had failed.

    It is the publisher of ``client = "aiomqtt"``; see Publisher.
    """

    writable = True
    """paho takes whatever it is given; the window bounds how much that is."""

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        will: Message,
        context: ssl.SSLContext | None,
        listener: Listener,
    ) -> None:
        self._name = client_id
        self._client = make_client(settings, client_id, will, context)
        self._paho: PahoClient = self._client._client  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see above
        self._guard = Guard(self._paho)
        self._watchdog: asyncio.Task[None] | None = None
        self._listener = listener
        self._tags: dict[int, int] = {}
        self._retains = settings.retain
        self._welcomed = False
        self._cut_off: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._largest: int | None = None
        self.limits = Limits()
        self._hook(settings)

    async def open(self) -> None:
        """Connect and wait for CONNACK.

        Raises:
            SinkMisconfiguredError: the broker refuses us for a reason that stays.
            SinkUnavailableError: it cannot be reached.
        """
        entering = asyncio.create_task(self._client.__aenter__(), name=f"mqtt open {self._name}")
        try:
            await asyncio.wait({entering, self._cut_off}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self._abandon(entering)
            raise
        if not entering.done():
            await self._abandon(entering)
            raise SinkUnavailableError(f"cannot connect: {self._cut_off.result()}")
        try:
            entering.result()
        except (aiomqtt.MqttError, OSError, ValueError) as error:
            await self._release()
            raise mapped(error) from error
        self._watchdog = asyncio.create_task(self._watch(), name=f"mqtt watchdog {self._name}")

    def send(self, tag: int, message: Message) -> None:
        """See Publisher."""
        size = len(message.topic.encode()) + len(message.payload) + OVERHEAD
        if self._largest is not None and size > self._largest:
            raise UnsendableError(PACKET_TOO_LARGE)
        retain = message.retain and self._retains
        try:
            info = self._paho.publish(message.topic, message.payload, 1, retain)
        except ValueError:  # a wildcard in the topic, or longer than the protocol can say
            raise UnsendableError(TOPIC_INVALID) from None
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise SinkUnavailableError(f"cannot send: {info.rc.name}")
        self._tags[info.mid] = tag

    def flush(self) -> None:
        """See Publisher. paho sends at once."""

    async def close(self) -> None:
        """Disconnect; harmless when the connection is lost."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            await asyncio.wait({self._watchdog})
        try:
            with suppress(aiomqtt.MqttError, OSError, ValueError, TimeoutError):
                async with asyncio.timeout(LEAVE_LIMIT):
                    await self._client.__aexit__(None, None, None)
        finally:
            await self._release()

    async def _abandon(self, entering: "asyncio.Task[aiomqtt.Client]") -> None:
        """Cancelled while opening. The thread that opens the socket cannot be: wait for it."""
        over = self._cut_off
        await _until(
            lambda: entering.done() or over.done() or self._paho.socket() is not None,
            2 * OPEN_LIMIT,
        )
        entering.cancel()
        await asyncio.wait({entering})
        if not entering.cancelled():
            entering.exception()  # seen; nobody is left to be told
        await self._release()

    async def _release(self) -> None:
        """Make sure that the socket is closed and nothing of the client runs on."""
        sock = self._paho.socket()
        if isinstance(sock, socket.socket):
            with suppress(OSError):  # paho then reads the end of the stream and closes it
                sock.shutdown(socket.SHUT_RDWR)
        await _until(lambda: self._paho.socket() is None, LEAVE_LIMIT)
        if self._paho.socket() is None:
            self._let_go()

    def _let_go(self) -> None:
        """Cut the ring of clients and callbacks.

        It holds all messages without an answer, some hundred each time a broker goes away, and
        only the collector of garbage, which comes by seldom, would find it.
        """
        for callback in _CALLBACKS:
            setattr(self._paho, callback, None)
        self._client._misc_task = None  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its error knows the client

    async def _watch(self) -> None:
        """Notice at once that the connection is lost: the message stream of aiomqtt ends."""
        try:
            async for _ in self._client.messages:
                pass
        except aiomqtt.MqttError as error:
            self._listener.lost(self._guard.reason or in_words(error.__cause__ or error))

    def _hook(self, settings: MqttSettings) -> None:
        """Listen to the paho client; where aiomqtt listens as well, it still hears."""
        self._paho.connect_timeout = min(settings.timeout, OPEN_LIMIT)
        aiomqtt_on_connect = cast("CallbackOnConnect_v2", self._paho.on_connect)
        aiomqtt_on_disconnect = cast("CallbackOnDisconnect_v2", self._paho.on_disconnect)

        def on_connect(
            client: PahoClient,
            data: object,
            flags: ConnectFlags,
            code: ReasonCode,
            properties: Properties | None,
        ) -> None:
            self._welcomed = True
            self._note_limits(properties)
            aiomqtt_on_connect(client, data, flags, code, properties)

        def on_disconnect(
            client: PahoClient,
            data: object,
            flags: DisconnectFlags,
            code: ReasonCode,
            properties: Properties | None,
        ) -> None:
            # aiomqtt goes on waiting for CONNACK on a connection that is closed already.
            if not self._welcomed and not self._cut_off.done():
                self._cut_off.set_result(self._guard.reason or words_for(code))
            aiomqtt_on_disconnect(client, data, flags, code, properties)

        def on_publish(
            client: PahoClient, _data: object, mid: int, code: ReasonCode, _properties: Properties
        ) -> None:
            _acknowledge_at_once(client.socket())
            if (tag := self._tags.pop(mid, None)) is not None:
                self._listener.answered(tag, code.value)
                self._listener.ready()

        self._paho.on_connect = on_connect
        self._paho.on_disconnect = on_disconnect
        self._paho.on_publish = on_publish

    def _note_limits(self, properties: Properties | None) -> None:
        self._largest = getattr(properties, "MaximumPacketSize", None)
        self._retains = self._retains and bool(getattr(properties, "RetainAvailable", 1))
        self.limits = Limits(
            window=getattr(properties, "ReceiveMaximum", None),
            acknowledges=getattr(properties, "MaximumQoS", 1) != 0,
        )


def _acknowledge_at_once(sock: object) -> None:
    """Do not delay the TCP acknowledgement of what was just read (Linux; holds for one read).

    Brokers write each PUBACK by itself and, like Mosquitto, leave Nagle's algorithm on: the
    next one waits until the last is acknowledged, which a quiet publisher puts off for 40 ms.
    """
    if isinstance(sock, socket.socket) and sys.platform == "linux":
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


async def _until(condition: Callable[[], bool], limit: float) -> None:
    """Wait for what paho does in its own time and tells nobody about."""
    with suppress(TimeoutError):
        async with asyncio.timeout(limit):
            while not condition():  # noqa: ASYNC110 - paho sets no event
                await asyncio.sleep(POLL)
