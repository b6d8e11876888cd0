"""docs/reference/profiles.md: its examples are profiles that work, and it explains every key."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from drivers.binary.keys import BinaryChannel, IdentityField, Marker
from drivers.binary.keys import Identify as BinaryIdentify
from drivers.binary.keys import StatusSpec as BinaryStatus
from drivers.binary.keys import Wire as BinaryWire
from drivers.errors import ProfileError
from drivers.modbus.keys import DecimalsSpec, Match, ModbusChannel, StatusSpec, Wire
from drivers.modbus.keys import Identify as ModbusIdentify
from drivers.model import Status
from drivers.profile import Head, SerialDefaults, Step, Transcript
from drivers.registry import load_profile
from drivers.text.ask import Ask, Query, Stream, Write
from drivers.text.channel import Conversion, Sentinel, TextChannel
from drivers.text.checksum import Checksum
from drivers.text.form import Alternative
from drivers.text.keys import Identify, Line, StartWrite
from drivers.text.rule import StatusRule
from drivers.transcript import failures

PAGE = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TABLES: list[type[BaseModel]] = [
    Head,
    SerialDefaults,
    Step,
    Transcript,
    Line,
    Checksum,
    StartWrite,
    Ask,
    Query,
    Stream,
    Write,
    Alternative,
    Identify,
    StatusRule,
    TextChannel,
    Sentinel,
    Conversion,
    Wire,
    ModbusChannel,
    StatusSpec,
    DecimalsSpec,
    ModbusIdentify,
    Match,
    BinaryWire,
    BinaryChannel,
    BinaryStatus,
    BinaryIdentify,
    IdentityField,
    Marker,
]


def name_of(example: str) -> str:
    return example.split('name = "', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
async def test_an_example_works(example: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name_of(example)}.toml"
    path.write_text(example, "utf-8")
    profile = load_profile(path)
    assert len(profile.transcript) >= 2
    assert await failures(profile) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.__module__}.{table.__name__}")
def test_every_key_is_explained(table: type[BaseModel]) -> None:
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))
    keys = {field.alias or name for name, field in table.model_fields.items()}
    assert keys <= words


def test_every_reason_is_listed() -> None:
    assert [status for status in Status if f'`"{status.reason or "good"}"`' not in PAGE] == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6
    with pytest.raises(ProfileError):
        load_profile("example-balance")
