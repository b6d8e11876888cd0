"""Which keys of two configurations differ, in words for the journal. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from daq.config.config import Config

MOST = 40
"""Keys told one by one."""

LONGEST = 300
"""Characters of a value."""

_ABSENT = "(none)"
_WITHIN_URL = re.compile(r"//[^/@\s]+@")


def key_differences(old: Config, new: Config) -> list[str]:
    """``instrument.scale.group.g.interval: 1.0 -> 2.0``, a text for each key that differs.

    Of secrets the configuration has the places alone; what stands before the @ of a URL is left
    out all the same.
    """
    found = list(_differing("", old.model_dump(mode="json"), new.model_dump(mode="json")))
    more = len(found) - MOST
    return found[:MOST] + ([f"and {more} more"] if more > 0 else [])


def _differing(key: str, old: Any, new: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        before, after = cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", new)
        for name in sorted({*before, *after}):
            inner = f"{key}.{name}" if key else name
            yield from _differing(inner, before.get(name, _ABSENT), after.get(name, _ABSENT))
    else:
        yield f"{key}: {_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:  # noqa: ANN401 - JSON
    text = value if value is _ABSENT else _plain(value)
    plain = _WITHIN_URL.sub("//...@", str(text))
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 3] + "..."


def _plain(value: object) -> str:
    """A table that is new or gone by its keys with values, without what is left at its default."""
    if isinstance(value, Mapping):
        table = cast("Mapping[str, object]", value)
        told = (f"{key} = {_plain(inner)}" for key, inner in table.items() if inner not in _EMPTY)
        return "{ " + ", ".join(told) + " }"
    return " ".join(repr(value).split())


_EMPTY: tuple[object, ...] = (None, "", [], {}, False)
