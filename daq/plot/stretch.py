"""A stretch of time."""

import msgspec


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """From ``start`` to before ``end``, ns since 1970 UTC."""

    start: int
    end: int
