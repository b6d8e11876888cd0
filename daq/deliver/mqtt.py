"""The MQTT sink: a message for each entry, QoS 1, the newest scan of each topic retained."""

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import msgspec

from daq.deliver.home_assistant import Discovery
from daq.deliver.mqtt_codes import NOT_AUTHORIZED, Verdict, judge
from daq.deliver.mqtt_connection import Connection
from daq.deliver.mqtt_kept import Absent, States
from daq.deliver.mqtt_payload import Composer, Message
from daq.deliver.mqtt_publisher import publisher_of
from daq.deliver.present import Present
from daq.deliver.settings import MqttSettings
from daq.deliver.sink import Beat, Outcome, SinkMisconfiguredError, SinkUnavailableError
from daq.deliver.tls import make_context
from daq.journal.entry import Entry, Scan, Series

if TYPE_CHECKING:
    import ssl

    from daq.deliver.mqtt_publisher import MakePublisher

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

    Of each topic only the newest scan there is gets published as retained, so that a retained
    value is never replaced by an older one, not within a batch, not by backlog, not by a batch
    sent again after a lost connection or a restart. It is the present value and never marked
    historical, even when it waited in the backlog.
    """

    def __init__(self, name: str, settings: MqttSettings) -> None:
        self._name = name
        self._settings = settings
        self._composer = Composer(settings.prefix, settings.site)
        prefix = settings.home_assistant
        self._discovery = Discovery(prefix, self._composer) if prefix else None
        self._connection: Connection | None = None
        self._announced: set[int] = set()
        self._described: dict[str, int] = {}
        self._complaints: set[str] = set()
        self._accepted = False
        self._states = States(self._composer, prefix)
        self._absent = Absent(self._composer)

    @property
    def name(self) -> str:
        """The sink's name in the configuration."""
        return self._name

    @property
    def address(self) -> str:
        """Host and port of the broker."""
        return f"{self._settings.host}:{self._settings.port}"

    @property
    def retains(self) -> bool:
        """Whether newest scans are kept at the broker."""
        return self._settings.retain

    async def connect(self) -> None:
        """Connect and say that we are online.

        Raises:
            SinkMisconfiguredError: credentials, certificates or client id do not fit.
            SinkUnavailableError: the broker cannot be reached.
        """
        make, context = await asyncio.to_thread(_prepare, self._settings)
        client_id = self._settings.client_id or f"daq-{self._settings.site}-{self._name}"
        will = self._composer.status("offline", "connection lost", time.time_ns())
        connection = Connection(make, self._settings, client_id, will, context)
        await connection.open()
        self._connection = connection
        self._accepted = False
        self._announced, self._described = set(), {}
        self._states.begin()
        await self._say(connection, self._composer.status("online", "connected", time.time_ns()))

    def check(self) -> None:
        """Raise SinkUnavailableError if the connection is known to be lost."""
        self._connected().check()

    async def write(
        self, batch: Sequence[Entry], *, historical: bool, newest: Collection[int] = ()
    ) -> Outcome:
        """Publish each entry and read the broker's answers.

        Raises:
            SinkMisconfiguredError: the broker lets us publish nothing at all.
            SinkUnavailableError: the connection is gone.
        """
        connection = self._connected()
        draft = self._compose(batch, newest, historical=historical)
        failures = await connection.publish(draft.messages)
        outcome = self._outcome(draft, failures)
        if len(outcome.retry) + len(outcome.refused) < len(batch):
            self._accepted = True
        elif batch and not self._accepted and NOT_AUTHORIZED in failures.values():
            topic = draft.messages[-1].topic
            raise SinkMisconfiguredError(f"the broker does not let us publish to {topic}")
        return outcome

    async def beat(self, beat: Beat) -> None:
        """Publish that we are acquiring, retained on the topic of our status.

        Raises:
            SinkUnavailableError: the connection is gone.
        """
        connection, discovery = self._connected(), self._discovery
        gone = discovery.withdraw(beat.absent) if discovery else []
        gone += self._absent.clear(beat.absent) if self.retains else []
        await self._say(connection, self._composer.beat(beat), *gone)
        self._absent.cleared(beat.absent)
        if discovery:
            discovery.withdrawn(beat.absent)

    async def show(self, present: Present) -> bool:
        """Publish the states that have changed since they were shown, retained.

        Raises:
            SinkUnavailableError: the connection is gone.
        """
        connection = self._connected()
        due = [each for each in self._states.due(present) if each.content or self.retains]
        draft = _Draft()
        for message in (message for each in due for message in each.messages):
            draft.add(message)
        failures = await connection.publish(draft.messages)
        self._outcome(draft, failures)
        if any(judge(code)[0] is Verdict.RETRY for code in failures.values()):
            return False
        self._states.took(due)
        return True

    async def close(self) -> None:
        """Say that we go offline and disconnect; harmless when not connected."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close(self._composer.status("offline", "stopped", time.time_ns()))

    def _connected(self) -> Connection:
        if self._connection is None:
            raise SinkUnavailableError("not connected")
        return self._connection

    async def _say(self, connection: Connection, *messages: Message) -> None:
        draft = _Draft()
        for message in messages:
            draft.add(message)
        self._outcome(draft, await connection.publish(draft.messages))

    def _compose(
        self, batch: Sequence[Entry], newest: Collection[int], *, historical: bool
    ) -> _Draft:
        draft = _Draft()
        scans = [entry for entry in batch if isinstance(entry, Scan)]
        current = {e.series.id for e in scans if e.seq in newest and e.series not in self._absent}
        for entry in batch:
            try:
                if isinstance(entry, Scan):
                    retain = entry.seq in newest and entry.series not in self._absent
                    past = historical and not retain
                    message = self._composer.scan(entry, historical=past, retain=retain)
                    self._announce(draft, entry.series, retain=entry.series.id in current)
                else:
                    message = self._composer.event(entry, historical=historical)
            except (ValueError, TypeError, OverflowError) as error:
                draft.refused[entry.seq] = f"cannot be written as JSON: {error}"
            else:
                draft.add(message, entry.seq)
        return draft

    def _announce(self, draft: _Draft, series: Series, *, retain: bool) -> None:
        """Put metadata before the first scan of a series; retained if it describes the present."""
        topic = self._composer.topic(series)
        if series.id in self._announced and (not retain or self._described.get(topic) == series.id):
            return
        if retain:
            self._described[topic] = series.id
        self._announced.add(series.id)
        draft.add(self._composer.metadata(series, retain=retain))
        if retain and self._discovery is not None:
            draft.add(self._discovery.announce(series))

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


def _prepare(settings: MqttSettings) -> "tuple[MakePublisher, ssl.SSLContext | None]":
    """Runs in a thread: imports and certificates take too long for the event loop."""
    return publisher_of(settings), make_context(settings.tls) if settings.tls else None
