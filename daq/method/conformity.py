"""What may be said of a value that is measured with an uncertainty, and limits it has to keep.

Decision rules are those of ILAC-G8:09/2019, 4.2: simple acceptance (4.2.1, guard band w = 0), a
binary statement with a guard band (4.2.2), a non-binary one (4.2.3). Acceptance limits lie within
the tolerance limits by w = r U, U the expanded uncertainty for about 95 %; r = 1 holds the
probability of false acceptance below 2.5 %, r = 0.83 (ISO 14253-1:2017) below 5 % (ILAC-G8, 4.2 and
annex B, from memory). Probabilities are those of JCGM 106:2012, 7.2 to 7.4 and 9.3.2: the value is
normal about the estimate with the standard uncertainty u = U / k. Pure.
"""

import math
from typing import Literal, TypeAlias

import msgspec

from daq.method.words import Form

Statement: TypeAlias = Literal["pass", "conditional pass", "conditional fail", "fail", "none"]
"""What is said of a value; ``none``: no statement is possible."""


class Limits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tolerance limits, both allowed themselves; None: there is none on this side."""

    lower: float | None = None
    upper: float | None = None

    def contain(self, value: float) -> bool:
        """Whether a value keeps them."""
        return _within(self, value)

    def narrowed(self, width: float) -> "Limits":
        """Both moved inwards by so much; outwards where it is negative."""
        return Limits(
            None if self.lower is None else self.lower + width,
            None if self.upper is None else self.upper - width,
        )


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a statement follows: its form, and the guard band as a part ``r`` of U."""

    form: Form = "guarded"
    r: float = 1.0

    @property
    def needs_uncertainty(self) -> bool:
        """Whether nothing can be said without one."""
        return self.form != "simple" and self.r > 0

    def guard(self, uncertainty: float | None) -> float:
        """The guard band w, in the unit of the value."""
        return 0.0 if self.form == "simple" or uncertainty is None else self.r * uncertainty


class Estimate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value with its expanded uncertainty U for the coverage factor ``k``; None: not known."""

    value: float
    uncertainty: float | None = None
    k: float = 2.0

    @property
    def standard(self) -> float | None:
        """The standard uncertainty, U / k."""
        return None if self.uncertainty is None else self.uncertainty / self.k


class Assessment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said, and how sure that is.

    ``conforming`` is the probability that the true value keeps the limits (JCGM 106:2012, 7.4),
    None where no uncertainty is known. ``risk`` is the specific one of what was said (9.3.2,
    9.3.3): of false acceptance after a pass, of false rejection after a fail. ``guard`` is w.
    """

    statement: Statement
    conforming: float | None = None
    risk: float | None = None
    guard: float = 0.0


def conformance_probability(estimate: Estimate, limits: Limits) -> float | None:
    """How probable it is that the true value keeps the limits; None without an uncertainty.

    JCGM 106:2012, formula (7) for two limits, (5) and (6) for one; without any it is 1.
    """
    u = estimate.standard
    if u is None:
        return None
    if u == 0:
        return float(limits.contain(estimate.value))
    below = 1.0 if limits.upper is None else _normal((limits.upper - estimate.value) / u)
    short = 0.0 if limits.lower is None else _normal((limits.lower - estimate.value) / u)
    return max(below - short, 0.0)


def assess(estimate: Estimate, limits: Limits, rule: Rule) -> Assessment:
    """What may be said of a value."""
    conforming = conformance_probability(estimate, limits)
    if not math.isfinite(estimate.value):
        return Assessment("none")
    if rule.needs_uncertainty and estimate.uncertainty is None:
        return Assessment("none", conforming)
    guard = rule.guard(estimate.uncertainty)
    statement = _statement(estimate.value, limits, rule, guard)
    return Assessment(statement, conforming, _risk(statement, conforming), guard)


def _statement(value: float, limits: Limits, rule: Rule, guard: float) -> Statement:
    if _within(limits.narrowed(guard), value):
        return "pass"
    if rule.form != "conditional":
        return "fail"
    if _within(limits, value):
        return "conditional pass"
    return "conditional fail" if _within(limits.narrowed(-guard), value) else "fail"


def _risk(statement: Statement, conforming: float | None) -> float | None:
    if conforming is None or statement == "none":
        return None
    return 1 - conforming if statement in ("pass", "conditional pass") else conforming


def _within(limits: Limits, value: float) -> bool:
    """A limit is kept by what is equal to it, whatever binary numbers make of the sum."""
    low = limits.lower is None or value >= limits.lower or _same(value, limits.lower)
    high = limits.upper is None or value <= limits.upper or _same(value, limits.upper)
    return low and high


def _normal(z: float) -> float:
    """How probable a value up to ``z`` standard deviations above the mean is."""
    return math.erfc(-z / math.sqrt(2)) / 2


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)
