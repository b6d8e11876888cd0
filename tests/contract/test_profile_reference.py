"""The reference of profiles is made of code; the examples of the how-to are profiles that work."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast, get_args

import pytest
from pydantic import BaseModel

from drivers.binary.profile import BinaryProfile
from drivers.errors import ProfileError
from drivers.modbus.profile import ModbusProfile
from drivers.model import Status
from drivers.profile import Profile, Transcript
from drivers.reference import PAGE, TITLES, meanings_of, reference_text
from drivers.registry import load_profile
from drivers.text.profile import TextProfile
from drivers.tomlfile.shape import Shape, shapes_of
from drivers.transcript import failures

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "profiles.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL)


def name_of(example: str) -> str:
    return example.split('name = "', 1)[1].split('"', 1)[0]


def models_in(shapes: tuple[Shape, ...]) -> Iterator[type[BaseModel]]:
    """Every table that may stand in a file, wherever."""
    for shape in shapes:
        model = cast("object", shape.type)
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield model
            for field in model.model_fields.values():
                yield from models_in(shapes_of(field.annotation))
        else:
            for inner in get_args(model):
                yield from models_in(shapes_of(inner))


TABLES = sorted(
    {
        model
        for family in (TextProfile, ModbusProfile, BinaryProfile)
        for model in models_in(shapes_of(family))
        if not issubclass(model, Profile) and model not in Transcript.__subclasses__()
    },
    key=lambda model: f"{model.__module__}.{model.__name__}",
)


def test_the_reference_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == reference_text(), "run `make schema`"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.__module__}.{table.__name__}")
def test_every_table_is_in_the_reference(table: type[BaseModel]) -> None:
    assert table in TITLES
    explained = {key for base in table.__mro__ if base in TITLES for key in meanings_of(base)}
    assert explained == set(table.model_fields)


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
async def test_an_example_works(example: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name_of(example)}.toml"
    path.write_text(example, "utf-8")
    profile = load_profile(path)
    assert len(profile.transcript) >= 2
    assert await failures(profile) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.__module__}.{table.__name__}")
def test_a_key_without_a_meaning_is_an_error(table: type[BaseModel]) -> None:
    assert all(meanings_of(table).values())


def test_every_reason_is_listed() -> None:
    page = reference_text()
    assert [status for status in Status if f'`"{status.reason or "good"}"`' not in page] == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6
    with pytest.raises(ProfileError):
        load_profile("example-balance")
