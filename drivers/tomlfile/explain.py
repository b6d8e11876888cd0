"""From one pydantic error to words: the key, what is allowed, what was found."""

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from drivers.tomlfile.locate import Path, resolve
from drivers.tomlfile.problem import did_you_mean
from drivers.tomlfile.shape import choices_of, describe, keys_of, shapes_at
from drivers.tomlfile.show import is_secret, shown

_TAG_ERRORS = ("union_tag_invalid", "union_tag_not_found")
_TEMPLATES = {
    "too_short": "must have at least {min_length}",
    "too_long": "must have at most {max_length}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
}
_OWN_WORDS = ("value_error", "assertion_error", *_TEMPLATES)
_BUILT_IN = frozenset(get_args(ErrorType))

SECRET = "secret"  # noqa: S105 - the name of a type of error
"""A ``PydanticCustomError`` of this type never shows the value. Any may have a ``hint``."""


class Explanation(NamedTuple):
    """An error in words, at a path that may end in a key that is missing."""

    path: Path
    message: str
    hint: str = ""


def explain(error: ErrorDetails, model: type[BaseModel], data: object) -> Explanation:
    """Say what a pydantic error means to whoever wrote ``data``."""
    loc = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "extra_forbidden":
        return _unknown_key(loc, model, data)
    if error["type"] == "missing":
        return _missing(loc, model, data)
    if error["type"] in _TAG_ERRORS and "discriminator" in error.get("ctx", {}):
        return _wrong_tag(error, loc, model, data)
    path, _ = resolve(data, loc)
    if error["loc"][-1:] == ("[key]",):
        return Explanation(path, _own_words(error), str(error.get("ctx", {}).get("hint", "")))
    return _wrong_value(error, loc, model, data)


def _unknown_key(loc: Sequence[str | int], model: type[BaseModel], data: object) -> Explanation:
    path, _ = resolve(data, loc)
    allowed = keys_of(shapes_at(model, loc[:-1]))
    hint = did_you_mean(str(loc[-1]), allowed) or f"allowed: {', '.join(allowed)}"
    return Explanation(path, "unknown key", hint)


def _missing(loc: Sequence[str | int], model: type[BaseModel], data: object) -> Explanation:
    path, _ = resolve(data, loc)
    return Explanation((*path, loc[-1]), "is missing", f"expected {_allowed(model, loc)}")


def _wrong_tag(
    error: ErrorDetails, loc: Sequence[str | int], model: type[BaseModel], data: object
) -> Explanation:
    key = str(error.get("ctx", {})["discriminator"]).strip("'")
    path = (*resolve(data, loc)[0], key)
    shapes = shapes_at(model, (*loc, key))
    if error["type"] == "union_tag_not_found":
        return Explanation(path, "is missing", f"expected {describe(shapes)}")
    tag = str(error.get("ctx", {}).get("tag"))
    message = f"must be {describe(shapes)}, found {shown(tag)}"
    return Explanation(path, message, did_you_mean(tag, map(str, choices_of(shapes))))


def _wrong_value(
    error: ErrorDetails, loc: Sequence[str | int], model: type[BaseModel], data: object
) -> Explanation:
    path, _ = resolve(data, loc)
    value = _value(data, path)
    if error["type"] in _OWN_WORDS or error["type"] not in _BUILT_IN:
        message, hint = _own_words(error), str(error.get("ctx", {}).get("hint", ""))
        silent = isinstance(value, (dict, list))
    else:
        message, hint = f"must be {_allowed(model, loc)}", _nearest(value, model, loc)
        silent = False
    if silent or error["type"] == SECRET or is_secret(path) or _mentions(message, value):
        return Explanation(path, message, hint)
    return Explanation(path, f"{message}, found {shown(value)}", hint)


def _own_words(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if context.get("min_length") == 1:
        return "must not be empty"
    if error["type"] in _TEMPLATES:
        return _TEMPLATES[error["type"]].format(**context)
    cause = context.get("error")
    if isinstance(cause, Exception):
        return str(cause)
    return error["msg"][:1].lower() + error["msg"][1:]


def _nearest(value: object, model: type[BaseModel], loc: Sequence[str | int]) -> str:
    choices = choices_of(shapes_at(model, loc))
    names = [choice for choice in choices if isinstance(choice, str)]
    return did_you_mean(value, names) if isinstance(value, str) else ""


def _mentions(message: str, value: object) -> bool:
    return isinstance(value, str) and shown(value) in message


def _allowed(model: type[BaseModel], loc: Sequence[str | int]) -> str:
    return describe(shapes_at(model, loc))


def _value(data: Any, path: Path) -> object:  # noqa: ANN401 - a tree of what TOML can hold
    for part in path:
        data = data[part]
    return data
