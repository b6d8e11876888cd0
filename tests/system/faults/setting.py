"""What of a world is not as usual."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tests.system.house import DAQ


class Setting(msgspec.Struct, frozen=True):
    """How a world differs from the usual one.

    ``sinks`` are keys of its two sinks, ``broker`` and ``history``, that are other than usual;
    of several ``brokers`` the first is the one preferred. With ``proxied`` the network to the
    servers can be disturbed; with ``victoria`` a third sink, ``metrics``, is VictoriaMetrics.
    """

    sinks: Mapping[str, Mapping[str, object]]
    program: Sequence[str]
    brokers: int
    acl: Sequence[str]
    proxied: bool
    victoria: bool
    journal: Path

    @classmethod
    def usual(cls, folder: Path) -> "Setting":
        """One broker, one database, the journal in the folder."""
        return cls({}, DAQ, 1, (), proxied=False, victoria=False, journal=folder / "journal.db")
