"""Home Assistant's view of the simulated laboratory: discovery, states, and what is taken away."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from daq.demo.prepare import demo_source, write_demo_config
from daq.journal.entry import Scan
from daq.journal.reader import JournalReader
from tests.homeassistant import Entity, entities
from tests.servers.mosquitto import Mosquitto
from tests.system.house import WAIT, Process, daq, running

pytest_plugins = ["tests.servers.fixtures"]

PREFIX = "homeassistant/"


class HomeAssistant:
    """Subscribes as Home Assistant does; entities by instrument, group and channel."""

    def __init__(self, port: int) -> None:
        self.entities: dict[tuple[str, str, str], Entity] = {}
        self.states: list[tuple[int, tuple[str, str, str], str | None]] = []
        self.discovered: dict[str, bytes] = {}
        self._changed = threading.Condition()
        self._wrong: list[Exception] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        # Discovery first: what comes on a topic nobody has announced yet is retained.
        self._client.subscribe(f"{PREFIX}#", qos=1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._client.on_message = None

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._wrong or condition(), WAIT), (
                f"never: {what}"
            )
        if self._wrong:
            raise self._wrong[0]

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        with self._changed:
            try:
                if message.topic.startswith(PREFIX):
                    self._discover(message.topic, bytes(message.payload))
                else:
                    self._receive(message.topic, bytes(message.payload))
            except Exception as error:  # noqa: BLE001 - told by the thread that waits
                self._wrong.append(error)
            self._changed.notify_all()

    def _discover(self, topic: str, payload: bytes) -> None:
        known = {key for key in self.entities if topic.endswith(f"/{key[0]}-G-{key[1]}/config")}
        for key in known:
            del self.entities[key]
        self.discovered[topic] = payload
        for channel, entity in entities(topic, payload).items():
            _, _, instrument, group = entity.state_topic.split("/")
            self.entities[instrument, group, channel] = entity
            self._client.subscribe(entity.state_topic, qos=1)

    def _receive(self, topic: str, payload: bytes) -> None:
        for key, entity in self.entities.items():
            if entity.state_topic == topic:
                entity.receive(payload)
                assert entity.attributes is not None
                if "seq" in entity.attributes:
                    self.states.append((entity.attributes["seq"], key, entity.state))


@pytest.fixture
def config(tmp_path: Path, private_mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_demo_config(demo_source(), tmp_path)
    text = path.read_text()
    port = next(
        line for line in text.splitlines() if line.startswith("port = ") and "/" not in line
    )
    text = text.replace(port, f"port = {private_mosquitto.port}\nhome_assistant = 'homeassistant'")
    path.write_text(text.replace("[site]", '[health]\ninterval = "1s"\n\n[site]', 1))
    return path


@contextmanager
def laboratory(config: Path) -> Generator[Process]:
    with running(config.with_name("sim.log"), "sim", "run", str(config)) as lab:
        lab.wait_text("Ctrl-C")
        with running(config.with_name("run.log"), "run", str(config)) as daemon:
            yield daemon


def test_it_shows_what_the_journal_has_and_forgets_what_a_reload_removes(
    config: Path, private_mosquitto: Mosquitto
) -> None:
    home = HomeAssistant(private_mosquitto.port)
    try:
        with laboratory(config) as daemon:
            home.wait_until(lambda: _complete(home), "every instrument and a value that is bad")
            _remove(config, "balance")
            assert daq("reload", str(config)).returncode == 0
            home.wait_until(lambda: _without(home, "balance"), "the balance is taken away")
            empty = [topic for topic, payload in home.discovered.items() if not payload]
            assert sorted(topic.rpartition("daq-demo-lab/")[2] for topic in empty) == [
                "balance-G-weight/config",
                "daq-G-bus-balance-line/config",
            ]
            assert daemon.stop() == 0
    finally:
        home.close()
    _compare(home, config.with_name("journal.db"))


def _complete(home: HomeAssistant) -> bool:
    instruments = {instrument for instrument, _, _ in home.entities}
    bad = any(state is None for _, key, state in home.states if key[0] == "furnace")
    return len(instruments) == 8 and bad and all(e.attributes for e in home.entities.values())


def _without(home: HomeAssistant, instrument: str) -> bool:
    return not any(instrument in name for key in home.entities for name in key[:2])


def _remove(config: Path, instrument: str) -> None:
    """Take the tables of an instrument and of its bus out of a configuration."""
    kept: list[str] = []
    gone = (f"[instrument.{instrument}", f"[bus.{instrument}-line]")
    inside = False
    for line in config.read_text().splitlines():
        inside = line.startswith(gone) if line.startswith("[") else inside
        kept += [] if inside else [line]
    config.write_text("\n".join(kept) + "\n")


def _compare(home: HomeAssistant, journal: Path) -> None:
    """Every state that was shown is the value the journal has under its number."""
    with JournalReader(journal) as reader:
        scans = {e.seq: e for e in reader.entries(0, 1_000_000) if isinstance(e, Scan)}
    assert len(home.states) > 200
    for seq, (instrument, group, channel), state in home.states:
        scan = scans[seq]
        names = [each.name for each in scan.series.key.channels]
        assert (scan.series.key.instrument, scan.series.key.group) == (instrument, group)
        value = scan.values[names.index(channel)]
        shown = float(state) if isinstance(value, (int, float)) and state else state
        assert shown == value, f"{instrument}.{channel} of entry {seq}"
