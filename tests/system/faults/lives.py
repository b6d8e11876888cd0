"""What was done to the daemon, and when: the lives it has had, and what interrupted them."""

import bisect
import time
from typing import Literal, TypeAlias

import msgspec

Ending: TypeAlias = Literal["running", "killed", "stopped"]


class Life(msgspec.Struct):
    """From the start of one daemon process to its end; ns since 1970 UTC of this machine.

    ``asked`` is when it was asked to stop, or was killed; ``over`` when it was gone.
    """

    born: int
    asked: int = 0
    over: int = 0
    ending: Ending = "running"


class Lives:
    """The lives of the daemon, in order, and the moments at which it was told to reload."""

    def __init__(self) -> None:
        self.all: list[Life] = []
        self.reloads: list[int] = []

    def begin(self) -> None:
        """A process is being started."""
        self.all.append(Life(time.time_ns()))

    def ask(self, ending: Ending) -> None:
        """The process is about to be ended."""
        self.all[-1].asked, self.all[-1].ending = time.time_ns(), ending

    def end(self) -> None:
        """The process is gone."""
        self.all[-1].over = time.time_ns()

    def reloaded(self) -> None:
        """The process is about to be told to reload."""
        self.reloads.append(time.time_ns())

    def at(self, moment: int) -> Life | None:
        """The life a moment belongs to: the last that had begun; None before the first."""
        place = bisect.bisect_right(self.all, moment, key=_born) - 1
        return self.all[place] if place >= 0 else None

    def counted(self, ending: Ending) -> int:
        """How many lives ended like this."""
        return sum(life.ending == ending for life in self.all)


def _born(life: Life) -> int:
    return life.born
