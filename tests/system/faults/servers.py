"""Where a world's entries go: brokers, each with a witness, a database, the network to them."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.influxdb import InfluxDb
from tests.servers.mosquitto import Mosquitto
from tests.servers.proxy import Proxy
from tests.servers.victoriametrics import VictoriaMetrics
from tests.system.faults.setting import Setting
from tests.system.faults.witness import Witness

DATABASE = "lab"
PERSISTENT = (
    "persistence true",
    "persistence_location ./",
    "max_inflight_messages 0",
    "autosave_interval 1",
)
"""A broker that owes its subscribers what was published while they were away."""


class Servers:
    """All of them run during a ``with`` block."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        self.brokers = [
            Mosquitto(folder / f"broker-{number}", options=PERSISTENT, acl=setting.acl)
            for number in range(setting.brokers)
        ]
        self.database = InfluxDb(folder / "influxdb")
        self.victoria = VictoriaMetrics(folder / "victoria") if setting.victoria else None
        self.witnesses: list[Witness] = []
        self.networks: list[Proxy] = []
        """To each broker, and to the database; none when the daemon reaches them directly."""
        self._setting = setting
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for server in (*self.brokers, self.database):
                stack.enter_context(server)
                if self._setting.proxied:
                    self.networks.append(stack.enter_context(Proxy(server.port)))
            if self.victoria is not None:
                stack.enter_context(self.victoria)
            for broker in self.brokers:
                witness = Witness(broker.port, broker.folder / "witness.jsonl")
                self.witnesses.append(stack.enter_context(witness))
            self.database.query(f"CREATE DATABASE {DATABASE}")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    @property
    def newest(self) -> int:
        """The highest number of an entry any witness has seen."""
        return max(witness.newest for witness in self.witnesses)

    @property
    def database_name(self) -> str:
        """Where the points go; made beforehand only if it is the usual one."""
        return str(self._setting.sinks.get("history", {}).get("database", DATABASE))

    def sinks(self) -> Mapping[str, Mapping[str, object]]:
        """The keys of each ``[sink.NAME]``."""
        ports = [server.port for server in self.networks or (*self.brokers, self.database)]
        *brokers, database = [f"127.0.0.1:{port}" for port in ports]
        usual: dict[str, Mapping[str, object]] = {
            "broker": {"type": "mqtt", "servers": brokers},
            "history": {
                "type": "influxdb",
                "url": f"http://{database}",
                "version": 1,
                "database": DATABASE,
            },
        }
        if self.victoria is not None:
            url = self.victoria.url
            usual["metrics"] = {"type": "influxdb", "url": url, "version": 2, "bucket": "lab"}
        return {
            name: {**keys, "retry_limit": "1s", **self._setting.sinks.get(name, {})}
            for name, keys in usual.items()
        }
