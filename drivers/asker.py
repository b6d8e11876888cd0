"""What it takes to recognise an instrument whose profile is only a guess. Plain data.

A scan asks questions of whatever is on a line, and must change nothing there. So each family says
beforehand which bytes the identification of a profile may send, and gives a driver that sends no
others: no start-up commands, nothing that ends a stream.
"""

from collections.abc import Callable

import msgspec

from drivers.driver import Driver


class Asker(msgspec.Struct, frozen=True):
    """A driver whose ``identify`` asks and does nothing else.

    It waits for an answer as long as its line does, however slow the profile says that the
    instrument may be: most questions of a scan are never answered.

    ``permits`` says whether bytes are one of its questions; ``first`` are the bytes of the first,
    ``length`` the most characters of its answer, ``attempts`` in how many ways it is asked when
    nobody answers.
    ``specific`` is True when the identification tells this model from others, and not only its
    protocol.
    """

    driver: Driver
    permits: Callable[[bytes], bool]
    first: bytes
    length: int
    attempts: int
    specific: bool
