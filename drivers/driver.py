"""What every family of driver offers to whoever polls it."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from drivers.model import Channel, Identity, Sample
from drivers.transport.link import Link


class Exchange(msgspec.Struct, frozen=True):
    """One request and its reply, as the line sees them: for predicting how long a read takes.

    ``sent`` and ``received`` are characters on the line, ``pause`` is seconds the line must
    rest in addition (turnaround of the device, delay after a command). The silence between
    frames is the line's, known with its baud rate, and not counted here.
    """

    sent: int
    received: int
    pause: float


class ReadPlan(Protocol):
    """The requests that read one scan group; made once, used for each scan."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels read, in the order of a sample's values."""
        ...

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """What goes over the line for one scan."""
        ...


class Driver(Protocol):
    """One instrument at one address: turns read plans into samples.

    A driver holds no connection: it is handed the open link of its bus for each call, so that
    a bus may reconnect without its drivers. Whoever calls sees to it that one call at a time
    uses a link.
    """

    def plan(self, channels: Sequence[str]) -> ReadPlan:
        """Coalesce the named channels into requests; no I/O.

        Raises:
            ProfileError: the profile has no such channel.
        """
        ...

    async def identify(self, link: Link) -> Identity:
        """Ask the instrument what it is and compare with the profile.

        Raises:
            IdentityError: another instrument answers.
            DriverError: it does not answer, or not in its protocol.
        """
        ...

    async def probe(self, link: Link) -> None:
        """Find out with one short exchange that the instrument answers, and in step.

        After success no late reply to an earlier request can be taken for a new one's answer.

        Raises:
            DriverError: it does not answer.
        """
        ...

    async def read(self, link: Link, plan: ReadPlan) -> Sample:
        """Read one scan group.

        A channel that alone cannot be read has a bad status in the sample.

        Raises:
            DriverError: nothing could be read.
        """
        ...
