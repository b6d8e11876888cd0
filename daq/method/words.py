"""The words of methods, apart from what works with them: a configuration needs no more."""

from typing import Literal, TypeAlias

Form: TypeAlias = Literal["simple", "guarded", "conditional"]
"""Of a decision rule: simple acceptance, binary with a guard band, non-binary with one."""

Rounding: TypeAlias = Literal["half-even", "half-up"]

Compare: TypeAlias = Literal["full", "rounded"]
"""What is held against the limits: the value with all its digits, or as it is reported.

GB/T 8170-2008, 4.3 (from memory): the full value where nothing else is said.
"""
