"""Whether an instrument's replies are in step with the requests, where they carry no number. Pure.

The trouble. A reply that comes after its time-out may be taken for the answer to the next
request of the same item, and from then on every value is that of the poll before: plausible, and
old. An AIBUS reply does not even name the item it answers; its measured values come with every
reply. A DL/T 645 reply names the item, but not the poll.

The argument. An instrument answers requests in the order in which it got them, each at most
once. So when the reply to request P arrives, every reply to a request before P has arrived
already or never will. It is enough to recognise one reply beyond doubt as that of P: P must ask
for an item which no outstanding request asks for, and its reply must be told from theirs. The
replies of *marked* items can be: by the identifier (DL/T 645), by a value that only this
parameter can have (an AIBUS marker). Until such a reply has come the state is *suspect* and no
value is taken.

An *unmarked* item (an AIBUS parameter that may hold anything) might look like any other's. None
is asked for while suspect, so at most one is outstanding. The next reply that fits a marker may
be its reply or the marker's; after that, only the marker's own may still come, and another
marker proves the rest.

The limit. When every marked item is outstanding, the one unanswered longest is used again: a
reply would have to be later than a whole round of requests, each with its time-out, quiet time
and back-off, and every one after it be lost, to be taken for the wrong one. An unmarked item that
is taken for a marker uses up one of the round.
"""

from collections.abc import Collection, Sequence

import msgspec


class Ticket(msgspec.Struct, frozen=True):
    """A request under way.

    ``certain``: what fits it will be its reply. ``alone``: no other reply may come, not even one
    that names no item.
    """

    item: int
    certain: bool
    alone: bool


class Sync:
    """What may still be outstanding from one instrument.

    Args:
        unmarked: items whose replies may look like any other's.
    """

    def __init__(self, unmarked: Collection[int] = ()) -> None:
        self._unmarked = frozenset(unmarked)
        self._outstanding: dict[int, None] = {}
        self._answered: dict[int, None] = {}
        self._asked: dict[int, None] = {}

    @property
    def suspect(self) -> bool:
        """True while a reply to an earlier request may still come."""
        return bool(self._outstanding)

    def provable(self, item: int) -> bool:
        """Whether a reply to a request for this item, sent now, would be beyond doubt."""
        return not self._outstanding or (
            item not in self._outstanding and self._unmarked.isdisjoint({item, *self._outstanding})
        )

    def begin(self, item: int) -> Ticket:
        """A request goes out; until ``end``, whatever happens, its reply is outstanding.

        The item is provable, or one of those ``choose`` gave.
        """
        ticket = Ticket(item, self.provable(item), not self._outstanding)
        for order in (self._outstanding, self._asked):
            order.pop(item, None)
            order[item] = None
        return ticket

    def end(self, ticket: Ticket) -> bool:
        """A fitting reply came. True when it is certain that it answers this request."""
        if ticket.certain:
            self._outstanding.clear()
            self._answered[ticket.item] = None
        else:  # it was the unmarked one's, or this request's and so after that
            for item in self._unmarked:
                self._outstanding.pop(item, None)
        return ticket.certain

    def choose(self, items: Sequence[int], *, known: bool = False) -> int:
        """The item to ask for now: not outstanding, and longest not asked for.

        With ``known`` those come first that the instrument has answered before.
        """
        fresh = [item for item in items if item not in self._outstanding]
        if fresh:
            return min(
                fresh, key=lambda item: (known and item not in self._answered, self._age(item))
            )
        oldest = next(item for item in self._outstanding if item in items)
        del self._outstanding[oldest]
        return oldest

    def _age(self, item: int) -> int:
        """The place of an item in the order of asking; the last asked for is the highest."""
        return list(self._asked).index(item) if item in self._asked else -1
