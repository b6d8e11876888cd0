"""A method: what is measured how often, and what is required of it. Plain data.

A series keeps the method as it was when it began: a configuration that changes later changes no
verdict.
"""

import msgspec

from daq.method.conformity import Estimate, Limits, Rule
from daq.method.rounding import rounded
from daq.method.words import Compare, Rounding


class Method(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``[method.NAME]``, with limits worked out in the unit of the channel.

    ``instrument`` is empty where it is whichever of the run has the ``channel``. ``uncertainty`` is
    the expanded one of the method, with ``k``, for readings without one of their own. Of ``count``
    values ``allowed`` may fail. ``mean_limits`` are those of the mean. ``lot`` is how many
    prepackages the samples stand for, with ``nominal`` (daq.method.prepack); None: none are.
    ``grubbs`` is the level of the test for an outlier, None: there is none.
    """

    name: str
    channel: str
    instrument: str = ""
    title: str = ""
    standard: str = ""
    edition: str = ""
    unit: str = ""
    count: int = 1
    limits: Limits = Limits()
    mean_limits: Limits = Limits()
    rule: Rule = Rule()
    nominal: float | None = None
    lot: int | None = None
    allowed: int = 0
    uncertainty: float | None = None
    k: float = 2.0
    decimals: int | None = None
    rounding: Rounding = "half-even"
    compare: Compare = "full"
    grubbs: float | None = None

    def reported(self, value: float) -> float:
        """A value as it is reported."""
        return rounded(value, self.decimals, self.rounding)

    def show(self, value: float | None) -> str:
        """A value as it is reported, with all its decimals."""
        if value is None:
            return ""
        if self.decimals is None:
            return f"{value:.10g}"
        return f"{self.reported(value):.{max(self.decimals, 0)}f}"

    def compared(self, estimate: Estimate) -> Estimate:
        """What is held against the limits."""
        if self.compare == "full":
            return estimate
        return msgspec.structs.replace(estimate, value=self.reported(estimate.value))
