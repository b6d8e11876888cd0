"""Which entries a reader wants."""

import msgspec

from daq.journal.entry import SeriesKey


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A period and a choice of instruments and groups.

    ``start`` is inclusive and ``end`` exclusive, ns since 1970 UTC; None is unbounded. An empty
    choice means all.
    """

    start: int | None = None
    end: int | None = None
    instruments: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @property
    def earliest(self) -> int:
        """The first ns that is wanted."""
        return -(2**63) if self.start is None else self.start

    @property
    def latest(self) -> int:
        """The last ns that is wanted."""
        return 2**63 - 1 if self.end is None else self.end - 1

    @property
    def selective(self) -> bool:
        """True when not every series is wanted."""
        return bool(self.instruments or self.groups)

    def wants(self, key: SeriesKey) -> bool:
        """Whether scans of this series are wanted."""
        return (not self.instruments or key.instrument in self.instruments) and (
            not self.groups or key.group in self.groups
        )
