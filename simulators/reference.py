"""Writes docs/reference/simulated-models.md from the models: ``python -m simulators.reference``."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from simulators.device import Device
from simulators.devices import MODELS
from simulators.frames import FrameDevice
from simulators.registers import ModbusDevice

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "simulated-models.md"

WORDS: dict[object, str] = {
    str: "text",
    bool: "true or false",
    float: "number",
    int: "whole number",
}

HEAD = """\
# The models that can be simulated

Made from the models by `make schema`; do not edit. For developers who need a simulated instrument;
[how they are run](../how-to/simulators.md).

Options stand in `[lab.device.NAME]` beside `model` and `wire`, after `-o` of `daq sim start`, or
in the arguments of `simulated`. Controls are operated with `daq sim set` or `operate`, events are
kinds of `[[lab.fault]]`, of `daq sim fault` and of `inject`.
"""


def reference_text() -> str:
    """The page as Markdown, the same for the same code."""
    return HEAD.rstrip() + "".join(_model(name, model) for name, model in MODELS.items()) + "\n"


def _model(name: str, model: type[Device]) -> str:
    return "\n\n".join(["", *_parts(name, model)])


def _parts(name: str, model: type[Device]) -> Iterator[str]:
    device = model.create({}, Random(0))
    speaks = _language(device)
    yield f"## {name}"
    yield _sentence(model.description)
    answers = f"Speaks {speaks}; answers after {device.turnaround * 1000:g} ms."
    yield f"{answers}\nChannels: {', '.join(f'`{channel}`' for channel in model.channels)}."
    fields = model.options.model_fields
    if fields:
        yield _sentence(_plain(model.options.__doc__))
        rows = (
            f"| `{each}` | {_kind(field)} | {_default(field)} |" for each, field in fields.items()
        )
        yield "\n".join(["| Option | Value | Default |", "|---|---|---|", *rows])
    controls = {each: control.help for each, control in device.controls().items()}
    yield from _table("Control", "Does", controls)
    yield from _table("Event", "What happens", dict(model.events))


def _language(device: Device) -> str:
    if isinstance(device, ModbusDevice):
        return "Modbus"
    return "in binary frames" if isinstance(device, FrameDevice) else "in text"


def _table(what: str, says: str, rows: dict[str, str]) -> Iterator[str]:
    if rows:
        lines = (f"| `{name}` | {_cell(words)} |" for name, words in rows.items())
        yield "\n".join([f"| {what} | {says} |", "|---|---|", *lines])


def _kind(field: FieldInfo) -> str:
    bounds = [_bound(str(each)) for each in field.metadata]
    return _cell(", ".join([_words(field.annotation), *filter(None, bounds)]))


def _words(annotation: object) -> str:
    """What a TOML file has to hold, in the words of TOML."""
    if annotation in WORDS:
        return WORDS[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{json.dumps(each)}`" for each in inner)
    if origin in (Union, UnionType):
        return " or ".join(_words(each) for each in inner if each is not NoneType)
    if origin is tuple:
        several = inner[-1:] == (...,)
        return f"list of {'' if several else f'{len(inner)} '}{_words(inner[0])}s"
    return str(annotation)


def _bound(text: str) -> str:
    """A constraint of pydantic in signs: ``Ge(ge=0)`` becomes ``>= 0``."""
    signs = {"Ge(ge=": ">= ", "Gt(gt=": "> ", "Le(le=": "<= ", "Lt(lt=": "< "}
    for prefix, sign in signs.items():
        if text.startswith(prefix):
            return sign + text[len(prefix) : -1]
    return ""


def _default(field: FieldInfo) -> str:
    value: object = field.get_default(call_default_factory=True)
    return "none" if value is None else f"`{_cell(json.dumps(value))}`"


def _plain(docstring: str | None) -> str:
    return " ".join((docstring or "").replace("``", "`").split())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else text


if __name__ == "__main__":
    PAGE.write_text(reference_text(), "utf-8")
