"""From readings to the samples of a control chart: each reading, or the mean of a period."""

from daq.alarms.conditions.condition import number
from drivers.model import Status, Value


class Sampler:
    """Means of the usable readings of each ``every`` ns, counted from 1970; 0: every reading.

    Readings that follow each other quickly are alike, and a chart takes its samples to be
    independent: without means of periods it would cry wolf.
    """

    def __init__(self, every: int = 0) -> None:
        self._every = every
        self._period = -1
        self._sum = 0.0
        self._count = 0

    def feed(self, time: int, value: Value, status: Status) -> float | None:
        """A sample, if this reading completes one: the first one of the next period does."""
        found = number(value, status)
        if found is None or not self._every:
            return found
        sample = None
        if (period := time // self._every) != self._period:
            if self._count:
                sample = self._sum / self._count
            self._period, self._sum, self._count = period, 0.0, 0
        self._sum += found
        self._count += 1
        return sample
