"""The durable, append-only local log of scans and events: where acquisition and delivery meet."""

from daq.journal.cursor import Cursor, Quarantined
from daq.journal.entry import Entry, Event, Scan, Series, SeriesKey, Severity
from daq.journal.errors import (
    JournalDamagedError,
    JournalError,
    JournalLockedError,
    JournalSchemaError,
)
from daq.journal.growth import Outlook, Space
from daq.journal.journal import Journal
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.journal.settings import JournalSettings
from daq.journal.statistics import Statistics
from daq.journal.trend import Bucket, Trend
from daq.journal.trend.read import TrendQuery

__all__ = [
    "Bucket",
    "Cursor",
    "Entry",
    "Event",
    "Journal",
    "JournalDamagedError",
    "JournalError",
    "JournalLockedError",
    "JournalReader",
    "JournalSchemaError",
    "JournalSettings",
    "Outlook",
    "Quarantined",
    "Query",
    "Scan",
    "Series",
    "SeriesKey",
    "Severity",
    "Space",
    "Statistics",
    "Trend",
    "TrendQuery",
]
