"""The values that a field can take, where they are few and known beforehand."""

import json
from collections.abc import Mapping
from typing import Any

from parhelion.describing.fields.templates import path_of
from parhelion.describing.plan.model import CategoryField, ExpressionField, Plan, StructuredField
from parhelion.errors import PlanError


def spelled(value: Any) -> str:
    """A value as a key of `given` and of quotas can spell it: text as it is, all else as JSON.

    >>> spelled("yes"), spelled(True), spelled(2.0), spelled(None)
    ('yes', 'true', '2', 'null')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def weights_of(field: CategoryField) -> dict[str, float]:
    """The weights of a category's values, by their spelling."""
    if isinstance(field.values, dict):
        return {spelled(value): weight for value, weight in field.values.items()}
    return {spelled(value): 1.0 for value in field.values}


def values_of(field: CategoryField) -> dict[str, Any]:
    """A category's values by their spelling."""
    return {spelled(value): value for value in field.values}


def choices(plan: Plan, name: str) -> dict[str, Any] | None:
    """The values that a field can take, by their spelling; None where they are not few and known.

    They are known of a category, of a structured field whose schema has an `enum`, and of an expression that is no more
    than one of them, or a part of one whose schema has an `enum`: `written.mood`.
    """
    field = plan.fields.get(name)
    if isinstance(field, CategoryField):
        return values_of(field)
    if isinstance(field, StructuredField):
        return enumerated(field.shape, ())
    path = _path(field.value) if isinstance(field, ExpressionField) else None
    if path is None or path[0] == name:
        return None
    first = plan.fields.get(path[0])
    if isinstance(first, StructuredField):
        return enumerated(first.shape, path[1:])
    return values_of(first) if isinstance(first, CategoryField) and len(path) == 1 else None


def _path(expression: str) -> tuple[str, ...] | None:
    try:
        return path_of(expression)
    except PlanError:
        return None


def enumerated(schema: Any, path: tuple[str, ...]) -> dict[str, Any] | None:
    """The values that a JSON schema allows at a place, by their spelling; None where it has no `enum` for it."""
    for part in path:
        inner = schema.get("properties") if isinstance(schema, Mapping) else None
        schema = inner.get(part) if isinstance(inner, Mapping) else None
    if not isinstance(schema, Mapping):
        return None
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}
    found = [schema["const"]] if "const" in schema else schema.get("enum")
    return {spelled(value): value for value in found} if isinstance(found, list) and found else None
