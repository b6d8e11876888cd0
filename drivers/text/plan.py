"""The requests that read one scan group, and how their replies become a sample."""

import time
from collections.abc import Mapping, Sequence

import msgspec

from drivers.driver import Exchange
from drivers.errors import DriverError
from drivers.model import Channel, Sample, Status, Value
from drivers.text.decode import Decoder
from drivers.text.request import Request, Source
from drivers.text.shape import Answer
from drivers.timing import midway

Outcome = Answer | DriverError


class Reader(msgspec.Struct, frozen=True):
    """One channel: its decoder, its request, and what of other requests it needs.

    Requests are given by their place in the plan. ``others`` maps the name the decoder has for a
    field to the request that yields it, and its name there.
    """

    decoder: Decoder
    request: int
    others: tuple[tuple[str, int, str], ...] = ()

    def read(self, outcomes: Sequence[Outcome]) -> tuple[Value, Status]:
        """Value and status; where a request it needs has failed, that one's status."""
        own = outcomes[self.request]
        if isinstance(own, DriverError) or own.status is not None:
            return None, own.status or Status.DEVICE_ERROR
        if not self.others:
            return _dated(self.decoder.decode(own.fields), late=own.late)
        fields, late = dict(own.fields), own.late
        for name, index, group in self.others:
            other = outcomes[index]
            if isinstance(other, DriverError) or other.status is not None:
                return None, other.status or Status.DEVICE_ERROR
            fields[name] = other.fields.get(group)
            late = late or other.late
        return _dated(self.decoder.decode(fields), late=late)


class TextPlan(msgspec.Struct, frozen=True):
    """Made once, used for each scan. ``heard`` is how far it has got in each stream."""

    requests: tuple[Request | Source, ...]
    readers: tuple[Reader, ...]
    heard: dict[str, int] = {}

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels read, in the order of a sample's values."""
        return tuple(reader.decoder.channel for reader in self.readers)

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """What goes over the line for one scan."""
        return [exchange for request in self.requests for exchange in request.exchanges]

    def sample(self, outcomes: Sequence[Outcome]) -> Sample:
        """The sample of the requests' outcomes, in their order; one at least is an answer."""
        pairs = [reader.read(outcomes) for reader in self.readers]
        answers = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
        times = [answer.time for answer in answers if answer.time] or [time.time_ns()]
        return Sample(
            midway(times),
            tuple(value for value, _ in pairs),
            tuple(status for _, status in pairs),
        )


def make_plan(
    chosen: Sequence[Decoder],
    asked: Sequence[str],
    requests: Mapping[str, Request | Source],
    heard: dict[str, int],
) -> TextPlan:
    """Coalesce channels: each query is asked once, in the order first needed.

    ``asked`` names the query of each of the ``chosen`` decoders; what is beyond ``heard`` is new.
    """
    needed: dict[str, None] = {}
    for query, decoder in zip(asked, chosen, strict=True):
        others = (reference.partition(".")[0] for reference in decoder.references)
        needed |= dict.fromkeys((query, *others))
    places = {name: place for place, name in enumerate(needed)}
    return TextPlan(
        tuple(requests[name] for name in needed),
        tuple(
            Reader(decoder, places[query], tuple(_others(decoder, places)))
            for query, decoder in zip(asked, chosen, strict=True)
        ),
        heard,
    )


def _dated(reading: tuple[Value, Status], *, late: bool) -> tuple[Value, Status]:
    """A good value of which it is not known when it was measured is no good value."""
    value, status = reading
    return value, Status.READ_LATE if late and status is Status.GOOD else status


def _others(decoder: Decoder, places: Mapping[str, int]) -> Sequence[tuple[str, int, str]]:
    split = ((name, *name.split(".", 1)) for name in decoder.references)
    return [(name, places[query], group) for name, query, group in split]
