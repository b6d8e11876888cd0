"""The simulated laboratory with a broker and a database to deliver to."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from daq.control.status import DaemonStatus, SinkStatus, ask_status
from daq.journal.cursor import Quarantined
from daq.journal.reader import JournalReader
from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.system.web.lab import Lab

SINKS = """
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {broker}
retry_limit = "1s"

[sink.history]
type = "influxdb"
version = 1
url = "{database}"
database = "lab"
retry_limit = "1s"
"""

DENIED = "topic deny lab/web-lab/balance/#"
"""The broker takes nothing of the balance: its scans go to quarantine."""


class DeliveryLab(Lab):
    """With sinks; ``broker`` may be stopped and started."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.broker = Mosquitto(folder / "broker", acl=[DENIED, "topic readwrite #"])
        self.database = InfluxDb(folder / "database")

    @contextmanager
    def running(self) -> Generator[None]:
        """Simulators, destinations, daemon and page during the block."""
        with self.broker, self.database:
            self.database.query("CREATE DATABASE lab")
            sinks = SINKS.format(broker=self.broker.port, database=self.database.url)
            self.config.write_text(self.config.read_text("utf-8") + sinks, "utf-8")
            with super().running():
                yield

    def status(self) -> DaemonStatus:
        """What the daemon says of itself now."""
        return ask_status(self.journal.with_suffix(".sock"))

    def sink(self, name: str) -> SinkStatus:
        """What it says of a sink."""
        return next(sink for sink in self.status().sinks if sink.name == name)

    def quarantine(self, sink: str) -> list[Quarantined]:
        """What the journal has in quarantine."""
        with JournalReader(self.journal) as reader:
            return list(reader.quarantined(sink))
