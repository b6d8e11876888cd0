"""Environment variables in a scenario's strings, and how its errors are worded."""

import difflib
import os
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias, cast

Problem: TypeAlias = tuple[str, str]
"""A key, and what is wrong with it."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def substitute(value: object, key: str, problems: list[Problem]) -> object:
    """The value with ${NAME} and ${NAME:-default} replaced in all its strings."""
    if isinstance(value, str):
        return _replace(value, key, problems)
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        return {name: substitute(each, f"{key}.{name}", problems) for name, each in table.items()}
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [substitute(each, f"{key}[{i}]", problems) for i, each in enumerate(items)]
    return value


def _replace(text: str, key: str, problems: list[Problem]) -> str:
    def replacement(match: re.Match[str]) -> str:
        value = os.environ.get(match[1]) or match[2]
        if value is None:
            problems.append((key, f"the environment has no {match[1]}, and there is no default"))
            return match[0]
        return value

    return _VARIABLE.sub(replacement, text)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to the nearest word that exists; empty when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def locate(key: str, location: Sequence[str | int]) -> str:
    """The key of a part of a table."""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}"
    return key
