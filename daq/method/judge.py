"""What may be said of the values of a series, each and all together. Pure."""

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from daq.method.conformity import Assessment, Estimate, Limits, Rule, Statement, assess
from daq.method.method import Method
from daq.method.prepack import ACCURACY, plan_for, tolerable_deficiency
from daq.method.summary import Outlier, Summary, grubbs, summarise

Why: TypeAlias = Literal[
    "incomplete",
    "no uncertainty",
    "uncertainty too large",
    "single values",
    "far too short",
    "mean",
    "nothing required",
]
"""Why the statement is no pass.

``far too short``: a prepackage falls short by more than twice the tolerable deficiency.
"""

_GRAVEST: tuple[Statement, ...] = ("fail", "none", "conditional fail", "conditional pass", "pass")


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of a series, and what it follows from.

    ``statements`` counts those of single values. ``mean`` is what is said of the mean, held against
    ``mean_limits``; None where nothing is required of it.
    """

    statement: Statement
    why: tuple[Why, ...] = ()
    summary: Summary | None = None
    statements: dict[Statement, int] = {}
    mean: Assessment | None = None
    mean_limits: Limits = Limits()
    outlier: Outlier | None = None


def limits_of(method: Method) -> Limits:
    """The limits of a single value."""
    if method.lot is None or method.nominal is None:
        return method.limits
    return Limits(lower=method.nominal - tolerable_deficiency(method.nominal))


def rule_of(method: Method) -> Rule:
    """The rule for single values; prepackages are judged by simple acceptance."""
    return method.rule if method.lot is None else Rule(form="simple")


def judge_value(method: Method, estimate: Estimate) -> Assessment:
    """What may be said of one value."""
    return assess(method.compared(estimate), limits_of(method), rule_of(method))


def judge(method: Method, estimates: Sequence[Estimate]) -> Judgement:
    """What may be said of a series."""
    singles = [judge_value(method, one) for one in estimates]
    summary = summarise([one.value for one in estimates])
    limits = _mean_limits(method, summary)
    mean = _mean(method, estimates, summary, limits)
    statement, why = _together(method, estimates, singles, mean)
    values = [one.value for one in estimates]
    return Judgement(
        statement=statement,
        why=why,
        summary=summary,
        statements=_counts(singles),
        mean=mean,
        mean_limits=limits,
        outlier=None if method.grubbs is None else grubbs(values, method.grubbs),
    )


def _counts(singles: Sequence[Assessment]) -> dict[Statement, int]:
    said = [one.statement for one in singles]
    return {each: said.count(each) for each in reversed(_GRAVEST) if each in said}


def _mean_limits(method: Method, summary: Summary | None) -> Limits:
    if method.lot is None or method.nominal is None:
        return method.mean_limits
    factor = plan_for(method.lot).factor
    if factor is None or summary is None or summary.s is None:
        return Limits()
    return Limits(lower=method.nominal - factor * summary.s)


def _mean(
    method: Method, estimates: Sequence[Estimate], summary: Summary | None, limits: Limits
) -> Assessment | None:
    if summary is None or limits == Limits():
        return None
    estimate = mean_estimate(estimates, summary)
    return assess(method.compared(estimate), limits, rule_of(method))


def mean_estimate(estimates: Sequence[Estimate], summary: Summary) -> Estimate:
    """The mean with its uncertainty.

    What instrument or method make uncertain is the same for all values and grows no less by taking
    many; the scatter does: u^2 = max(u_i)^2 + s^2 / n (JCGM 100:2008, 4.2.3 and 5.1.2, with
    correlated contributions taken together).
    """
    standards = [one.standard for one in estimates]
    known = [u for u in standards if u is not None]
    if len(known) < len(standards):
        return Estimate(summary.mean)
    k = max(one.k for one in estimates)
    scatter = 0.0 if summary.s is None else summary.s**2 / summary.count
    return Estimate(summary.mean, k * math.sqrt(max(known) ** 2 + scatter), k)


def _together(
    method: Method,
    estimates: Sequence[Estimate],
    singles: Sequence[Assessment],
    mean: Assessment | None,
) -> tuple[Statement, tuple[Why, ...]]:
    if len(estimates) < method.count:
        return "none", ("incomplete",)
    if doubt := _doubt(method, estimates):
        return "none", (doubt,)
    if limits_of(method) == Limits() and mean is None:
        return "none", ("nothing required",)
    of_singles = _of_singles(method, singles)
    of_mean = mean.statement if mean is not None else "pass"
    far = method.lot is not None and any(_far_too_short(method, one) for one in estimates)
    found: list[tuple[Statement, Why]] = [(of_singles, "single values"), (of_mean, "mean")]
    if far:
        found.append(("fail", "far too short"))
    if any(one.statement == "none" for one in (*singles, *([mean] if mean else []))):
        found.append(("none", "no uncertainty"))
    worst: Statement = min((each for each, _ in found), key=_graveness)
    return worst, tuple(why for each, why in found if each == worst and worst != "pass")


def _of_singles(method: Method, singles: Sequence[Assessment]) -> Statement:
    """The worst of all but those that may fail."""
    allowed = method.allowed if method.lot is None else plan_for(method.lot).short
    said: list[Statement] = [one.statement for one in singles if one.statement != "none"]
    ordered = sorted(said, key=_graveness)
    return ordered[allowed] if allowed < len(ordered) else "pass"


def _graveness(statement: Statement) -> int:
    return _GRAVEST.index(statement)


def _doubt(method: Method, estimates: Sequence[Estimate]) -> Why | None:
    """Why no statement on prepackages is possible."""
    if method.lot is None or method.nominal is None:
        return None
    most = ACCURACY * tolerable_deficiency(method.nominal)
    if any(one.uncertainty is None for one in estimates):
        return "no uncertainty"
    large = any(one.uncertainty is not None and one.uncertainty > most for one in estimates)
    return "uncertainty too large" if large else None


def _far_too_short(method: Method, estimate: Estimate) -> bool:
    nominal = method.nominal or 0.0
    limits = Limits(lower=nominal - 2 * tolerable_deficiency(nominal))
    return not limits.contain(method.compared(estimate).value)
