"""How often somebody may try a password. Pure; the caller has the clock."""

from collections import OrderedDict, deque

FREE = 5
"""Wrong passwords an address may give within ``WINDOW``."""

ALL = 50
"""Wrong passwords all addresses together may give within ``WINDOW``."""

WINDOW = 300.0
"""Seconds after which a wrong password is forgotten."""

ADDRESSES = 1000
"""Addresses remembered."""


class Attempts:
    """Wrong passwords of the last minutes; ``now`` is seconds of a steady clock."""

    def __init__(self) -> None:
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque(maxlen=ALL)

    def wait(self, address: str, now: float) -> float:
        """Seconds this address has to wait before it may try; 0 when it may."""
        mine = self._by_address.get(address, deque())
        return max(_left(mine, FREE, now), _left(self._all, ALL, now))

    def failed(self, address: str, now: float) -> None:
        """A password was wrong."""
        self._all.append(now)
        self._by_address.setdefault(address, deque(maxlen=FREE)).append(now)
        self._by_address.move_to_end(address)
        while len(self._by_address) > ADDRESSES:
            self._by_address.popitem(last=False)

    def passed(self, address: str) -> None:
        """A password was right."""
        self._by_address.pop(address, None)


def _left(tries: deque[float], most: int, now: float) -> float:
    return max(tries[0] + WINDOW - now, 0.0) if len(tries) >= most else 0.0
