"""What all control charts have in common: a mean, a sigma, and samples in units of sigma."""

from abc import ABC, abstractmethod

from daq.alarms.conditions.condition import Timeless
from daq.alarms.conditions.sampler import Sampler
from drivers.model import Status, Value


class Chart(Timeless, ABC):
    """``mean`` and ``sigma`` are those of a sample while all is well, in the channel's unit."""

    def __init__(self, mean: float, sigma: float, every: int = 0) -> None:
        self._mean, self._sigma = mean, sigma
        self._sampler = Sampler(every)

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        sample = self._sampler.feed(time, value, status)
        if sample is not None:
            self.sample((sample - self._mean) / self._sigma)

    @abstractmethod
    def sample(self, z: float) -> None:
        """Take a sample: its distance from the mean in sigmas."""

    @abstractmethod
    def holds(self, now: int) -> bool:
        """Whether the samples are not those of a process in order."""

    @abstractmethod
    def words(self) -> str:
        """What was seen, for people."""
