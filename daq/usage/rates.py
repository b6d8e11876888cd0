"""Which rate and which price of energy hold at a moment. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from decimal import Decimal

from daq.usage.calendar import local_day, moment, shift_stretches
from daq.usage.plan import Plan, Rate, Tariff
from daq.usage.stretches import Set, Stretch

NO_RATE = Rate(name="", begin=date.min)


def rate_of(plan: Plan, instrument: str, day: date) -> Rate:
    """The rate of an instrument on a day: the latest begun; one that names it before any other."""
    begun = [rate for rate in plan.rates if rate.begin <= day]
    own = [rate for rate in begun if instrument in rate.instruments]
    common = [rate for rate in begun if not rate.instruments]
    return max(own or common, key=lambda rate: rate.begin, default=NO_RATE)


def tariff_of(plan: Plan, day: date) -> Tariff | None:
    """The tariff of a day: the latest begun."""
    begun = [tariff for tariff in plan.tariffs if tariff.begin <= day]
    return max(begun, key=lambda tariff: tariff.begin, default=None)


class Prices:
    """The price of a kWh at any moment of a stretch; ``edges`` are where it may change."""

    def __init__(self, plan: Plan, period: Stretch) -> None:
        self._plan, self._zone = plan, plan.zone
        self._bands: dict[str, list[tuple[Set, Decimal]]] = {
            tariff.name: [
                (shift_stretches(band.shifts, *period, plan.zone), band.price)
                for band in tariff.bands
            ]
            for tariff in plan.tariffs
        }

    @property
    def edges(self) -> set[int]:
        """Begins and ends of bands, and the days on which tariffs begin."""
        found = begins((tariff.begin for tariff in self._plan.tariffs), self._zone)
        for bands in self._bands.values():
            for stretches, _ in bands:
                found |= {edge for stretch in stretches for edge in stretch}
        return found

    def at(self, time: int) -> Decimal | None:
        """The price; None where no tariff holds."""
        tariff = tariff_of(self._plan, local_day(time, self._zone))
        if tariff is None:
            return None
        for stretches, price in self._bands[tariff.name]:
            if contains(stretches, time):
                return price
        return tariff.price


def begins(days: Iterable[date], zone: tzinfo) -> set[int]:
    """The first moments of days."""
    return {moment(day, zone) for day in days if day.year > 1}  # date.min is no moment


def contains(stretches: Sequence[Stretch], time: int) -> bool:
    """Whether a moment is in one of them."""
    place = bisect_right(stretches, time, key=lambda one: one[0]) - 1
    return place >= 0 and time < stretches[place][1]
