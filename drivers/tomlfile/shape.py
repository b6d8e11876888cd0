"""What a pydantic model allows at a place: its keys, and a value in words."""

import types
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, cast, get_args, get_origin

import annotated_types
from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from drivers.tomlfile.show import shown

_WORDS: dict[object, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


class Expects(NamedTuple):
    """Put into ``Annotated`` to say in words what a field of an own type takes."""

    words: str


class Shape(NamedTuple):
    """One type a value may have, without its wrappers, and the constraints on it."""

    type: Any
    metadata: tuple[object, ...] = ()


def shapes_of(annotation: object, metadata: Iterable[object] = ()) -> tuple[Shape, ...]:
    """Take a type apart: aliases resolved, unions split, None left out."""
    constraints = tuple(_flat(metadata))
    if isinstance(annotation, TypeAliasType):
        return shapes_of(annotation.__value__, constraints)
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *extra = get_args(annotation)
        return shapes_of(inner, (*_flat(extra), *constraints))
    if origin in (Union, types.UnionType):
        branches = (shapes_of(branch, constraints) for branch in get_args(annotation))
        return tuple(shape for branch in branches for shape in branch)
    if annotation is types.NoneType or isinstance(annotation, TypeVar):
        return ()
    return (Shape(annotation, constraints),)


def shapes_at(model: type[BaseModel], loc: Sequence[str | int]) -> tuple[Shape, ...]:
    """What is allowed at a pydantic error location; tags choose branches of unions."""
    shapes = shapes_of(model)
    for part in loc:
        inside = tuple(inner for shape in shapes for inner in _child(shape, part))
        shapes = inside or tuple(shape for shape in shapes if _has_tag(shape, part)) or shapes
    return shapes


def keys_of(shapes: Iterable[Shape]) -> list[str]:
    """The keys a table may have here, in the order of the model."""
    models = [cast("type[BaseModel]", shape.type) for shape in shapes if _is_model(shape)]
    fields = [field for model in models for field in model.model_fields.items()]
    return list(dict.fromkeys(field.alias or name for name, field in fields))


def choices_of(shapes: Iterable[Shape]) -> list[object]:
    """The values of an enumeration; empty when any value of a type is allowed."""
    literals = [get_args(shape.type) for shape in shapes if _is_choice(shape)]
    return [choice for literal in literals for choice in literal]


def describe(shapes: Iterable[Shape]) -> str:
    """What is allowed, in words: ``a whole number from 1 to 247``."""
    shapes = tuple(shapes)
    words = [_words(shape) for shape in shapes if not _is_choice(shape)]
    if choices := dict.fromkeys(map(shown, choices_of(shapes))):
        words.append(("one of " if len(choices) > 1 else "") + ", ".join(choices))
    return " or ".join(dict.fromkeys(words)) or "something else"


def _words(shape: Shape) -> str:
    said = [item.words for item in shape.metadata if isinstance(item, Expects)]
    if said:
        return said[-1]
    origin = get_origin(shape.type) or shape.type
    if _is_model(shape) or _is_a(origin, Mapping):
        return "a table"
    if origin in _WORDS:
        return _WORDS[origin] + _bounds(shape.metadata)
    if _is_a(origin, Sequence) or _is_a(origin, AbstractSet):
        inner = get_args(shape.type)[:1]
        return "an array" + (f" of {describe(shapes_of(inner[0]))}" if inner else "")
    return getattr(shape.type, "__name__", str(shape.type))


def _bounds(metadata: Iterable[object]) -> str:
    low = high = ""
    closed = False
    for item in metadata:
        match item:
            case annotated_types.Ge(ge):
                low, closed = f"{ge}", True
            case annotated_types.Gt(gt):
                low = f"above {gt}"
            case annotated_types.Le(le):
                high = f"{le}"
            case annotated_types.Lt(lt):
                high = f"below {lt}"
            case _:
                pass
    if low and high and closed:
        return f" from {low} to {high}"
    low = f"at least {low}" if closed else low
    high = f"at most {high}" if high[:1].isdigit() else high
    return "".join(f" {bound}" for bound in (low, high) if bound)


def _child(shape: Shape, part: str | int) -> tuple[Shape, ...]:
    origin, args = get_origin(shape.type) or shape.type, get_args(shape.type)
    if _is_model(shape):
        for name, field in cast("type[BaseModel]", shape.type).model_fields.items():
            if part == (field.alias or name):
                return shapes_of(field.annotation, field.metadata)
    elif isinstance(part, str) and _is_a(origin, Mapping) and args:
        return shapes_of(args[1])
    elif isinstance(part, int) and _is_a(origin, Sequence) and args:
        return shapes_of(args[0])
    return ()


def _has_tag(shape: Shape, tag: str | int) -> bool:
    if any(isinstance(item, Tag) and item.tag == tag for item in shape.metadata):
        return True
    if not _is_model(shape):
        return False
    fields = cast("type[BaseModel]", shape.type).model_fields.values()
    return any(tag in choices_of(shapes_of(field.annotation)) for field in fields)


def _flat(metadata: Iterable[object]) -> Iterable[object]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _flat(item.metadata)
        else:
            yield item


def _is_choice(shape: Shape) -> bool:
    return get_origin(shape.type) is Literal


def _is_model(shape: Shape) -> bool:
    return _is_a(shape.type, BaseModel)


def _is_a(origin: object, base: type) -> bool:
    return isinstance(origin, type) and issubclass(origin, base)
