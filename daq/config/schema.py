"""The JSON schema of the configuration, for editors that complete and check TOML."""

import json
from typing import Any, TypeAlias, cast

from pydantic.json_schema import GenerateJsonSchema

from daq.config.config import Config
from drivers.units import SIZE_PATTERN, show_duration, show_size

Node: TypeAlias = dict[str, Any]

_NUMBERS = ("integer", "number", "boolean")
_VARIABLE = {"type": "string", "pattern": r"^\$\{[^}]+\}$"}
"""A variable may stand where a number is wanted."""


def schema_text() -> str:
    """The schema as JSON text, the same for the same code."""
    document = {
        "$schema": GenerateJsonSchema.schema_dialect,
        **_tidy(Config.model_json_schema()),
        "title": "Configuration of lab-daq",
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Node) -> Node:
    """What matters to who writes TOML: no null, no titles made of names, units as written."""
    tidy: Node = {key: _inside(value) for key, value in node.items() if not _is_noise(key, value)}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = tidy["description"].partition("\n\n")[0].replace("``", "`")
    if "anyOf" in tidy:
        return _without_null(tidy)
    if isinstance(tidy.get("default"), (int, float)) and tidy.get("type") == "string":
        tidy["default"] = _as_written(tidy["default"], tidy["pattern"])
    if tidy.get("type") in _NUMBERS and not tidy.keys() & {"enum", "const"}:
        return _or_variable(tidy)
    return tidy


def _without_null(node: Node) -> Node:
    branches = [branch for branch in node.pop("anyOf") if branch != {"type": "null"}]
    return {**node, **branches[0]} if len(branches) == 1 else {**node, "anyOf": branches}


def _or_variable(node: Node) -> Node:
    kept = {key: node.pop(key) for key in ("description", "default") if key in node}
    return {**kept, "anyOf": [node, _VARIABLE]}


def _as_written(value: float, pattern: str) -> str:
    return show_size(value) if SIZE_PATTERN in pattern else show_duration(value)


def _inside(value: object) -> object:
    if isinstance(value, dict):
        return _tidy(cast("Node", value))
    if isinstance(value, list):
        return [_inside(item) for item in cast("list[object]", value)]
    return value


def _is_noise(key: str, value: object) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
