"""How much there is in a journal, and from when."""

import msgspec

from daq.journal import places
from daq.journal.contents import Contents


class Statistics(msgspec.Struct, frozen=True):
    """What is in a journal. Times are ns since 1970 UTC of the oldest and newest entry.

    ``bytes`` is what the files take on disk, the write-ahead log included.
    """

    entries: int
    first_seq: int
    last_seq: int
    first_time: int
    last_time: int
    bytes: int


def statistics(contents: Contents, size: int) -> Statistics:
    """Of a journal whose files take ``size`` bytes."""
    ends = contents.file.rows(
        "SELECT seq, time FROM entries WHERE seq IN "
        "((SELECT min(seq) FROM entries), (SELECT max(seq) FROM entries)) ORDER BY seq"
    ) or [(0, 0)]
    (first_seq, first_time), (last_seq, last_time) = ends[0], ends[-1]
    entries = places.count(contents, first_seq)
    return Statistics(entries, first_seq, last_seq, first_time, last_time, size)
