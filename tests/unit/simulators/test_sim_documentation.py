"""The documentation of the simulators is true: its files run, and it names every key."""

import re
from pathlib import Path

import msgspec
import pytest

from simulators import parse_scenario
from simulators.control.requests import Request
from simulators.faults import WIRE_FAULTS
from simulators.schema import DeviceTable, FaultTable, LabTable, WireTable

DOCS = Path(__file__).parents[3] / "docs" / "reference"
PAGE = (DOCS / "simulators.md").read_text()


def test_the_example_of_a_file_is_a_laboratory() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    scenario = parse_scenario(text)
    assert [device.name for device in scenario.devices] == ["mains", "furnace", "multimeter"]


@pytest.mark.parametrize("table", [LabTable, WireTable, DeviceTable, FaultTable])
def test_every_key_is_described(table: type[LabTable]) -> None:
    keys = {field.alias or name for name, field in table.model_fields.items()}
    for key in keys - {"wire", "device", "fault"}:
        assert f"`{key}`" in PAGE, key


@pytest.mark.parametrize("kind", WIRE_FAULTS)
def test_every_kind_of_fault_is_described(kind: str) -> None:
    assert f"| `{kind}` |" in PAGE


def test_every_request_is_described() -> None:
    schema = msgspec.json.schema(Request)
    tags = set(schema["discriminator"]["mapping"])
    assert tags == set(re.findall(r'`\{"do": "(\w+)"', PAGE))


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        assert (DOCS / link).exists(), link
