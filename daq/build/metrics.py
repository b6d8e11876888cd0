"""From the configuration to the page Prometheus reads."""

from daq.build.snapshot import Snapshot
from daq.config.config import Config
from daq.config.types import split_host_port
from daq.daemon.parts import Part
from daq.metrics.server import MetricsServer


def metrics_part(config: Config, snapshot: Snapshot) -> dict[str, Part]:
    """The server, by its name among the parts of the daemon; nothing when it is not wanted."""
    if config.metrics.listen is None:
        return {}
    host, port = split_host_port(config.metrics.listen)
    return {"metrics": MetricsServer(host, port, snapshot.take_in_full)}
