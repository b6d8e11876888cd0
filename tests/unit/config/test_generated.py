"""What is generated from the models is what stands in the repository."""

import json
import tomllib
from pathlib import Path
from typing import Any, cast

import pytest

from daq.config.reference import reference_text
from daq.config.schema import schema_text

ROOT = Path(__file__).parents[3]


def test_the_schema_is_not_stale() -> None:
    stored = (ROOT / "config/daq.schema.json").read_text("utf-8")
    assert stored == schema_text(), "run `make schema`"


def test_the_reference_is_not_stale() -> None:
    stored = (ROOT / "docs/reference/configuration.md").read_text("utf-8")
    assert stored == reference_text(), "run `make schema`"


@pytest.mark.parametrize("name", ["example.toml", "demo.toml"])
def test_the_schema_knows_every_key_of_the_configurations_we_ship(name: str) -> None:
    schema = json.loads(schema_text())
    data = tomllib.loads((ROOT / "config" / name).read_text("utf-8"))
    data.pop("lab", None)
    assert _unknown(data, schema, schema) == []


def test_the_example_shows_every_key() -> None:
    text = (ROOT / "config/example.toml").read_text("utf-8")
    schema = json.loads(schema_text())
    words = set(text.replace("[", " ").replace(".", " ").replace("]", " ").split())
    for table in schema["$defs"].values():
        assert set(table["properties"]) - words - {"event_measurement", "file", "env"} == set()


def _unknown(data: Any, node: Any, schema: Any, path: str = "") -> list[str]:  # noqa: ANN401 - a tree of JSON
    """Keys of the data that no branch of the schema allows."""
    node = _resolved(node, schema)
    branches = [_resolved(branch, schema) for branch in node.get("oneOf", node.get("anyOf", []))]
    if branches:
        return min((_unknown(data, branch, schema, path) for branch in branches), key=len)
    if not isinstance(data, dict):
        return []
    found: list[str] = []
    for key, value in cast("dict[str, Any]", data).items():
        inner = node.get("properties", {}).get(key)
        if inner is None and "patternProperties" in node:
            inner = next(iter(node["patternProperties"].values()))
        if inner is None:
            found.append(f"{path}.{key}")
        else:
            found += _unknown(value, inner, schema, f"{path}.{key}")
    return found


def _resolved(node: Any, schema: Any) -> Any:  # noqa: ANN401 - a tree of JSON
    return schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
