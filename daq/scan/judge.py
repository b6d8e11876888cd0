"""How well a profile fits what answered. Pure."""

from collections.abc import Sequence

from daq.scan.finding import Match
from daq.scan.known import Known
from drivers.model import Channel, Identity, Sample, Status, Value

TINY = 1e-30
"""No measurement is as small; a float whose words are swapped is."""

SAID = (Status.OVER_RANGE, Status.UNDER_RANGE, Status.SENSOR_BREAK, Status.OFF)
"""What a profile recognises as no value speaks for it, though not as much as a value."""

COMPARABLE = 0.5
"""Share of the best score below which a profile is not worth mentioning."""

TELLING, VAGUE, NOTHING = 1.0, 0.5, 0.0


def judge_identity(known: Known, identity: Identity, *, specific: bool) -> Match:
    """An instrument that answered the identification as the profile says."""
    said = (identity.manufacturer, identity.model, identity.serial_number, identity.firmware)
    return Match(
        profile=known.reference,
        model=known.model,
        identity=identity,
        score=(0.8 if specific else 0.5) + 0.05 * sum(map(bool, said)),
        sure=specific,
        evidence="says that it is one" if specific else "answers in its form",
    )


def judge_registers(
    known: Known,
    identity: Identity,
    channels: Sequence[Channel],
    sample: Sample | None,
    *,
    specific: bool,
) -> Match | None:
    """A Modbus unit whose registers were read with a profile; None when nothing speaks for it.

    What counts is the share of channels that exist and hold plausible values; zeros say little,
    because many devices answer zero where there is nothing. ``specific`` when registers that tell
    the model from others hold what they should.
    """
    readings = zip(sample.values, sample.statuses, strict=True) if sample else ()
    weights = [_weight(value, status) for value, status in readings]
    plausible = sum(weight == TELLING for weight in weights)
    if not specific and not plausible:
        return None
    share = sum(weights) / len(channels)
    counted = f"{plausible} of {len(channels)} channels plausible"
    return Match(
        profile=known.reference,
        model=known.model,
        identity=identity,
        score=0.4 + 0.6 * share if specific else 0.9 * share,
        sure=specific,
        evidence=f"its model register matches, {counted}" if specific else counted,
    )


def best_first(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Sorted by score, then by name; without those that fit much worse than the best."""
    ranked = sorted(matches, key=lambda match: (-match.score, match.profile))
    return tuple(each for each in ranked if each.score >= COMPARABLE * ranked[0].score)


def _weight(value: Value, status: Status) -> float:
    if status in SAID:
        return VAGUE
    if value is None or status is Status.IMPLAUSIBLE:
        return NOTHING
    if value == 0:
        return VAGUE
    if isinstance(value, float) and abs(value) < TINY:
        return NOTHING
    return TELLING
