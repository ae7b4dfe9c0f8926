"""Which rules columns of a kind can have."""

from collections.abc import Mapping
from datetime import date, datetime

from parhelion.schema._rule_kinds import (
    AnyRule,
    MissingRule,
    OrderRule,
    PatternRule,
    ProductRule,
    RangeRule,
    SumRule,
    ValuesRule,
)
from parhelion.schema.columns import Column

Columns = Mapping[str, Column]

_WORDED = ("category", "boolean", "identifier", "text", "personal", "constant")
_LISTED = (*_WORDED, "number")
_UNITS = (("number",), ("date", "datetime"), ("duration",))
_ADDED = (("number", "date"), ("datetime", "duration"))
_EQUAL = (*_UNITS, ("place",), _WORDED)


def unfit(rule: AnyRule, columns: Columns) -> str:
    """What keeps columns of these kinds from having the rule; nothing where they can."""
    match rule:
        case OrderRule():
            families = _EQUAL if rule.sign == "=" else _UNITS
            return _of_one(rule, columns, families, "two numbers, two durations, or two dates or moments are compared")
        case SumRule():
            return _of_one(rule, columns, _ADDED, "numbers and dates (days), or moments and durations are added")
        case ProductRule():
            return _of_one(rule, columns, (("number",),), "numbers are multiplied")
        case RangeRule():
            return _range(rule, columns[rule.column])
        case ValuesRule():
            return _values(columns[rule.column], rule.values)
        case MissingRule():
            return _values(columns[rule.when], rule.values)
        case PatternRule():
            column = columns[rule.column]
            return "" if column.kind in _WORDED else f"{_is_a(column)}; patterns are those of texts"
        case _:
            return ""


def _of_one(rule: AnyRule, columns: Columns, families: tuple[tuple[str, ...], ...], expected: str) -> str:
    held = [columns[name] for name in rule.columns]
    if any(all(column.kind in family for column in held) for family in families):
        return ""
    return f"{', '.join(map(_is_a, held))}; {expected}"


def _is_a(column: Column) -> str:
    return f"{column.name!r} is of kind {column.kind}"


def _range(rule: RangeRule, column: Column) -> str:
    bounds = [bound for bound in (rule.low, rule.high) if bound is not None]
    match column.kind:
        case "number" | "place" | "duration":
            fits, expected = not any(isinstance(bound, date) for bound in bounds), "numbers"
        case "date":
            fits = all(isinstance(bound, date) and not isinstance(bound, datetime) for bound in bounds)
            expected = "dates such as 2020-12-31"
        case "datetime":
            fits, expected = all(isinstance(bound, date) for bound in bounds), "moments such as 2020-12-31T12:00:00"
        case _:
            return f"{_is_a(column)}; ranges are those of numbers, dates, moments and durations"
    return "" if fits else f"{_is_a(column)}; its bounds are {expected}"


def _values(column: Column, values: tuple[str, ...]) -> str:
    if column.kind not in _LISTED:
        return f"{_is_a(column)}; values are listed of categories, numbers and texts"
    if column.kind == "boolean":
        wrong = [value for value in values if value not in (column.true, column.false)]
        return f"{column.name!r} is {column.true!r} or {column.false!r}, never {wrong[0]!r}" if wrong else ""
    wrong = [value for value in values if column.kind == "number" and not is_number(value)]
    return f"{column.name!r} is of kind number, and {wrong[0]!r} is none" if wrong else ""


def is_number(text: str) -> bool:
    """Is a text a number as Python writes it?"""
    try:
        float(text)
    except ValueError:
        return False
    return True
