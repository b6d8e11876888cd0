"""Errors of keys that do not fit each other, reported each at its own key."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from drivers.tomlfile import did_you_mean


class Misfit(NamedTuple):
    """A key (path from the table that is checked), what is wrong with it, and what helps."""

    path: tuple[str | int, ...]
    message: str
    hint: str = ""


def refuse(misfits: Sequence[Misfit]) -> None:
    """Refuse a table in a validator; nothing if there is no misfit.

    Raises:
        ValidationError: pydantic adds its errors to those of the model being validated.
    """
    if misfits:
        raise ValidationError.from_exception_data("profile", [_detail(one) for one in misfits])


def unknown(path: tuple[str | int, ...], kind: str, name: str, known: Collection[str]) -> Misfit:
    """A name that refers to nothing."""
    have = ", ".join(sorted(known)) or "none"
    return Misfit(path, f'no {kind} "{name}"', did_you_mean(name, known) or f"there are: {have}")


def _detail(misfit: Misfit) -> InitErrorDetails:
    error = PydanticCustomError("misfit", "{text}", {"text": misfit.message, "hint": misfit.hint})
    return InitErrorDetails(type=error, loc=misfit.path, input=None)
