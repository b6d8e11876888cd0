"""The requests that read one scan group, and how their replies become a sample."""

from collections.abc import Sequence

import msgspec

from drivers.driver import Exchange
from drivers.errors import DriverError
from drivers.model import Channel, Sample, Status, Value
from drivers.text.decode import Decoder
from drivers.text.reply import Answer
from drivers.text.request import Request

Outcome = Answer | DriverError


class TextPlan(msgspec.Struct, frozen=True):
    """Made once, used for each scan: ``readers`` pairs each channel's decoder with its request."""

    requests: tuple[Request, ...]
    readers: tuple[tuple[int, Decoder], ...]

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels read, in the order of a sample's values."""
        return tuple(decoder.channel for _, decoder in self.readers)

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """What goes over the line for one scan."""
        return [request.exchange for request in self.requests]

    def sample(self, outcomes: Sequence[Outcome]) -> Sample:
        """The sample of the requests' outcomes, in their order; one at least is an answer."""
        pairs = [_decode(decoder, outcomes[index]) for index, decoder in self.readers]
        times = [outcome.time for outcome in outcomes if isinstance(outcome, Answer)]
        return Sample(
            (min(times) + max(times)) // 2,
            tuple(value for value, _ in pairs),
            tuple(status for _, status in pairs),
        )


def make_plan(
    chosen: Sequence[Decoder], asked: Sequence[str], requests: dict[str, Request]
) -> TextPlan:
    """Coalesce channels: each query is asked once, in the order first needed.

    ``asked`` names the query of each of the ``chosen`` decoders.
    """
    needed = list(dict.fromkeys(asked))
    return TextPlan(
        tuple(requests[name] for name in needed),
        tuple((needed.index(name), decoder) for name, decoder in zip(asked, chosen, strict=True)),
    )


def _decode(decoder: Decoder, outcome: Outcome) -> tuple[Value, Status]:
    if isinstance(outcome, DriverError):
        return None, outcome.status
    if outcome.status is not None:
        return None, outcome.status
    return decoder.decode(outcome.fields)
