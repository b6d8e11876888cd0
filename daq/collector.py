"""How often Python looks for garbage in a daemon that must be punctual."""

import gc

YOUNG = 20_000
"""New objects after which the youngest are looked through: more than wait for a commit."""


def calm_collector() -> None:
    """Leave what is there alone for good, and look through the rest more rarely.

    What a daemon makes is freed by counting references. The collector would look a dozen times a
    second through what waits for the next commit and find nothing, while scans that are due wait
    for a millisecond or more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
