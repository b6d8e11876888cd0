"""Errors of TOML files: every one at once, at its line, in words, and nothing secret."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Discriminator, Field, Tag, field_validator, model_validator
from pydantic_core import PydanticCustomError

from drivers.tomlfile import (
    Document,
    Expects,
    Problem,
    TomlError,
    did_you_mean,
    load_model,
    locate,
)
from drivers.tomlfile.show import shown
from tests.examples import examples


class Strict(BaseModel, frozen=True, extra="forbid"):
    pass


class Circle(Strict, frozen=True):
    kind: Literal["circle"]
    radius: float = Field(gt=0)


class Square(Strict, frozen=True):
    kind: Literal["square"]
    side: float


class Low(Strict, frozen=True):
    low: int
    high: int

    @model_validator(mode="after")
    def _ordered(self) -> "Low":
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class Coded(Strict, frozen=True):
    password: str = ""
    pin: Annotated[int, Field(ge=0)] = 0

    @field_validator("pin")
    @classmethod
    def _never_shown(cls, pin: int) -> int:
        raise PydanticCustomError("secret", "must stand elsewhere", {"hint": "move it"})


Shape = Annotated[Circle | Square, Field(discriminator="kind")]


class Model(Strict, frozen=True):
    title: str = ""
    baud: Annotated[int, Field(ge=50, le=4_000_000)] = 9600
    share: Annotated[float, Field(ge=0)] = 0.0
    ratio: Annotated[float, Field(lt=1)] = 0.0
    parity: Literal["none", "even", "odd"] = "none"
    flag: bool = False
    wait: Annotated[float, Expects("a duration")] = 0.0
    either: int | bool | None = None
    names: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    limits: Low | None = None
    coded: Coded | None = None
    shape: dict[Annotated[str, Field(pattern="^[a-z]+$")], Shape] = {}
    table: dict[str, Low] = {}


def problems(tmp_path: Path, text: str, model: type[BaseModel] = Model) -> list[str]:
    file = tmp_path / "file.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(TomlError) as caught:
        load_model(file, model)
    assert all(problem.file == str(file) for problem in caught.value.problems)
    return str(caught.value).replace(f"{file}:", "").split("\n")


def test_a_good_file_is_a_model(tmp_path: Path) -> None:
    file = tmp_path / "good.toml"
    file.write_text('title = "x"\r\n[shape.a]\r\nkind = "circle"\r\nradius = 2\r\n')
    model = load_model(file, Model)
    assert model.shape == {"a": Circle(kind="circle", radius=2.0)}


def test_all_errors_come_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = '[limits]\nlow = "x"\nhihg = 2\n\n[shape.a]\nkind = "circle"\nradius = 0\n'
    assert problems(tmp_path, text) == [
        "1: limits.high: is missing (expected a whole number)",
        '2: limits.low: must be a whole number, found "x"',
        '3: limits.hihg: unknown key (did you mean "high"?)',
        "7: shape.a.radius: must be a number above 0, found 0",
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("baud = 20", "1: baud: must be a whole number from 50 to 4000000, found 20"),
        ("baud = 9600.5", "1: baud: must be a whole number from 50 to 4000000, found 9600.5"),
        ("share = -1.0", "1: share: must be a number at least 0, found -1.0"),
        ("ratio = 1.5", "1: ratio: must be a number below 1, found 1.5"),
        ('flag = "perhaps"', '1: flag: must be true or false, found "perhaps"'),
        ("title = true", "1: title: must be text in quotes, found true"),
        ("title = ['a']", "1: title: must be text in quotes, found an array"),
        ("wait = 'x'", '1: wait: must be a duration, found "x"'),
        ("either = 'x'", '1: either: must be a whole number or true or false, found "x"'),
        ("limits = 3", "1: limits: must be a table, found 3"),
        ("limits = { low = 2, high = 1 }", "1: limits: low must not be above high"),
        ("names = [\n'ab',\n'c']", "3: names[1]: must have at least 2 characters, found "),
        ("names = 'ab'", '1: names: must be an array of text in quotes, found "ab"'),
        ("\nlimitss = 1", '2: limitss: unknown key (did you mean "limits"?)'),
        ("colour = 1", "1: colour: unknown key (allowed: title, baud, "),
        ("title = 1979-05-27", "1: title: must be text in quotes, found 1979-05-27"),
        (
            'parity = "evne"',
            '1: parity: must be one of "none", "even", "odd", found "evne" (did you mean "even"?)',
        ),
    ],
)
def test_an_error_says_what_is_allowed_and_what_was_found(
    tmp_path: Path, line: str, error: str
) -> None:
    (problem,) = problems(tmp_path, line)
    assert problem.startswith(error)


def test_a_union_reports_only_the_branch_that_was_meant(tmp_path: Path) -> None:
    text = '[shape.a]\nkind = "square"\nradius = 1\n[shape.b]\nkind = "circ"\n[shape.c]\n'
    assert problems(tmp_path, text) == [
        "1: shape.a.side: is missing (expected a number)",
        "3: shape.a.radius: unknown key (allowed: kind, side)",
        '5: shape.b.kind: must be one of "circle", "square", found "circ" (did you mean "circle"?)',
        '6: shape.c.kind: is missing (expected one of "circle", "square")',
    ]


def _by_side(value: Any) -> str:  # noqa: ANN401 - a discriminator takes anything
    return "square" if "side" in value else "circle"


class Untagged(Strict, frozen=True):
    shape: Annotated[
        Annotated[Low, Tag("square")] | Annotated[Coded, Tag("circle")], Discriminator(_by_side)
    ]


def test_a_union_told_apart_by_a_function(tmp_path: Path) -> None:
    assert problems(tmp_path, "[shape]\nside = 1\nlow = 1\nhigh = 2\n", Untagged) == [
        "2: shape.side: unknown key (allowed: low, high)"
    ]


def test_a_wrong_name_is_reported_at_its_table(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, '\n[shape."A b"]\nkind = "square"\nside = 1\n')
    assert problem.startswith('2: shape."A b": must match ^[a-z]+$')


@pytest.mark.parametrize(
    "text",
    [
        '[coded]\npassword = ["hunter2"]',
        "[coded]\npin = 3812",
        '[coded]\npasswrd = "hunter2"',
        '[coded]\nhunter = 3812\npassword = { hunter2 = "hunter2" }',
        'coded = "hunter2 at mqtt://bob:hunter2@broker"\n[coded2]\n',
    ],
)
def test_a_secret_is_never_shown(tmp_path: Path, text: str) -> None:
    shown = "\n".join(problems(tmp_path, text))
    assert "3812" not in shown
    assert ":hunter2@" not in shown
    assert '"hunter2"' not in shown


def test_a_custom_error_brings_its_hint(tmp_path: Path) -> None:
    assert problems(tmp_path, "[coded]\npin = 3812") == [
        "2: coded.pin: must stand elsewhere (move it)"
    ]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("title = hunter2", "1: not TOML: column 9: invalid value"),
        ("a = 1\n\n[b\n", "3: not TOML: column 3: expected ']' at the end of a table declaration"),
        ("a = 1\na = 2\n", "2: not TOML: column 6: this key or table is there a second time"),
        ("a = '''\n\n", "3: not TOML: expected \"'''\" at the end of the file"),
        ("a = [\n 1\n", "3: not TOML: unclosed array at the end of the file"),
    ],
)
def test_a_syntax_error_has_line_and_column(tmp_path: Path, text: str, error: str) -> None:
    assert problems(tmp_path, text) == [error]


def test_what_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(TomlError, match=r"none\.toml: cannot be read: No such file"):
        Document.read(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(TomlError, match=r"bad\.toml:2: is not UTF-8 text"):
        Document.read(bad)
    bad.write_text("a = " + "[" * 5000)
    with pytest.raises(TomlError, match=r"bad\.toml: is nested too deeply"):
        Document.read(bad)


def test_a_problem_reads_as_a_line() -> None:
    assert str(Problem("f.toml", 3, "a.b", "is wrong", "do this")) == (
        "f.toml:3: a.b: is wrong (do this)"
    )
    assert str(Problem("f.toml", None, "", "is wrong")) == "f.toml: is wrong"


def test_what_is_found_is_cut_and_printable(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f'flag = "\\u001b[31m{"x" * 500}"')
    assert len(problem) < 120
    assert "\x1b" not in problem


def test_did_you_mean_names_at_most_two() -> None:
    assert did_you_mean("bauds", ["baud", "bands", "ba", "port"]) == (
        'did you mean "baud" or "bands"?'
    )
    assert did_you_mean("x", ["baud"]) == ""


LAYOUT = """\
# comment
title = "x"
[bus.a]
port = "p" # c
[sink.x]
type = "mqtt"
tls.ca = "y"
tls.key = "y"
[bus.b]
baud = 1
arr = [
  1,
  2, # two
  { z = 1, y = 2 },
]
inl = { file = "x", env = "y" }
"q r" = \"\"\"
[fake]
b\"\"\"
last = 1
[[ch]]
name = "1"
[[ch]]
name = "2"
  [ch.sub]
  z = 1
[instrument.mains.group.power]
i = 1
[bus]
timeout = 1
[instrument.mains]
unit = 1
"""


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        ((), 1),
        (("title",), 2),
        (("nothing",), 1),
        (("bus", "a"), 3),
        (("bus", "a", "port"), 4),
        (("bus", "a", "missing"), 3),
        (("sink", "x", "mqtt", "host"), 5),
        (("sink", "x", "mqtt", "type"), 6),
        (("sink", "x", "tls"), 7),
        (("sink", "x", "tls", "key"), 8),
        (("sink", "x", "tls", "missing"), 7),
        (("bus", "b"), 9),
        (("bus", "b", "arr"), 11),
        (("bus", "b", "arr", 1), 13),
        (("bus", "b", "arr", 2, "y"), 14),
        (("bus", "b", "arr", 9), 11),
        (("bus", "b", "inl", "env"), 16),
        (("bus", "b", "inl", "missing"), 16),
        (("bus", "b", "q r"), 17),
        (("bus", "b", "last"), 20),
        (("ch",), 21),
        (("ch", 1), 23),
        (("ch", 1, "name"), 24),
        (("ch", 1, "missing"), 23),
        (("ch", 1, "sub", "z"), 26),
        (("instrument", "mains", "group", "power", "i"), 28),
        (("instrument", "mains", "group", "power"), 27),
        (("bus", "timeout"), 30),
        (("instrument", "mains", "unit"), 32),
        (("instrument", "mains", "profile"), 31),
    ],
)
def test_locate_finds_the_line(loc: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(LAYOUT)
    assert locate(LAYOUT, loc) == line


def test_locate_of_what_is_not_toml_is_nowhere() -> None:
    assert locate("a = [", ("a",)) is None


KEYS = st.text("abcdefgh_- é中", min_size=1, max_size=6)
SCALARS = st.one_of(st.integers(-99, 99), st.booleans(), st.text(max_size=8))
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.dictionaries(KEYS, inner, max_size=3), st.lists(inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


def _leaves(tree: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401 - a tree of TOML
    if not isinstance(tree, (dict, list)):
        return [path]
    inside = cast("dict[str, Any] | list[Any]", tree)
    pairs = inside.items() if isinstance(inside, dict) else enumerate(inside)
    return [leaf for key, inner in pairs for leaf in _leaves(inner, (*path, key))]


@examples(60)
@given(TREES)
def test_every_key_of_any_document_has_its_line(tree: dict[str, Any]) -> None:
    text = tomlkit.dumps(tree)
    lines = text.split("\n")
    for path in _leaves(tree):
        line = locate(text, path)
        assert line is not None
        assert 1 <= line <= len(lines)
        keys = [part for part in path if isinstance(part, str)]
        if isinstance(path[-1], str) and path[-1].isascii():
            assert keys[-1] in lines[line - 1]


@examples(150)
@given(TREES)
def test_no_document_makes_anything_but_problems(tree: dict[str, Any]) -> None:
    text = tomlkit.dumps(tree)
    document = Document("x.toml", text, tomllib.loads(text))
    found = _problems_of(document)
    assert all(problem.line for problem in found)


def _problems_of(document: Document) -> tuple[Problem, ...]:
    try:
        document.model(Model)
    except TomlError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("http://user:horse@host", '"http://...@host"'),
        ("http://user:ho/rse@host/x", '"http://...@host/x"'),
        ("user:horse@host:1883", '"...@host:1883"'),
        ("no user here", '"no user here"'),
    ],
)
def test_a_password_before_a_host_is_not_shown(value: str, seen: str) -> None:
    assert shown(value) == seen
