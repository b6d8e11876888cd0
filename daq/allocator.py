"""How the C library hands out memory in a daemon that runs for months."""

import ctypes

_M_ARENA_MAX = -8
"""mallopt(3), glibc."""


def one_arena() -> bool:
    """Let all threads share one pool of memory; False where the C library has no such choice.

    glibc gives each thread a pool of its own, and what one frees no other uses. Of the handful of
    threads that compress, look up and write now and then, each would keep the most it has ever
    needed. They take turns at the interpreter anyway, so they hardly wait for each other. To be
    called before there are threads.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, 1))


def give_back() -> None:
    """Return to the system what is free, as after reading the configuration."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
