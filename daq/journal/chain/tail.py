"""The end of the chain, as the writer keeps it while it appends to it."""

import sqlite3
from collections.abc import Sequence

from daq.journal.block import Linked, Row
from daq.journal.chain import beginning
from daq.journal.chain.link import NO_SERIES, chained, series_digest
from daq.journal.errors import JournalDamagedError


class Tail:
    """The newest link of a file, and what its series hash to.

    Raises:
        JournalDamagedError: the last entry of the file has no link.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.link = newest_link(connection)[1]
        self._connection = connection
        self._digests = {0: NO_SERIES}

    def chain(self, rows: Sequence[Row]) -> tuple[list[Linked], bytes]:
        """Rows of a commit with their links, and the last link: ``link`` when it is durable.

        Raises:
            LookupError: a row is of a series that is not in the file.
        """
        for series in {row[2] for row in rows} - self._digests.keys():
            # As it is stored: another version may have written it.
            found = self._connection.execute(
                "SELECT CAST(key AS BLOB) FROM series WHERE id = ?", (series,)
            ).fetchone()
            if found is None:
                raise LookupError(f"series {series} is not in the file")
            self._digests[series] = series_digest(found[0])
        return chained(rows, self._digests, self.link)


def newest_link(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """The number of the newest entry, and its link or what stands for one.

    Raises:
        JournalDamagedError: it has none.
    """
    start = beginning.newest(connection)
    row = connection.execute("SELECT seq, link FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
    if row is None or row[0] <= start.seq:
        return start.seq, start.hash
    if row[1] is None:
        raise JournalDamagedError(f"entry {row[0]} is the last, but no link of the chain")
    return int(row[0]), bytes(row[1])
