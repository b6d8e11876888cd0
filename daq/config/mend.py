"""Takes what is wrong out of an instrument, so that the rest of it can be checked at once."""

import copy
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from daq.config.instrument import InstrumentConfig

_STAND_IN = {"all": {"interval": "1s"}}
"""Stands for groups that are missing or all wrong; it has no channels to complain of."""


def mended(entry: object, context: Mapping[str, Any]) -> InstrumentConfig | None:
    """The instrument without its wrong keys; None when nothing is left that can be checked."""
    try:
        return InstrumentConfig.model_validate(entry, context=dict(context))
    except ValidationError as error:
        if not isinstance(entry, dict):
            return None
        rest = _without_wrong_keys(cast("dict[str, Any]", entry), error)
    try:
        return InstrumentConfig.model_validate(rest, context=dict(context))
    except ValidationError:
        return None


def _without_wrong_keys(entry: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    rest = copy.deepcopy(entry)
    for problem in error.errors():
        key, *inner = problem["loc"] or ("",)
        groups = rest.get("group")
        if key == "group" and inner and isinstance(groups, dict):
            cast("dict[Any, Any]", groups).pop(inner[0], None)
        else:
            rest.pop(str(key), None)
    if not rest.get("group"):
        rest["group"] = _STAND_IN
    return rest
