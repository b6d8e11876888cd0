"""What runs: the configuration in force, the pollers of its buses, the pumps of its sinks."""

import asyncio

from daq.acquire.poller import BusPoller
from daq.config.config import Config
from daq.daemon.parts import Parts
from daq.deliver.pump import Pump


class Running:
    """What the daemon does at this moment.

    Whoever tells of it (status, metrics, watchdog) keeps this object and asks anew each time: a
    reload replaces the configuration and some of the parts.
    """

    def __init__(self, group: asyncio.TaskGroup, config: Config, config_hash: str) -> None:
        self.config = config
        self.config_hash = config_hash
        self.buses = Parts[BusPoller](group, "poll")
        self.sinks = Parts[Pump](group, "pump")
