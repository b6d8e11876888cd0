"""Writes docs/reference/profiles.md from the tables of a profile: ``python -m drivers.reference``.

What a key means stands below it in the code, what a table means in the docstring of its class.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from drivers.binary import keys as binary
from drivers.duration import seconds
from drivers.modbus import keys as modbus
from drivers.model import Quality, Status
from drivers.profile import AlarmTemplate, ChannelSpec, Head, SerialDefaults, Step, Transcript
from drivers.reason import BadReason, Doubt, Reason
from drivers.text import keys as text
from drivers.text.ask import Ask, Query, Reply, Stream, Write
from drivers.text.channel import Conversion, Sentinel, TextChannel
from drivers.text.checksum import Checksum
from drivers.text.form import Alternative
from drivers.text.rule import StatusRule
from drivers.tomlfile.shape import Shape, choices_of, describe, shapes_of
from drivers.units import show_duration

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "profiles.md"


class Part(NamedTuple):
    """A chapter of the page: its tables in order, each with its title."""

    title: str
    about: str
    tables: Sequence[tuple[str, type[BaseModel]]]


PARTS = (
    Part(
        "Every profile",
        "",
        (
            ("[profile]", Head),
            ("[serial]", SerialDefaults),
            ("[channel.NAME]", ChannelSpec),
            ("[alarm.NAME]", AlarmTemplate),
            ("[[transcript]]", Transcript),
            ("A step of a transcript", Step),
        ),
    ),
    Part(
        "The text family",
        "For everything that speaks in lines: SCPI, and the ASCII protocols of balances, "
        "transmitters and controllers. A query is a command and the forms its reply may have; a "
        "channel takes a field of a reply; a read asks each query its channels need once.",
        (
            ("[text]", text.Line),
            ("[text.checksum]", Checksum),
            ("What is said", Reply),
            ("A form of a reply", Alternative),
            ("A command", Ask),
            ("[query.NAME]", Query),
            ("[stream.NAME]", Stream),
            ("[write.NAME]", Write),
            ("A write that is named", text.StartWrite),
            ("[identify] in the text family", text.Identify),
            ("[channel.NAME] in the text family", TextChannel),
            ("A conversion of units", Conversion),
            ("A sentinel", Sentinel),
            ("A status rule", StatusRule),
        ),
    ),
    Part(
        "The Modbus family",
        "A channel is a register (or two, or four); registers that lie together are read in one "
        "request. RTU and TCP are a matter of the bus, not of the profile.",
        (
            ("[modbus]", modbus.Wire),
            ("A register", modbus.RegisterSpec),
            ("[channel.NAME] in the Modbus family", modbus.ModbusChannel),
            ("[channel.NAME.status] in the Modbus family", modbus.StatusSpec),
            ("[channel.NAME.decimals]", modbus.DecimalsSpec),
            ("[identify] in the Modbus family", modbus.Identify),
            ("[[identify.match]]", modbus.Match),
        ),
    ),
    Part(
        "The binary family",
        "For instruments that answer in frames of bytes and speak one of two protocols: AIBUS "
        "(controllers of Yudian's AI series and their relatives) and DL/T 645-2007 (electricity "
        "meters). The frames are code; the profile says what is asked for and where the values "
        "lie. The bytes of a value are always sent lowest first. A configuration gives every "
        'instrument its `address`: in AIBUS `"0"` to `"80"`, in DL/T 645 the twelve digits on the '
        "plate.",
        (
            ("[binary]", binary.Wire),
            ("A field", binary.FieldSpec),
            ("[channel.NAME] in the binary family", binary.BinaryChannel),
            ("[channel.NAME.status] in the binary family", binary.StatusSpec),
            ("[identify] in the binary family", binary.Identify),
            ("A field of [identify]", binary.IdentityField),
            ("[marker.NAME]", binary.Marker),
        ),
    ),
)
_LABEL = re.compile(r"^``\[.*?\]``(?: of a \w+ profile)?: ")
"""The title says it already."""

TITLES = {model: title for part in PARTS for title, model in part.tables}

HEAD = """\
# The format of profiles

Made by `make schema` from the tables in `drivers/`; do not edit. For whoever describes an
instrument; [how that is done](../how-to/profiles.md), with an example for everything here.

A profile is one TOML file for one model of instrument. A configuration names a bundled one
(`profile = "keithley-2000"`, see `daq drivers list`), the path of a file of your own
(`profile = "lab/our-meter.toml"`), or the name of a file in the folder of your own profiles
(`[profiles] folder = "lab"`, then `profile = "our-meter"`). Another Python package offers profiles
by an entry point, `[project.entry-points."lab_daq.profiles"] acme = "acme_daq.profiles"`: every
`.toml` file of that package is then a profile. Every error in a profile is reported with file,
line, key, what is allowed and the nearest name.

- **Nothing is guessed.** What a profile does not foresee becomes a bad status or an error, never a
  value. An unknown key is an error.
- **Durations** are texts such as `"50us"`, `"250ms"`, `"3s"`, `"1min"`, at most 10 minutes.
- **Names** are lower-case letters, digits, `-` and `_`; those of channels have no `-`.
- **Reasons** name a status:
"""


def reference_text() -> str:
    """The page as Markdown, the same for the same code."""
    return HEAD + "".join(_reasons()) + "".join(map(_part, PARTS))


def _reasons() -> Iterator[str]:
    yield "\n| Quality | There is | Reasons |\n|---|---|---|\n"
    for quality, value in zip(Quality, ("a value", "a value", "no value"), strict=True):
        named = [f'`"{s.reason or "good"}"`' for s in Status if s.quality is quality]
        yield f"| {quality.name.lower()} | {value} | {', '.join(named)} |\n"


def _part(part: Part) -> str:
    about = f"\n{textwrap.fill(part.about, 100, break_on_hyphens=False)}\n" if part.about else ""
    return f"\n## {part.title}\n{about}" + "".join(_section(*table) for table in part.tables)


def _section(title: str, model: type[BaseModel]) -> str:
    about = _LABEL.sub("", inspect.cleandoc(model.__doc__ or "")).replace("``", "`")
    about = about[:1].upper() + about[1:]
    besides = [f"[{TITLES[base]}]({_anchor(TITLES[base])})" for base in _bases(model)]
    also = f"\n\nBesides: the keys of {' and '.join(besides)}." if besides else ""
    rows = "".join(_rows(model))
    head = "| Key | Value | Default | Meaning |\n|---|---|---|---|\n"
    return f"\n### {title}\n\n{about}{also}\n\n{head}{rows}"


def _bases(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [base for base in model.__mro__[1:] if base in TITLES and _nearest(base, model)]


def _nearest(base: type, model: type) -> bool:
    """Whether no other documented base stands between; that one names it itself."""
    between = [other for other in model.__mro__[1:] if other in TITLES and other is not base]
    return not any(issubclass(other, base) for other in between)


def _anchor(title: str) -> str:
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return "#" + kept.replace(" ", "-")


def _rows(model: type[BaseModel]) -> Iterator[str]:
    meanings = meanings_of(model)
    own = [name for name in model.model_fields if name in meanings]
    for name in sorted(own, key=lambda name: not model.model_fields[name].is_required()):
        field = model.model_fields[name]
        default = "required" if field.is_required() else _default(field)
        cells = (f"`{field.alias or name}`", _kind(field), default, meanings[name])
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


def meanings_of(model: type[BaseModel]) -> Mapping[str, str]:
    """What stands below each key that the class itself has.

    Raises:
        ValueError: nothing stands there.
    """
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    found: dict[str, str] = {}
    for statement, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(words))):
                    found[statement.target.id] = " ".join(words.split())
                case _:
                    raise ValueError(f"{model.__name__}.{statement.target.id}: no meaning below it")
    return found


def _kind(field: FieldInfo) -> str:
    return _words(shapes_of(field.annotation, field.metadata))


def _words(shapes: Sequence[Shape]) -> str:
    """What may stand there, the way of writing first that says most."""
    if choices := choices_of(shapes):
        return ", ".join(f"`{_toml(choice)}`" for choice in choices)
    return " or ".join(dict.fromkeys(map(_word, shapes)))


def _word(shape: Shape) -> str:
    for checked, word in _CHECKED.items():
        if any(check in shape.metadata for check in get_args(checked)[-1:]):
            return word
    origin, inside = get_origin(shape.type) or shape.type, get_args(shape.type)
    if seconds in [check.func for check in shape.metadata if isinstance(check, BeforeValidator)]:
        return "duration"
    if shape.type in TITLES:
        return f"[table]({_anchor(TITLES[shape.type])})"
    if _is(origin, Mapping):
        return f"table of {_plural(_words(shapes_of(inside[1])))}"
    if _is(origin, tuple):
        return f"list of {_plural(_words(shapes_of(inside[0])))}"
    return describe((shape,)).removeprefix("a ").replace("text in quotes", "text")


_CHECKED: Mapping[Any, str] = {
    BadReason: "reason (bad)",
    Doubt: "reason (not good)",
    Reason: "reason",
}


def _plural(words: str) -> str:
    for one, several in _SEVERAL.items():
        words = words.replace(one, several)
    return words


_SEVERAL = {
    "[table]": "[tables]",
    "reason": "reasons",
    "text": "texts",
    "number": "numbers",
    "an array of": "pairs of",
}


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is None or value in ("", (), {}):
        return ""
    if isinstance(value, Status):
        return f'`"{value.reason or "good"}"`'
    if "duration" in _kind(field):
        return f'`"{show_duration(value)}"`' if value else "0"
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\r", "\\r").replace("\n", "\\n") + '"'
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _is(origin: object, base: type) -> bool:
    return isinstance(origin, type) and issubclass(origin, base)


if __name__ == "__main__":
    PAGE.write_text(reference_text(), "utf-8")
