"""Numbers of a quantity in D-SI: lists or single ones, in one unit or in several at once."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import msgspec

from daq.calibration.dcc.document import every, text
from daq.calibration.errors import DccError

_UNCERTAINTIES = (
    # D-SI 1.3 (DCC up to 3.2), then D-SI 2 (DCC 3.3); of lists, and of single values.
    ("si:expandedUncXMLList", "si:uncertaintyXMLList", "si:coverageFactorXMLList"),
    (
        "si:measurementUncertaintyUnivariateXMLList/si:expandedMUXMLList",
        "si:valueExpandedMUXMLList",
        "si:coverageFactorXMLList",
    ),
    ("si:expandedUnc", "si:uncertainty", "si:coverageFactor"),
    (
        "si:measurementUncertaintyUnivariate/si:expandedMU",
        "si:valueExpandedMU",
        "si:coverageFactor",
    ),
)


class Numbers(msgspec.Struct, frozen=True):
    """Values in a unit of D-SI, with expanded uncertainties and their coverage factor, if any."""

    values: tuple[float, ...]
    unit: str
    uncertainties: tuple[float, ...] = ()
    k: float | None = None


def numbers(quantity: Element) -> list[Numbers]:
    """What a ``dcc:quantity`` holds: the same in each unit of a hybrid, else one.

    Raises:
        DccError: something that should be a number is none, or there are not as many
            uncertainties as values.
    """
    forms = [*every(quantity, "si:hybrid/*"), *quantity]
    found = [_list(form) for form in forms if _is(form, "realListXMLList")]
    found += [_list_of_reals(form) for form in forms if _is(form, "list")]
    return found + [_real(form) for form in forms if _is(form, "real")]


def _list(form: Element) -> Numbers:
    values = _floats(text(form, "si:valueXMLList"))
    units = set(text(form, "si:unitXMLList").split())
    if len(units) != 1:
        raise DccError(f"values in {len(units)} units: {', '.join(sorted(units)) or 'none'}")
    uncertainties, k = _uncertainty(form, len(values))
    return Numbers(values, units.pop(), uncertainties, k)


def _list_of_reals(form: Element) -> Numbers:
    reals = [_real(one) for one in every(form, "si:real")]
    units = {one.unit for one in reals}
    if len(units) != 1:
        raise DccError(f"values in {len(units)} units: {', '.join(sorted(units)) or 'none'}")
    stated = all(one.uncertainties for one in reals)
    return Numbers(
        tuple(value for one in reals for value in one.values),
        units.pop(),
        tuple(u for one in reals for u in one.uncertainties) if stated else (),
        next((one.k for one in reals if one.k is not None), None),
    )


def _real(form: Element) -> Numbers:
    values = _floats(text(form, "si:value"))
    uncertainties, k = _uncertainty(form, len(values))
    return Numbers(values, text(form, "si:unit"), uncertainties, k)


def _uncertainty(form: Element, count: int) -> tuple[tuple[float, ...], float | None]:
    for where, what, factor in _UNCERTAINTIES:
        for found in every(form, where):
            uncertainties = _floats(text(found, what))
            factors = set(_floats(text(found, factor)))
            if len(factors) > 1:
                raise DccError("several coverage factors for one quantity")
            if len(uncertainties) not in (1, count):
                raise DccError(f"{len(uncertainties)} uncertainties for {count} values")
            all_of_them = uncertainties * count if len(uncertainties) == 1 else uncertainties
            return all_of_them, factors.pop() if factors else None
    return (), None


def _floats(text: str) -> tuple[float, ...]:
    try:
        return tuple(map(float, text.split()))
    except ValueError as error:
        raise DccError(f"is no list of numbers: {text[:60]!r}") from error


def _is(form: Element, name: str) -> bool:
    return form.tag == f"{{https://ptb.de/si}}{name}"


def all_of(quantities: Iterator[Element]) -> list[Numbers]:
    """The numbers of some quantities."""
    return [one for quantity in quantities for one in numbers(quantity)]
