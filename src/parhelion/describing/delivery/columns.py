"""The columns of a delivered set: the fields that are not hidden, and the shapes of what was accepted in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from parhelion.describing.contract import Row
from parhelion.describing.delivery.shapes import NOTHING, Shape, arrow_type, as_json, fitted, joined, shape_of
from parhelion.describing.plan.model import AnyField, NumberField, Plan, StructuredField
from parhelion.describing.store import Store

_EXAMPLES: dict[str, Any] = {
    "date": "", "text": "", "fact": {"statement": "", "quote": "", "url": "", "title": ""},
    "judge": {"reason": "", "mark": 1}, "check": True,
}  # fmt: skip
_OF_SCHEMA: dict[str, Any] = {"string": "", "integer": 0, "number": 0.5, "boolean": True}


@dataclass(frozen=True, slots=True)
class Columns:
    """shapes: by column. rows: how many are delivered."""

    shapes: Mapping[str, Shape]
    rows: int

    @property
    def schema(self) -> pa.Schema:
        """The columns as Arrow has them."""
        return pa.schema([pa.field(name, arrow_type(shape)) for name, shape in self.shapes.items()])

    @property
    def json_paths(self) -> list[str]:
        """What is JSON text in Parquet, as its values are of several types."""
        return [path for name, shape in self.shapes.items() for path in as_json(shape, name)]

    def table(self, rows: list[dict[str, Any]]) -> pa.Table:
        """Rows as a table."""
        arrays = [
            pa.array([fitted(row[name], shape) for row in rows], arrow_type(shape))
            for name, shape in self.shapes.items()
        ]
        return pa.Table.from_arrays(arrays, schema=self.schema)


def delivered(store: Store, run: str, plan: Plan) -> Iterator[Row]:
    """The accepted rows, in the order of their slots; none beyond those asked for."""
    return (row for row in store.rows(run, "accepted") if row.place.slot < plan.rows)


def shown(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """What is delivered of a row."""
    return {name: row.values.get(name) for name in names}


def columns_of(store: Store, run: str, plan: Plan) -> Columns:
    """One look at all rows."""
    shapes: dict[str, Shape] = {name: NOTHING for name, field in plan.fields.items() if not field.hidden}
    rows = 0
    for row in delivered(store, run, plan):
        rows += 1
        shapes = {name: joined(shape, shape_of(row.values.get(name))) for name, shape in shapes.items()}
    if not rows:
        shapes = {name: shape_of(_example(plan.fields[name])) for name in shapes}
    return Columns(shapes, rows)


def _example(field: AnyField) -> Any:
    """A value such as the field would have had, as far as the plan tells."""
    match field:
        case NumberField():
            return 0.5 if field.decimals else 0
        case StructuredField():
            return _of_schema(field.shape)
        case _:
            return _EXAMPLES.get(field.make)


def _of_schema(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return None
    if isinstance(schema.get("properties"), Mapping):
        return {name: _of_schema(part) for name, part in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_of_schema(schema.get("items"))]
    kind = schema.get("type")
    return _OF_SCHEMA.get(kind) if isinstance(kind, str) else None
