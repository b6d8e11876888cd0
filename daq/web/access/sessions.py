"""Who has signed in. Kept in memory alone: a restart of the page signs everybody out."""

import secrets
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
"""What is kept of who signed in."""

LIFE = 12 * 3600.0
"""Seconds without a request after which a session ends."""

MOST = 100
"""Sessions at a time; the one longest unused gives way."""


class _Session(msgspec.Struct, Generic[T]):
    who: T
    used: float


class Sessions(Generic[T]):
    """Sessions by their key, which only the browser knows besides; ``life`` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, life: float = LIFE) -> None:
        self._clock = clock
        self.life = life
        self._known: dict[str, _Session[T]] = {}

    def begin(self, who: T) -> str:
        """A new session; its key."""
        key = secrets.token_urlsafe(32)
        while len(self._known) >= MOST:
            del self._known[min(self._known, key=lambda known: self._known[known].used)]
        self._known[key] = _Session(who, self._clock())
        return key

    def who(self, key: str, *, use: bool = True) -> T | None:
        """Who has this session; None when there is none (any more).

        Without ``use`` it does not last the longer for having been asked.
        """
        # A look-up by hash tells nothing of how near a guess was: keys have 256 bits of chance.
        session = self._known.get(key)
        if session is None:
            return None
        if self._clock() - session.used > self.life:
            self.end(key)
            return None
        if use:
            session.used = self._clock()
        return session.who

    def end(self, key: str) -> None:
        """End a session; harmless when there is none."""
        self._known.pop(key, None)
