"""InfluxDB 1.x, the time series database, for tests."""

import json
import urllib.parse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.servers.http_client import request
from tests.servers.process import Server, free_port

CONFIGURATION = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  auth-enabled = {auth}
  log-enabled = false
  max-body-size = {max_body}
"""


class InfluxDb(Server):
    """InfluxDB 1.6 with the /write and /query API, its data in the test's folder."""

    program = "influxd"
    package = "influxdb"

    def __init__(self, folder: Path, *, auth: bool = False, max_body: int = 25_000_000) -> None:
        super().__init__(folder)
        self.auth = auth
        self.max_body = max_body
        self.rpc = free_port()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, program: str) -> Sequence[str]:
        path = self.folder / "influxdb.conf"
        text = CONFIGURATION.format(
            rpc=self.rpc,
            port=self.port,
            folder=self.folder,
            auth=str(self.auth).lower(),
            max_body=self.max_body,
        )
        path.write_text(text)
        return [program, "-config", str(path)]

    def answers(self) -> bool:
        try:
            return request(self.port, "/ping")[0] == 204
        except OSError:
            return False

    def query(self, command: str, *, database: str = "", user: str = "", password: str = "") -> Any:  # noqa: ANN401 - InfluxQL answers have no fixed shape
        """Run InfluxQL and return the list of series of the one statement."""
        fields = {"q": command, "epoch": "ns"}
        fields |= {"db": database} if database else {}
        credentials = urllib.parse.urlencode({"u": user, "p": password} if user else {})
        body = urllib.parse.urlencode(fields).encode()
        status, text = request(self.port, f"/query?{credentials}", body)
        if status != 200:
            raise ValueError(text)
        result = json.loads(text)["results"][0]
        if "error" in result:
            raise ValueError(result["error"])
        return result.get("series", [])

    def rows(self, text: str, database: str) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries, tags of a GROUP BY included."""
        return [
            dict(zip(series["columns"], values, strict=True)) | series.get("tags", {})
            for series in self.query(text, database=database)
            for values in series["values"]
        ]
