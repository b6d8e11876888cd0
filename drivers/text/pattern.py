"""Regular expressions of a profile: compiled, and proved to end soon on any line.

Python's engine backtracks. A pattern such as ``(a+)+b`` takes years on forty characters and
nothing can interrupt it, so one bad profile would stop the daemon. The cost of a pattern is
therefore bounded before it is used: wherever a repeat could hand a character to what follows it
(its characters overlap the first ones of the rest) the cost is multiplied by the number of ways;
an overlap inside an endless repeat has no bound. Where nothing overlaps, the way through is unique.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias

Chars: TypeAlias = frozenset[int]
Detail: TypeAlias = Any
"""What an item of the parse tree holds; its shape depends on its kind."""
Node: TypeAlias = tuple[Any, Detail]

BUDGET = 5_000_000
"""Steps a match may take at worst: some tens of milliseconds."""

_OTHER = 256
_ALL: Chars = frozenset(range(_OTHER + 1))
_NONE: Chars = frozenset()
_PLAIN_FLAGS = int(re.UNICODE)
_ENDLESS = float("inf")
_COPIES = 40
"""Two ways each in so many copies are beyond any budget."""
_parser: Any = import_module("re._parser")  # the parse tree has no public door


def compile_pattern(text: str, limit: int) -> re.Pattern[str]:
    """Compile a pattern that will be matched whole against at most ``limit`` characters.

    Raises:
        ValueError: it is not a regular expression, uses what cannot be bounded (back-references,
            look-around, inline flags), or may take too long.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python warns of, a later Python reads otherwise
            tree = _parser.parse(text)
            compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"pattern {text!r}: {error}") from error
    if int(tree.state.flags) & ~_PLAIN_FLAGS:
        raise ValueError(f"pattern {text!r}: flags such as (?i) are not supported")
    if limit * _Cost(text, limit).sequence(list(tree), _NONE) > BUDGET:
        raise ValueError(
            f"pattern {text!r}: may take too long on {limit} characters; make neighbouring repeats "
            "differ in their characters, or possessive (*+), or lower reply_length"
        )
    return compiled


class _Cost:
    """Walks a parse tree from the end, so that each item knows what may follow it."""

    def __init__(self, text: str, limit: int) -> None:
        self._text = text
        self._limit = limit

    def sequence(self, items: Sequence[Node], follow: Chars) -> float:
        """The number of ways through items in a row, with what may follow them."""
        cost = 1.0
        for item in reversed(items):
            cost *= self._item(item, follow)
            first, empty = self._first(item)
            follow = first | follow if empty else first
        return cost

    def _item(self, item: Node, follow: Chars) -> float:
        kind = str(item[0])
        compound = self._compound().get(kind)
        if compound is not None:
            return compound(item[1], follow)
        if kind != "AT":
            self._first(item)
        return 1.0

    def _compound(self) -> Mapping[str, Callable[[Detail, Chars], float]]:
        # Kept here they and this object would be a ring, which only the collector frees.
        return {
            "SUBPATTERN": self._group,
            "ATOMIC_GROUP": self.sequence,
            "BRANCH": self._branch,
            "MAX_REPEAT": self._repeat,
            "MIN_REPEAT": self._repeat,
            "POSSESSIVE_REPEAT": lambda detail, follow: self._loop(detail, follow, _NONE),
        }

    def _group(self, detail: Detail, follow: Chars) -> float:
        if detail[1] or detail[2]:
            raise ValueError(f"pattern {self._text!r}: flags such as (?i:) are not supported")
        return self.sequence(detail[3], follow)

    def _branch(self, detail: Detail, follow: Chars) -> float:
        branches = detail[1]
        firsts = [self._start(branch, follow) for branch in branches]
        apart = sum(map(len, firsts)) == len(_NONE.union(*firsts))
        worst = max(self.sequence(branch, follow) for branch in branches)
        return worst if apart else worst * len(branches)

    def _repeat(self, detail: Detail, follow: Chars) -> float:
        return self._loop(detail, follow, follow)

    def _loop(self, detail: Detail, follow: Chars, contested: Chars) -> float:
        least, most, body = int(detail[0]), min(int(detail[1]), self._limit), detail[2]
        first, empty = self._row(body)
        inside = self.sequence(body, first | follow)
        if most > 1 and (inside > 1 or empty):
            endless = empty or most >= min(self._limit, _COPIES)
            inside = _ENDLESS if endless else min(inside, BUDGET) ** most
        return inside * (max(most - least, 0) + 1 if first & contested else 1)

    def _start(self, items: Sequence[Node], follow: Chars) -> Chars:
        first, empty = self._row(items)
        return first | follow if empty else first

    def _row(self, items: Sequence[Node]) -> tuple[Chars, bool]:
        """First characters of items in a row, and whether they may match nothing."""
        chars = _NONE
        for item in items:
            first, empty = self._first(item)
            chars |= first
            if not empty:
                return chars, False
        return chars, True

    def _first(self, item: Node) -> tuple[Chars, bool]:
        kind, detail = str(item[0]), item[1]
        if kind == "AT":
            return _NONE, True
        if kind == "SUBPATTERN":
            return self._row(detail[3])
        if kind == "ATOMIC_GROUP":
            return self._row(detail)
        if kind == "BRANCH":
            rows = [self._row(branch) for branch in detail[1]]
            return _NONE.union(*(first for first, _ in rows)), any(empty for _, empty in rows)
        if kind.endswith("_REPEAT"):
            first, empty = self._row(detail[2])
            return first, empty or int(detail[0]) == 0
        return self._chars(item), False

    def _chars(self, item: Node) -> Chars:
        kind, detail = str(item[0]), item[1]
        if kind == "IN":
            negated = str(detail[0][0]) == "NEGATE"
            chars = _NONE.union(*(self._chars(part) for part in detail[negated:]))
            return _ALL - chars if negated else chars
        if kind in _SINGLE:
            return _SINGLE[kind](detail)
        raise ValueError(
            f"pattern {self._text!r}: {kind.lower().replace('_', ' ')} is not supported"
        )


def _category(name: Detail) -> Chars:
    r"""The characters of ``\d`` and its like; what lies beyond Latin-1 may be of any."""
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[str(name).rsplit("_", 1)[1]]
    letter = letter.upper() if "_NOT_" in str(name) else letter
    return frozenset(code for code in range(_OTHER) if re.match("\\" + letter, chr(code))) | {
        _OTHER
    }


_SINGLE: dict[str, Callable[[Detail], Chars]] = {
    "LITERAL": lambda code: frozenset((min(code, _OTHER),)),
    "NOT_LITERAL": lambda code: _ALL - {code},
    "ANY": lambda _: _ALL - {10},
    "RANGE": lambda ends: frozenset(min(c, _OTHER) for c in range(ends[0], ends[1] + 1)),
    "CATEGORY": _category,
}
