"""What has happened to a group whose link does not follow from what is there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

import msgspec

from daq.journal.block import Linked
from daq.journal.chain.compare import compare, entries
from daq.journal.chain.regions import Piece
from daq.journal.chain.verdict import Fault

_AHEAD = 500
"""Groups that are looked at to tell a changed series from a changed group."""

_NAMED = 5
"""Missing numbers that are named."""


class Meanings(msgspec.Struct, frozen=True):
    """What is known of the series, by number.

    ``digests`` are of the table, ``again`` of the copy that recovery reads, ``names`` for people.
    """

    digests: Mapping[int, bytes]
    again: Mapping[int, bytes]
    names: Mapping[int, str]


def diagnose(piece: Piece, after: int, following: Iterable[Piece], meanings: Meanings) -> Fault:
    """The fault in words. ``after`` is the number before the group."""
    first, last = piece.rows[0][0], piece.rows[-1][0]
    ahead = islice(following, _AHEAD)
    guilty = _differing(piece, meanings) or _guilty_series(piece, ahead, meanings.digests)
    if guilty:
        name = meanings.names.get(guilty, "unknown")
        text = (
            f"series {guilty} ({name}) is not what was written: from entry {first} on its entries "
            "do not mean what they meant"
        )
        return Fault("series", first, first, text)
    if missing := list(_missing(after, piece.rows)):
        return _removed(missing, first, last)
    which = "it was" if first == last else "one or more of them were"
    text = (
        f"{entries(first, last)}, committed together, are not what was written: {which} altered, "
        "replaced or put into another order, with new checksums, or the link was"
    )
    return Fault("altered", first, last, text)


def _missing(after: int, rows: Sequence[Linked]) -> Iterator[tuple[int, int]]:
    numbers = [after, *(row[0] for row in rows)]
    for one, next_one in pairwise(numbers):
        if next_one > one + 1:
            yield one + 1, next_one - 1


def _removed(missing: list[tuple[int, int]], first: int, last: int) -> Fault:
    shown = ", ".join(
        f"{one}" if one == other else f"{one} to {other}" for one, other in missing[:_NAMED]
    )
    more = " ..." if len(missing) > _NAMED else ""
    text = (
        f"{entries(first, last)} do not follow from what is before them, and numbers are missing "
        f"there ({shown}{more}): what had them was removed"
    )
    return Fault("missing", missing[0][0], missing[-1][1], text)


def _differing(piece: Piece, meanings: Meanings) -> int:
    """A series with another copy, if all is well with the copy; 0 when there is no such."""
    there = {row[2] for row in piece.rows}
    other = {
        number: digest
        for number, digest in meanings.again.items()
        if number in there and digest != meanings.digests.get(number)
    }
    if not other or compare(piece, {**meanings.digests, **other}) is not None:
        return 0
    return min(other)


def _guilty_series(piece: Piece, following: Iterable[Piece], digests: Mapping[int, bytes]) -> int:
    """The one series whose every group fails, while others do not; 0 when there is no such."""
    suspects = {row[2] for row in piece.rows} - {0}
    seen = 1
    for other in following:
        there = {row[2] for row in other.rows}
        if compare(other, digests) is None:
            suspects -= there
        else:
            suspects &= there
            seen += 1
        if not suspects:
            return 0
    return suspects.pop() if len(suspects) == 1 and seen > 1 else 0
