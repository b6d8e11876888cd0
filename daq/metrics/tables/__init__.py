"""Every metric there is. docs/reference/metrics.md is made of this."""

from typing import Any

from daq.metrics.metric import Table
from daq.metrics.tables.alarm import ALARMS, ANNUNCIATORS
from daq.metrics.tables.bus import BUSES
from daq.metrics.tables.daemon import DAEMON
from daq.metrics.tables.instrument import INSTRUMENTS
from daq.metrics.tables.journal import JOURNAL
from daq.metrics.tables.recipient import RECIPIENTS
from daq.metrics.tables.sink import SINKS

__all__ = ["TABLES"]

TABLES: tuple[Table[Any], ...] = (
    DAEMON,
    BUSES,
    INSTRUMENTS,
    SINKS,
    JOURNAL,
    ALARMS,
    ANNUNCIATORS,
    RECIPIENTS,
)
