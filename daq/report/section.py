"""A section that another part of the program adds to a report: a table, and a sentence above."""

from collections.abc import Sequence

import msgspec


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """``head`` are the titles of columns, ``rows`` the cells as people read them.

    Such as the steps of a programme held against what was measured, or a series with its verdict.
    """

    title: str
    note: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
