"""How much memory the C library keeps for a process that runs for years (mallopt(3))."""

import ctypes
import sys
from contextlib import suppress

_ARENA_MAX = -8


def share_arena() -> None:
    """Let all threads allocate from one heap; to be said before there is a second thread.

    glibc gives each thread a heap of its own, and what is free in one helps no other: with the two
    threads of the journal that is 4 MB. There is one interpreter lock, so nobody waits for the
    heap's. Another C library does as it likes.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Return to the system what reading the configuration has left free."""
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
