"""The pages made of code are those in the repository, and events are told as they are listed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from daq.journal import kinds
from daq.journal.kinds import KINDS, Kind
from daq.reference.pages import FOLDER, PAGES

ROOT = Path(__file__).parents[2]
SEVERITIES = {"info", "warning", "error"}
TELLERS = {"append_event", "Notice"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_stale(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run `make schema`"


def test_kinds_are_told_apart() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def told() -> Iterator[tuple[str, ast.Call]]:
    """Every place in the daemon that tells of an event."""
    for file in sorted((ROOT / "daq").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in TELLERS:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def kind_of(call: ast.Call) -> Kind | None:
    """The kind it names as ``kinds.NAME.name``; None where it is a variable."""
    match call.args[0]:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="kinds"), attr=name)):
            return getattr(kinds, name)
        case _:
            return None


def test_no_kind_is_a_literal() -> None:
    places = [place for place, call in told() if isinstance(call.args[0], ast.Constant)]
    assert places == [], "a kind of event is named from daq/journal/kinds.py"


def test_every_kind_is_told_somewhere() -> None:
    used = {
        node.attr
        for file in (ROOT / "daq").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr.isupper()
        and getattr(node.value, "id", "") == "kinds"
    }
    assert used == {name for name, value in vars(kinds).items() if isinstance(value, Kind)}


def test_severities_and_particulars_are_those_of_the_list() -> None:
    seen = 0
    for place, call in told():
        kind = kind_of(call)
        if kind is None:
            continue
        seen += 1
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        parts = [*call.args[1:], *given.values()]
        dicts = [part for part in parts if isinstance(part, ast.Dict)]
        keys = {ast.literal_eval(key) for each in dicts for key in each.keys if key is not None}
        assert keys <= set(kind.data), place
        severity = given.get("severity") or (call.args[2] if len(call.args) > 4 else None)
        named = (
            [severity] if not isinstance(severity, ast.IfExp) else [severity.body, severity.orelse]
        )
        words = {part.value for part in named if isinstance(part, ast.Constant)} or {"info"}
        assert words == set(kind.severities) & SEVERITIES, place
    assert seen >= 20
