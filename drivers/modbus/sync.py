"""Whether a unit's answers are in step with the questions, where replies carry no number. Pure.

The trouble. A Modbus RTU reply names unit, function and byte count, not the request. A reply
that comes after its time-out may therefore be taken for the answer to the next request of the
same shape, and from then on every answer is that of the question before: plausible numbers in
the wrong channels, for hours. Waiting until the line is quiet makes that rare, not impossible:
nobody knows how late a gateway or a radio modem can be.

The argument. A unit answers its requests in the order in which it got them, each at most once
(a slave has one transaction at a time; a gateway queues). So when a reply to request P arrives,
every reply to a request before P has arrived already or never will. It is enough, then, to
recognise one reply beyond doubt as that of P: choose P so that its reply has a *shape*
(function and byte count) which no request sent since the last certain answer could bring. That
is the probe. Until a probe is answered with its own shape, the state is *suspect*, no other
request is sent and no value is taken.

Exceptions have no length. Codes 2 and 3 depend on the request alone, so a request that was
answered with data before (*proven*) will not bring them, and they count as a shape of the others;
any other exception (busy, device failure) may belong to whatever is outstanding and proves
nothing, unless nothing is outstanding.

The limit. Shapes are finite. When every probe's shape has gone unanswered since the last
certain answer, the one unanswered longest is used again. A reply would have to be later than
the whole round of probes (three at least, each with its time-out, quiet time and back-off), and
every one after it be lost, to be taken for the wrong one.
"""

from collections.abc import Iterable, Sequence

import msgspec

from drivers.modbus.pdu import EXCEPTION, ILLEGAL_ADDRESS_CODES, Request

Shape = tuple[int, int]
"""Function code and byte count of a reply; of an exception, its function code and exception."""


class Ticket(msgspec.Struct, frozen=True):
    """A request under way, and what would prove to be its answer."""

    request: Request
    certain: bool
    proofs: frozenset[Shape]


class Sync:
    """What may still be outstanding from one unit."""

    def __init__(self) -> None:
        self._outstanding: dict[Shape, None] = {}
        self._proven: set[Request] = set()

    @property
    def suspect(self) -> bool:
        """True while a reply to an earlier request may still come."""
        return bool(self._outstanding)

    def begin(self, request: Request) -> Ticket:
        """A request goes out; until ``end``, whatever happens, its reply is outstanding."""
        shapes = self._shapes(request)
        proofs = frozenset(shape for shape in shapes if shape not in self._outstanding)
        ticket = Ticket(request, not self._outstanding, proofs)
        for shape in shapes:
            self._outstanding.pop(shape, None)
            self._outstanding[shape] = None
        return ticket

    def end(self, ticket: Ticket, exception: int | None) -> bool:
        """A matching reply came (``exception`` None: with data). True when it is certain."""
        if exception is not None:
            shape = (ticket.request.function | EXCEPTION, exception)
        else:
            shape = (ticket.request.function, ticket.request.byte_count)
        certain = ticket.certain or shape in ticket.proofs
        if certain:
            self._outstanding.clear()
            if exception is None:
                self._proven.add(ticket.request)
        return certain

    def choose(self, probes: Sequence[Request]) -> Request:
        """The probe to send now: of a shape that is not outstanding, proven ones first."""
        fresh = [probe for probe in probes if _data(probe) not in self._outstanding]
        if fresh:
            return min(fresh, key=self._unproven)
        age = {shape: place for place, shape in enumerate(self._outstanding)}
        oldest = min(probes, key=lambda probe: age[_data(probe)])
        del self._outstanding[_data(oldest)]
        return oldest

    def _unproven(self, request: Request) -> bool:
        return request not in self._proven

    def _shapes(self, request: Request) -> Iterable[Shape]:
        refusals = () if request in self._proven else sorted(ILLEGAL_ADDRESS_CODES)
        return (_data(request), *((request.function | EXCEPTION, code) for code in refusals))


def _data(request: Request) -> Shape:
    return request.function, request.byte_count
