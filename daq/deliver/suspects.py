"""Finds the entry that can never be delivered among entries that merely failed. Pure."""

from collections.abc import Iterable

LIMIT = 1000
"""Suspects remembered; when there are more, the destination is at fault, not an entry."""


class Suspects:
    """Counts the failures of single entries.

    An entry is hopeless when it has failed ``attempts`` times while others got through after
    its first failure: then it is the entry, not the destination.
    """

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._delivered = 0
        self._failures: dict[int, tuple[int, int]] = {}

    def delivered(self, count: int) -> None:
        """Others got through."""
        self._delivered += count

    def failed(self, seq: int) -> bool:
        """Note one more failure of an entry; True when it is hopeless, and forgotten here."""
        count, delivered_before = self._failures.get(seq, (0, self._delivered))
        count += 1
        if count >= self._attempts and self._delivered > delivered_before:
            self._failures.pop(seq, None)
            return True
        if seq in self._failures or len(self._failures) < LIMIT:
            self._failures[seq] = (count, delivered_before)
        return False

    def forget(self, seqs: Iterable[int]) -> None:
        """These entries are done with."""
        for seq in seqs:
            self._failures.pop(seq, None)

    def __contains__(self, seq: int) -> bool:
        return seq in self._failures

    def __len__(self) -> int:
        return len(self._failures)
