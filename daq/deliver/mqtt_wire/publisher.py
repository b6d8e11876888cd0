"""Our own publisher: MQTT over an asyncio transport, without a library. See Publisher."""

import asyncio
import ssl

from daq.deliver.mqtt_codes import is_our_fault, is_success, words_for
from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import LEAVE_LIMIT, Limits, Listener
from daq.deliver.mqtt_wire.answers import Connack, Disconnect
from daq.deliver.mqtt_wire.conversation import Answer, Conversation, Said
from daq.deliver.mqtt_wire.dial import dial
from daq.deliver.mqtt_wire.errors import MalformedError
from daq.deliver.mqtt_wire.keepalive import KeepAlive
from daq.deliver.mqtt_wire.pipe import Pipe
from daq.deliver.mqtt_wire.requests import DISCONNECT, PINGREQ, Connect, Will, encode_connect
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError
from daq.plain import one_line


class WirePublisher:
    """One connection, used once. Errors of asyncio, TLS and the protocol end here."""

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        will: Message,
        context: ssl.SSLContext | None,
        listener: Listener,
    ) -> None:
        self.limits = Limits()
        self._settings = settings
        self._context = context
        self._listener = listener
        self._connect = _connect(settings, client_id, will)
        self._talk = Conversation(five=self._connect.five, retains=settings.retain)
        self._pipe = Pipe(self)
        self._keepalive: KeepAlive | None = None
        self._welcome: Connack | None = None
        self._loss: str | None = None
        self._stirred = asyncio.Event()

    @property
    def writable(self) -> bool:
        """See Publisher."""
        return self._pipe.writable

    async def open(self) -> None:
        """See Publisher."""
        try:
            connack = await self._introduce()
            if not is_success(connack.code):
                raise self._refusal(connack)
            self.limits = Limits(window=connack.window, acknowledges=connack.acknowledges)
            self._keepalive = self._keep_alive(connack)
        except (OSError, ValueError) as error:
            raise self._mapped(error) from error
        finally:
            if self._keepalive is None:
                await self._pipe.abort()

    def send(self, tag: int, message: Message) -> None:
        """See Publisher."""
        if self._loss is not None:
            raise SinkUnavailableError(f"cannot send: {self._loss}")
        self._pipe.write(self._talk.publish(tag, message))

    def flush(self) -> None:
        """See Publisher."""
        if self._pipe.flush() and self._keepalive is not None:
            self._keepalive.sent()

    async def close(self) -> None:
        """See Publisher."""
        self._rest()
        if self._loss is None:
            self._loss = "closed"
            self._pipe.write(DISCONNECT)
        await self._pipe.close(LEAVE_LIMIT)

    # What the pipe reports.

    def arrived(self, data: memoryview) -> None:
        """See Ear."""
        if self._loss is not None:
            return
        try:
            for said in self._talk.hear(data):
                if isinstance(said, Answer):
                    self._listener.answered(said.tag, said.code)
                else:
                    self._heed(said)
        except MalformedError as error:
            self._cut(f"cut off: the broker sent {error}")
        else:
            self._listener.ready()

    def drained(self) -> None:
        """See Ear."""
        self._listener.ready()

    def ended(self, error: Exception | None) -> None:
        """See Ear."""
        text = one_line(str(error)) or type(error).__name__
        self._lose("closed by the broker" if error is None else text)

    def _heed(self, said: Said) -> None:
        if isinstance(said, Connack):
            self._welcome = said
            self._stirred.set()
        elif isinstance(said, Disconnect):
            self._cut(self._in_words(said))
        elif self._keepalive is not None:
            self._keepalive.answered()

    def _ping(self) -> None:
        self._pipe.write(PINGREQ)
        self.flush()

    def _cut(self, reason: str) -> None:
        self._lose(reason)
        self._pipe.cut()

    def _lose(self, reason: str) -> None:
        if self._loss is not None:
            return
        self._loss = reason
        self._stirred.set()
        if self._rest():
            self._listener.lost(reason)

    def _rest(self) -> bool:
        """Keep nothing alive any more; whether anything was. What kept it so knows us: a ring."""
        keepalive, self._keepalive = self._keepalive, None
        if keepalive is not None:
            keepalive.stop()
        return keepalive is not None

    # Opening.

    async def _introduce(self) -> Connack:
        """Connect and say who we are; the answer."""
        end = asyncio.get_running_loop().time() + self._settings.timeout
        hello = encode_connect(self._connect)
        await dial(lambda: self._pipe, self._settings.host, self._settings.port, self._context, end)
        self._pipe.write(hello)
        self._pipe.flush()
        async with asyncio.timeout_at(end):
            await self._stirred.wait()
        welcome, loss = self._welcome, self._loss
        if welcome is None or (loss is not None and is_success(welcome.code)):
            raise ConnectionError(loss)
        return welcome

    def _keep_alive(self, connack: Connack) -> KeepAlive:
        ours, theirs = self._settings.keepalive, connack.keepalive
        return KeepAlive(
            min(ours, theirs or ours), self._settings.timeout, ping=self._ping, dead=self._cut
        )

    def _mapped(self, error: Exception) -> SinkUnavailableError:
        """What it means that a connection could not be made."""
        if isinstance(error, TimeoutError):
            waited = f"timed out, no CONNACK within {self._settings.timeout:g} s"
            return SinkUnavailableError(f"cannot connect: {waited}")
        text = f"cannot connect: {one_line(str(error)) or type(error).__name__}"
        stays = isinstance(error, ValueError)  # as are errors of certificates
        return SinkMisconfiguredError(text) if stays else SinkUnavailableError(text)

    def _refusal(self, connack: Connack) -> SinkUnavailableError:
        text = f"cannot connect: {self._in_words(connack)}"
        stays = is_our_fault(connack.code)
        return SinkMisconfiguredError(text) if stays else SinkUnavailableError(text)

    def _in_words(self, said: Connack | Disconnect) -> str:
        """The words of the standard, and those of the broker, who might send back a secret."""
        own = one_line(self._settings.conceal(said.reason))
        return f"{words_for(said.code)} ({own})" if own else words_for(said.code)


def _connect(settings: MqttSettings, client_id: str, will: Message) -> Connect:
    return Connect(
        five=settings.version == "5",
        client_id=client_id,
        keepalive=settings.keepalive,
        clean_start=settings.clean_start,
        will=Will(will.topic, will.payload, will.retain and settings.retain),
        user=settings.user,
        password=settings.password,
    )
