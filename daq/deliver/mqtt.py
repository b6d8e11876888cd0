"""The MQTT sink: a message for each entry, QoS 1, the newest scan of each topic retained."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from daq.deliver.mqtt_codes import NOT_AUTHORIZED, Verdict, judge
from daq.deliver.mqtt_payload import Composer, Message
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import Outcome, SinkMisconfiguredError, SinkUnavailableError
from daq.deliver.tls import make_context
from daq.journal.entry import Entry, Scan, Series

if TYPE_CHECKING:
    import ssl

    from daq.deliver.mqtt_connection import Connection

log = logging.getLogger(__name__)


class _Draft(msgspec.Struct):
    """Messages to publish, and whose they are: an entry's, or None for metadata."""

    messages: list[Message] = []
    owners: list[int | None] = []
    refused: dict[int, str] = {}

    def add(self, message: Message, owner: int | None = None) -> None:
        self.messages.append(message)
        self.owners.append(owner)


class MqttSink:
    """One broker.

    Of each topic only the last scan of a live batch is published as retained. Since a live
    batch reaches to the newest entry, a retained value is never replaced by an older one, not
    within a batch, not by a batch sent again after a lost connection or a restart.
    """

    def __init__(self, name: str, settings: MqttSettings) -> None:
        self._name = name
        self._settings = settings
        self._composer = Composer(settings.prefix, settings.site)
        self._connection: Connection | None = None
        self._announced: dict[int, bool] = {}
        self._current: dict[str, Series] = {}
        self._complaints: set[str] = set()
        self._accepted = False

    @property
    def name(self) -> str:
        """The sink's name in the configuration."""
        return self._name

    async def connect(self) -> None:
        """Connect, say that we are online, publish the metadata of the series in use.

        Raises:
            SinkMisconfiguredError: credentials, certificates or client id do not fit.
            SinkUnavailableError: the broker cannot be reached.
        """
        make, context = await asyncio.to_thread(_prepare, self._settings)
        client_id = self._settings.client_id or f"daq-{self._settings.site}-{self._name}"
        will = self._composer.status("offline", "connection lost", time.time_ns())
        connection = make(self._settings, client_id, will, context)
        await connection.open()
        self._connection = connection
        self._accepted = False
        await self._introduce(connection)

    def check(self) -> None:
        """Raise SinkUnavailableError if the connection is known to be lost."""
        self._connected().check()

    async def write(self, batch: Sequence[Entry], *, historical: bool) -> Outcome:
        """Publish each entry and read the broker's answers.

        Raises:
            SinkMisconfiguredError: the broker lets us publish nothing at all.
            SinkUnavailableError: the connection is gone.
        """
        connection = self._connected()
        draft = self._compose(batch, historical=historical)
        failures = await connection.publish(draft.messages)
        outcome = self._outcome(draft, failures)
        if len(outcome.retry) + len(outcome.refused) < len(batch):
            self._accepted = True
        elif batch and not self._accepted and NOT_AUTHORIZED in failures.values():
            topic = draft.messages[-1].topic
            raise SinkMisconfiguredError(f"the broker does not let us publish to {topic}")
        return outcome

    async def close(self) -> None:
        """Say that we go offline and disconnect; harmless when not connected."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close(self._composer.status("offline", "stopped", time.time_ns()))

    def _connected(self) -> "Connection":
        if self._connection is None:
            raise SinkUnavailableError("not connected")
        return self._connection

    async def _introduce(self, connection: "Connection") -> None:
        draft = _Draft()
        draft.add(self._composer.status("online", "connected", time.time_ns()))
        for series in self._current.values():
            draft.add(self._composer.metadata(series, retain=True))
        self._announced = {series.id: True for series in self._current.values()}
        self._outcome(draft, await connection.publish(draft.messages))

    def _compose(self, batch: Sequence[Entry], *, historical: bool) -> _Draft:
        draft = _Draft()
        newest = {} if historical else self._newest(batch)
        for entry in batch:
            try:
                if isinstance(entry, Scan):
                    retain = newest.get(self._composer.topic(entry.series)) is entry
                    message = self._composer.scan(entry, historical=historical, retain=retain)
                    self._announce(draft, entry.series, newest)
                else:
                    message = self._composer.event(entry, historical=historical)
            except (ValueError, TypeError, OverflowError) as error:
                draft.refused[entry.seq] = f"cannot be written as JSON: {error}"
            else:
                draft.add(message, entry.seq)
        return draft

    def _newest(self, batch: Sequence[Entry]) -> dict[str, Scan]:
        topic = self._composer.topic
        return {topic(entry.series): entry for entry in batch if isinstance(entry, Scan)}

    def _announce(self, draft: _Draft, series: Series, newest: dict[str, Scan]) -> None:
        """Put metadata before the first scan of a series; retained if the series is in use."""
        topic = self._composer.topic(series)
        last = newest.get(topic)
        retain = last is not None and last.series.id == series.id
        announced = self._announced.get(series.id)
        if announced is not None and (announced or not retain):
            return
        if retain:
            self._current[topic] = series
        self._announced[series.id] = retain
        draft.add(self._composer.metadata(series, retain=retain))

    def _outcome(self, draft: _Draft, failures: dict[int, int]) -> Outcome:
        retry: dict[int, str] = {}
        refused = dict(draft.refused)
        for position, code in failures.items():
            seq, topic = draft.owners[position], draft.messages[position].topic
            verdict, words = judge(code)
            if seq is None:
                self._complain(topic, words)
            elif verdict is Verdict.RETRY:
                retry[seq] = words
            else:
                refused[seq] = f"{topic}: {words}"
        return Outcome(retry, refused)

    def _complain(self, topic: str, words: str) -> None:
        """Status and metadata are no entries: nothing is lost, but somebody should know once."""
        if topic not in self._complaints:
            self._complaints.add(topic)
            log.warning("sink %s: the broker refuses %s: %s", self._name, topic, words)


def _prepare(settings: MqttSettings) -> "tuple[type[Connection], ssl.SSLContext | None]":
    """Runs in a thread: imports and certificates take too long for the event loop."""
    from daq.deliver.mqtt_connection import Connection  # noqa: PLC0415 - only when used

    return Connection, make_context(settings.tls) if settings.tls else None
