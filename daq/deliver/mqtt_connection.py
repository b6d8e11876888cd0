"""One connection to an MQTT broker: many messages at a time, and what became of each."""

import asyncio
import ssl
from collections.abc import Iterable

from daq.deliver.mqtt_client import LEAVE_LIMIT, BrokerClient
from daq.deliver.mqtt_codes import PACKET_TOO_LARGE, TOPIC_INVALID, is_success
from daq.deliver.mqtt_payload import Message
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import SinkUnavailableError

OVERHEAD = 16
"""Bytes of a PUBLISH besides topic and payload, at most."""


class Connection:
    """Sends ahead of the answers, up to a window. Used once, like its client."""

    def __init__(
        self, settings: MqttSettings, client_id: str, will: Message, context: ssl.SSLContext | None
    ) -> None:
        self._settings = settings
        self._client = BrokerClient(
            settings, client_id, will, context, answered=self._on_answer, lost=self._on_lost
        )
        self._window = settings.inflight
        self._unanswered: dict[int, int] = {}
        self._failures: dict[int, int] = {}
        self._enough = 0
        self._woken = asyncio.Event()
        self._lost: str | None = None

    async def open(self) -> None:
        """Connect; see BrokerClient.open."""
        await self._client.open()
        self._window = min(self._settings.inflight, self._client.window or self._settings.inflight)

    async def publish(self, messages: Iterable[Message]) -> dict[int, int]:
        """Publish in order and wait until the broker has answered for each message.

        Returns:
            The reason code of each message that failed, by its position.

        Raises:
            SinkUnavailableError: the connection was lost, or no answer came for too long.
        """
        self._failures = {}
        for position, message in enumerate(messages):
            if len(self._unanswered) >= self._window:
                await self._wait_until_only(self._window - 1)
            self._send(position, message)
        await self._wait_until_only(0)
        return self._failures

    def check(self) -> None:
        """Raise SinkUnavailableError if the connection is known to be lost."""
        if self._lost is not None:
            raise SinkUnavailableError(f"connection lost: {self._lost}")

    async def close(self, farewell: Message) -> None:
        """Publish a last message and disconnect; harmless when the connection is lost."""
        try:
            async with asyncio.timeout(LEAVE_LIMIT):
                self.check()
                await self.publish([farewell])
        except (TimeoutError, SinkUnavailableError):
            pass  # the will says what the farewell could not
        finally:
            await self._client.close()

    async def _wait_until_only(self, limit: int) -> None:
        """Wait until at most ``limit`` messages are unanswered; an answer renews the patience."""
        self._enough = limit
        while (before := len(self._unanswered)) > limit:
            self.check()
            self._woken.clear()
            try:
                async with asyncio.timeout(self._settings.timeout):
                    await self._woken.wait()
            except TimeoutError:
                if len(self._unanswered) == before:
                    patience = f"{self._settings.timeout:g} s"
                    raise SinkUnavailableError(f"no PUBACK within {patience}") from None
        self.check()

    def _send(self, position: int, message: Message) -> None:
        size = len(message.topic.encode()) + len(message.payload) + OVERHEAD
        if self._client.largest is not None and size > self._client.largest:
            self._failures[position] = PACKET_TOO_LARGE
            return
        try:
            mid = self._client.send(message)
        except ValueError:  # a wildcard in the topic, or longer than the protocol can say
            self._failures[position] = TOPIC_INVALID
        else:
            self._unanswered[mid] = position

    def _on_answer(self, mid: int, code: int) -> None:
        position = self._unanswered.pop(mid, None)
        if position is not None and not is_success(code):
            self._failures[position] = code
        if len(self._unanswered) <= self._enough:
            self._woken.set()

    def _on_lost(self, reason: str) -> None:
        self._lost = reason
        self._woken.set()
