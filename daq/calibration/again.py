"""The past under another certificate: a version of its own, beside what is. Pure."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from daq.calibration.calibration import Calibration
from drivers.model import Status

OURS = frozenset({Status.CALIBRATION_DUE, Status.WRONG_CERTIFICATE})
"""What a certificate has put on a reading, and another one may take away."""


class Judge(msgspec.Struct, frozen=True):
    """Judges the statuses of scans anew; ``due`` by column, ns since 1970 UTC."""

    due: Mapping[int, int]

    def statuses(self, time: int, statuses: Iterable[Status]) -> Iterator[Status]:
        """As they would have been under the other certificate."""
        for place, status in enumerate(statuses):
            if place not in self.due or (status and status not in OURS):
                yield status
            else:
                yield Status.CALIBRATION_DUE if time >= self.due[place] else Status.GOOD


def merged(
    before: Iterable[Calibration], instead: Iterable[Calibration]
) -> tuple[Calibration, ...]:
    """The calibrations of a series with others in their place, channel by channel."""
    found = {one.channel: one for one in before} | {one.channel: one for one in instead}
    return tuple(found[name] for name in sorted(found))
