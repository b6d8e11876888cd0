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
_SAYS_IT = ("too_short", "too_long", "string_too_short", "string_too_long")
_OWN_WORDS = ("value_error", "assertion_error", *_SAYS_IT)
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
    own = error["type"] in _OWN_WORDS or error["type"] not in _BUILT_IN
    if own:
        message, hint = _own_words(error), str(error.get("ctx", {}).get("hint", ""))
    else:
        choices = [choice for choice in choices_of(shapes_at(model, loc)) if choice is not None]
        near = [choice for choice in choices if isinstance(choice, str)]
        hint = did_you_mean(value, near) if isinstance(value, str) else ""
        message = f"must be {_allowed(model, loc)}"
    found = shown(value)
    container = isinstance(value, (dict, list))
    hidden = error["type"] == SECRET or is_secret(path)
    if hidden or (own and container) or found in message:
        return Explanation(path, message, hint)
    return Explanation(path, f"{message}, found {found}", hint)


def _own_words(error: ErrorDetails) -> str:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Exception):
        return str(cause)
    message = error["msg"]
    return message[:1].lower() + message[1:]


def _allowed(model: type[BaseModel], loc: Sequence[str | int]) -> str:
    return describe(shapes_at(model, loc))


def _value(data: Any, path: Path) -> object:  # noqa: ANN401 - a tree of what TOML can hold
    for part in path:
        data = data[part]
    return data
