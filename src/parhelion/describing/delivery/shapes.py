"""What the values of a field have in common, so that Parquet can hold them: nested ones too, and mixed ones as JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

import pyarrow as pa

_EXACT = 2**53  # whole numbers up to here are numbers with a point too, and stay what they are
_DEEPEST = 20
_MOST_PARTS = 100
# What splits a line for some readers of lines; JSON may have it escaped as well.
_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """Values without parts. long: whole numbers that no float64 holds. json: of more than one type, as JSON text."""

    kind: Literal["nothing", "boolean", "whole", "long", "number", "text", "json"]


@dataclass(frozen=True, slots=True)
class Many:
    """Lists."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class Parts:
    """Objects; a part that one lacks is missing in it."""

    of: Mapping[str, "Shape"]


Shape = Leaf | Many | Parts
NOTHING, JSON = Leaf("nothing"), Leaf("json")
_TYPES = {
    "nothing": pa.string(), "boolean": pa.bool_(), "whole": pa.int64(), "long": pa.int64(), "number": pa.float64(),
    "text": pa.string(), "json": pa.string(),
}  # fmt: skip


def shape_of(value: Any, depth: int = 0) -> Shape:
    """The shape of one value.

    >>> shape_of([1, 2.5])
    Many(of=Leaf(kind='number'))
    >>> shape_of(2**70)
    Leaf(kind='json')
    """
    match value:
        case None:
            return NOTHING
        case bool():
            return Leaf("boolean")
        case int():
            return Leaf("whole") if abs(value) <= _EXACT else Leaf("long") if -(2**63) <= value < 2**63 else JSON
        case float():
            return Leaf("number")
        case str():
            return Leaf("text")
        case _ if depth >= _DEEPEST:
            return JSON
        case list():
            return Many(_all_of(shape_of(each, depth + 1) for each in value))
        case _:
            parts = {name: shape_of(part, depth + 1) for name, part in value.items()}
            return Parts(parts) if len(parts) <= _MOST_PARTS else JSON


def joined(one: Shape, other: Shape) -> Shape:
    """The shape that has room for values of both.

    >>> joined(Leaf("whole"), Leaf("text"))
    Leaf(kind='json')
    >>> joined(Parts({"a": Leaf("whole")}), Parts({"b": NOTHING}))
    Parts(of={'a': Leaf(kind='whole'), 'b': Leaf(kind='nothing')})
    """
    if other in (one, NOTHING):
        return one
    if one == NOTHING:
        return other
    match one, other:
        case Leaf(), Leaf():
            return _wider(one, other)
        case Many(of=first), Many(of=second):
            return Many(joined(first, second))
        case Parts(of=first), Parts(of=second):
            parts = {name: joined(first.get(name, NOTHING), second.get(name, NOTHING)) for name in chain(first, second)}
            return Parts(parts) if len(parts) <= _MOST_PARTS else JSON
        case _:
            return JSON


def _all_of(shapes: Iterable[Shape]) -> Shape:
    one: Shape = NOTHING
    for other in shapes:
        one = joined(one, other)
    return one


def _wider(one: Leaf, other: Leaf) -> Leaf:
    kinds = {one.kind, other.kind}
    if kinds == {"whole", "long"}:
        return Leaf("long")
    return Leaf("number") if kinds == {"whole", "number"} else JSON


def arrow_type(shape: Shape) -> pa.DataType:
    """The Arrow type of a shape."""
    match shape:
        case Many(of=inner):
            return pa.list_(arrow_type(inner))
        case Parts(of=parts) if parts:
            return pa.struct([pa.field(name, arrow_type(part)) for name, part in parts.items()])
        case Parts():
            return pa.string()
        case Leaf(kind=kind):
            return _TYPES[kind]


def fitted(value: Any, shape: Shape) -> Any:
    """A value as Arrow takes it for the shape's type."""
    if value is None:
        return None
    match shape:
        case Many(of=inner):
            return [fitted(each, inner) for each in value]
        case Parts(of=parts) if parts:
            return {name: fitted(value[name], part) for name, part in parts.items() if name in value}
        case Parts() | Leaf(kind="json"):
            return json_text(value)
        case _:
            return value


def as_json(shape: Shape, path: str) -> Iterator[str]:
    """The paths at which values are JSON text, `[]` being each of a list.

    >>> list(as_json(Many(Parts({"a": JSON, "b": NOTHING})), "answer"))
    ['answer[].a']
    """
    match shape:
        case Many(of=inner):
            yield from as_json(inner, f"{path}[]")
        case Parts(of=parts) if parts:
            for name, part in parts.items():
                yield from as_json(part, f"{path}.{name}")
        case Parts() | Leaf(kind="json"):
            yield path


def json_text(value: Any) -> str:
    """A value as JSON on one line; what is no number is null, which JSON has."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False)
    return text.translate(_ENDS)


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if abs(value) < float("inf") else None
        case list():
            return [_finite(each) for each in value]
        case dict():
            return {name: _finite(part) for name, part in value.items()}
        case _:
            return value
