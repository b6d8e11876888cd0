"""VictoriaMetrics, a time series database that takes writes of the InfluxDB v2 API, for tests."""

import json
import time
import urllib.parse
from collections.abc import Sequence
from typing import Any

from tests.servers.http_client import request
from tests.servers.process import Server

AHEAD = 86_400
"""Seconds from now up to which points are asked for."""


class VictoriaMetrics(Server):
    """A single node, its data in the test's folder. It has neither users nor InfluxQL."""

    program = "victoria-metrics"
    package = "victoria-metrics"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, program: str) -> Sequence[str]:
        return [
            program,
            f"-httpListenAddr=127.0.0.1:{self.port}",
            f"-storageDataPath={self.folder / 'data'}",
            "-retentionPeriod=100y",
            "-memory.allowedBytes=64MB",
        ]

    def answers(self) -> bool:
        try:
            return request(self.port, "/health")[0] == 200
        except OSError:
            return False

    def export(self, match: str) -> list[dict[str, Any]]:
        """Every series that matches (``{__name__=~"scan.*"}``): metric, values, timestamps.

        Without an end it leaves out the second that has just begun (seen with 1.79).
        """
        request(self.port, "/internal/force_flush")
        query = urllib.parse.urlencode({"match[]": match, "end": int(time.time()) + AHEAD})
        _, text = request(self.port, f"/api/v1/export?{query}")
        return [json.loads(line) for line in text.splitlines()]
