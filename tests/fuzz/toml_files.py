"""Configurations and profiles: a document, or what is wrong with it, with file and line.

Invariants. ``examine`` returns, and every problem names the file and (unless the file cannot be
read as a document at all) a line of it. ``load_profile`` returns or raises ``ProfileError``.
"""

import functools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from daq.config.load import examine
from drivers.errors import ProfileError
from drivers.registry import load_profile
from tests.fuzz.choices import Choices

ROOT = Path(__file__).parents[2]
WHOLE_FILE = ("is nested too deeply", "is not a regular file", "is larger than")
VALUES = [
    "1", "-1", "0", "1e999", "nan", "inf", "9" * 30, "0x" + "f" * 40, '"x"', '""', "''", "[]", "{}",
    "true", "1979-05-27T07:32:00Z", "[[1]]", "{ a = 1 }", '"\\u0000"', '"${A}"', '"${"', '"1s"',
    '"\\ud7ff\\U0010ffff"', "[" * 60 + "]" * 60, "9" * 5000, '"' + "x" * 5000 + '"', "1_0",
    "07:32:00", '"../../etc"', '"/dev/zero"', '"a:1"', "[1, 'a', {}]",
]  # fmt: skip
"""What a value may be replaced by: each kind of TOML, at its ends."""


@functools.cache
def documents() -> tuple[tuple[bool, str], ...]:
    """Good and bad configurations (True) and profiles (False) to begin with."""
    configurations = [
        ROOT / "config/example.toml",
        ROOT / "config/demo.toml",
        *sorted((ROOT / "tests/cases/config").glob("*/config.toml")),
    ]
    profiles = sorted((ROOT / "drivers/profiles").glob("*.toml"))
    found = [(True, path.read_text("utf-8", "replace")) for path in configurations]
    return (*found, *((False, path.read_text("utf-8")) for path in profiles))


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-toml-")


def target(data: bytes) -> None:
    """Read a document that the bytes are, or that they make of a known one."""
    choices = Choices(data)
    kind = choices.below(4)
    if kind in (0, 1):
        content = choices.rest()
    else:
        configuration, text = documents()[choices.below(len(documents()))]
        kind = 0 if configuration else 1
        content = _edited(text, choices).encode("utf-8", "surrogatepass")
    path = Path(_folder().name) / "fuzz.toml"
    path.write_bytes(content)
    (_configuration if kind == 0 else _profile)(path, content)


def seeds() -> Iterator[bytes]:
    """Every known document, as it is and with one thing changed."""
    for number, (configuration, text) in enumerate(documents()):
        if len(text) < 3000:
            yield bytes([0 if configuration else 1]) + text.encode()
        yield bytes([2, number])
        yield from (
            bytes([2, number, 1, what, 0, 60, value]) for what, value in enumerate(range(6))
        )


def _configuration(path: Path, content: bytes) -> None:
    examined = examine(path, environ={})
    assert (examined.config is None) == bool(examined.errors)
    lines = content.count(b"\n") + 1
    for problem in (*examined.errors, *examined.warnings):
        assert problem.file == str(path)
        if problem.line is None:
            assert problem.message.startswith(WHOLE_FILE), problem
        else:
            assert 1 <= problem.line <= lines, problem


def _profile(path: Path, _content: bytes) -> None:
    try:
        load_profile(path)
    except ProfileError as error:
        _named(error, path)


def _edited(text: str, choices: Choices) -> str:
    lines = text.split("\n")
    for _ in range(choices.below(8)):
        edit, place = choices.below(7), choices.below(65_536) % (len(lines) or 1)
        line = lines[place] if lines else ""
        match edit:
            case 0:
                del lines[place : place + 1]
            case 1:
                lines.insert(place, lines[choices.below(65_536) % len(lines)] if lines else "")
            case 2:
                new = VALUES[choices.below(len(VALUES))]
                lines[place:place] = [re.sub(r"=.*", lambda _, new=new: f"= {new}", line)]
                del lines[place + 1 : place + 2]
            case 3:
                lines.insert(place, choices.piece(40).decode("utf-8", "replace"))
            case 4:
                lines[place : place + 1] = [choices.piece(8).decode("utf-8", "replace") + line]
            case 5:
                key, equals, value = line.partition("=")
                key += choices.piece(4).decode("latin-1")
                lines[place : place + 1] = [key + equals + value]
            case _:
                lines[place : place + 1] = [line.replace("=", ".", 1)]
    return "\n".join(lines)


def _named(error: ProfileError, path: Path) -> None:
    assert all(line.startswith(str(path)) for line in str(error).splitlines()), str(error)
