"""What goes wrong during a soak, and when: decided beforehand, by a seed. Pure."""

import random
from collections.abc import Sequence

import msgspec

EVERY = 6.0
"""Seconds between two episodes, on average."""

KILLS_UNTIL = 1 / 3
"""The share of the time in which the daemon is killed, stopped and frozen. After it one life lasts
until the end, long enough to see whether it grows."""

QUIET_FROM = 0.9
"""The share of the time after which nothing more begins."""

LAST_QUIET = 60.0
"""Seconds at the end in which nothing begins, at most."""

ON_INSTRUMENTS = (
    "disconnect",
    "silence",
    "garble",
    "checksum",
    "noise",
    "split",
    "stall",
    "foreign",
)
ON_SERVERS = ("broker away", "database away")
ON_THE_DAEMON = ("kill", "stop", "freeze")
RELOAD = "reload"

ONLY_CHECKED = ("checksum", "foreign")
"""Kinds for instruments whose frames carry checksum and address."""


class Episode(msgspec.Struct, frozen=True):
    """From ``at`` seconds on, for ``lasts`` seconds, something befalls a ``target``."""

    at: float
    lasts: float
    kind: str
    target: str = ""


def schedule(
    seconds: float, instruments: Sequence[str], checked: Sequence[str], seed: str
) -> list[Episode]:
    """Everything that goes wrong in so many seconds, in order of its beginning."""
    dice = random.Random(seed)
    end = max(seconds * QUIET_FROM, seconds - LAST_QUIET)
    episodes: list[Episode] = []
    at = dice.expovariate(1 / EVERY)
    while at < end:
        episodes.append(_episode(dice, at, seconds, instruments, checked))
        at += dice.expovariate(1 / EVERY)
    return episodes


def _episode(
    dice: random.Random,
    at: float,
    seconds: float,
    instruments: Sequence[str],
    checked: Sequence[str],
) -> Episode:
    kinds: list[tuple[str, ...]] = [ON_INSTRUMENTS, ON_INSTRUMENTS, ON_SERVERS, (RELOAD,)]
    if at < seconds * KILLS_UNTIL:
        kinds.append(ON_THE_DAEMON)
    kind = dice.choice(dice.choice(kinds))
    lasts = {"freeze": dice.uniform(0.1, 3.0)}.get(kind, dice.uniform(0.5, 10.0))
    if kind in ON_INSTRUMENTS:
        return Episode(
            at, lasts, kind, dice.choice(checked if kind in ONLY_CHECKED else instruments)
        )
    return Episode(at, lasts if kind in (*ON_SERVERS, "freeze") else 0.0, kind)
