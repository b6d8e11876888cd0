"""`daq journal check` on sound and damaged journals."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from daq.__main__ import cli
from daq.journal.schema import VERSION
from tests.journal_samples import append, running, series_key

CONFIG = '[site]\nname = "lab"\n[journal]\npath = "journal.db"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    async def write() -> None:
        async with running(tmp_path / "journal.db") as journal:
            series = journal.series(series_key())
            for number in range(5000):
                append(journal, series, number)

    asyncio.run(write())
    file = tmp_path / "daq.toml"
    file.write_text(CONFIG)
    return file


def check(config: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["journal", "check", str(config), *options])
    return result.exit_code, result.output


def test_a_sound_journal(config: Path) -> None:
    code, said = check(config)
    assert code == 0
    assert f"schema {VERSION}" in said
    assert "5000 entries, 1 to 5000\nevery row is what was written" in said


@pytest.mark.parametrize("place", [0.4, 0.6, 0.9])
def test_a_damaged_journal(config: Path, place: float) -> None:
    path = config.with_name("journal.db")
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1
    path.write_bytes(content)
    code, said = check(config, "--json")
    found = json.loads(said)
    assert code == 1
    assert str(path) in found["damage"]
    assert "damaged\n" in check(config)[1]


def test_numbers_that_are_missing(config: Path) -> None:
    path = config.with_name("journal.db")

    async def damage_and_recover() -> None:
        with path.open("r+b") as stream:
            stream.seek(path.stat().st_size // 2 // 4096 * 4096)
            stream.write(bytes(4096))
        async with running(path) as journal:
            await asyncio.wait([asyncio.ensure_future(journal.read(0, 5000))])

    asyncio.run(damage_and_recover())
    code, said = check(config)
    assert code == 0
    assert "numbers missing (events say why): " in said
