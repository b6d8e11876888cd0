"""One connection to an MQTT broker: many messages at a time, and what became of each."""

import asyncio
import ssl
from collections.abc import Iterable
from contextlib import suppress

from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import LEAVE_LIMIT, MakePublisher
from daq.deliver.mqtt_window import Window
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError


class Connection:
    """Publishes batches over a publisher, within a window and a patience. Used once."""

    def __init__(
        self,
        make: MakePublisher,
        settings: MqttSettings,
        client_id: str,
        will: Message,
        context: ssl.SSLContext | None,
    ) -> None:
        self._patience = settings.timeout
        self._window = Window(settings.inflight)
        self._publisher = make(settings, client_id, will, context, self._window)

    async def open(self) -> None:
        """Connect.

        Raises:
            SinkMisconfiguredError: the broker refuses us for a reason that stays, or takes
                messages without saying that it has.
            SinkUnavailableError: it cannot be reached.
        """
        await self._publisher.open()
        limits = self._publisher.limits
        if not limits.acknowledges:
            await self._publisher.close()
            raise SinkMisconfiguredError(
                "cannot connect: the broker takes QoS 0 only, it would acknowledge nothing"
            )
        self._window.size = min(self._window.size, limits.window or self._window.size)

    async def publish(self, messages: Iterable[Message]) -> dict[int, int]:
        """Publish in order and wait until the broker has answered for each message.

        Returns:
            The reason code of each message that failed, by its position.

        Raises:
            SinkUnavailableError: the connection was lost, or no answer came for too long.
        """
        self.check()
        window = self._window
        window.begin(self._publisher, messages)
        try:
            await self._until_done()
        finally:
            failures = window.end()
        self.check()
        return failures

    def check(self) -> None:
        """Raise SinkUnavailableError if the connection is known to be lost."""
        if self._window.loss is not None:
            raise SinkUnavailableError(f"connection lost: {self._window.loss}")

    async def close(self, farewell: Message) -> None:
        """Publish a last message and disconnect; harmless when the connection is lost."""
        try:
            async with asyncio.timeout(LEAVE_LIMIT):
                await self.publish([farewell])
        except (TimeoutError, SinkUnavailableError):
            pass  # the will says what the farewell could not
        finally:
            await self._publisher.close()

    async def _until_done(self) -> None:
        """Wait until all is answered; each answer renews the patience."""
        window, clock = self._window, asyncio.get_running_loop().time
        while not window.done.is_set():
            left = window.heard + self._patience - clock()
            if left <= 0:
                raise SinkUnavailableError(f"no PUBACK within {self._patience:g} s")
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await window.done.wait()
