"""``${NAME}`` and ``${NAME:-default}`` in the strings of a configuration.

``$${`` stands for a literal ``${``. As in a shell, a default also replaces an empty variable.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias, cast

Path: TypeAlias = tuple[str | int, ...]

_FORM = re.compile(r"\$(?P<escape>\$\{)|\$\{(?P<inside>[^}]*)(?P<end>\}?)")
_INSIDE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:-.*)?", re.DOTALL)


class Expanded(str):
    """Text that came through a variable: may stand for a number where one is wanted."""

    __slots__ = ()


class Unexpanded(NamedTuple):
    """A string that could not be expanded, and why."""

    path: Path
    message: str
    hint: str = ""


def expand(
    data: Mapping[str, Any], environ: Mapping[str, str], *, skip: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], list[Unexpanded]]:
    """The data with every string expanded, except in the top-level tables of ``skip``.

    A string that cannot be expanded stays as it is and is reported. So is a NUL, which no path
    can hold, and which is taken out.
    """
    failed: list[Unexpanded] = []

    def text(value: str, path: Path) -> str:
        if "\0" in value:
            failed.append(Unexpanded(path, "holds a NUL character"))
            return value.replace("\0", "")
        try:
            return expand_text(value, environ)
        except ValueError as error:
            failed.append(Unexpanded(path, *error.args))
            return value

    result = {
        key: value if key in skip else _walk(value, (key,), text) for key, value in data.items()
    }
    return result, failed


def expand_text(text: str, environ: Mapping[str, str]) -> str:
    """One string expanded.

    Raises:
        ValueError: a variable is not set and has no default, or the form is wrong; args are
            the message and a hint.
    """
    if "${" not in text:
        return text
    return Expanded(_FORM.sub(lambda match: _replacement(match, environ), text))


def _replacement(match: re.Match[str], environ: Mapping[str, str]) -> str:
    if match["escape"]:
        return "${"
    inside = _INSIDE.fullmatch(match["inside"])
    if not match["end"] or inside is None:
        raise ValueError(
            "has a ${ that is not of the form ${NAME} or ${NAME:-default}",
            "write $${ for a literal ${",
        )
    name, default = inside["name"], inside["default"]
    value = environ.get(name)
    if default is not None:
        return value or default[2:]
    if value is None:
        raise ValueError(
            f"environment variable {name} is not set",
            f"set it, or give a default: ${{{name}:-...}}",
        )
    return value


def _walk(value: object, path: Path, text: Callable[[str, Path], str]) -> object:
    if isinstance(value, str):
        return text(value, path)
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        return {key: _walk(inner, (*path, key), text) for key, inner in table.items()}
    if isinstance(value, list):
        array = cast("list[object]", value)
        return [_walk(inner, (*path, index), text) for index, inner in enumerate(array)]
    return value
