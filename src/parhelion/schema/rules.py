"""Rules: what always holds in a table. A person writes them, or they are found in real rows; rows keep or break them.

A rule is a frozen value with a text that a person reads and edits, in YAML and in reports:

    start <= end                        an order, also `<` and `=`
    total = net + tax - discount        a sum, to the decimals of the total; `amount = price * pieces` likewise
    city, street -> postcode            a dependency: equal on the left, equal on the right
    0 <= age <= 120                     a range, also of dates (`day >= 2020-01-01`)
    sex in {f, m}                       a set of values
    code matches 'AA-999'               a pattern (see `IdentifierColumn.pattern`)
    year, week is unique                no two rows alike
    end is missing if status = open     what is missing, and when

Names that do not look like `a`, `a_1` or `a-b` stand in backticks (`` `net price` <= `gross price` ``); so do the words
of the rules themselves (`in`, `is`, `matches`, `if`, `unique`, `missing`).
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from parhelion.errors import nearest
from parhelion.schema._rule_find import Found, find_rules, rules_found
from parhelion.schema._rule_keeps import keeps, kept_by
from parhelion.schema._rule_kinds import (
    AnyRule,
    DependencyRule,
    MissingRule,
    OrderRule,
    PatternRule,
    ProductRule,
    RangeRule,
    SumRule,
    UniqueRule,
    ValuesRule,
)
from parhelion.schema._rule_rows import Rows
from parhelion.schema._rule_text import rule_of
from parhelion.schema._rule_units import unfit
from parhelion.schema.columns import Column


def _read(said: Any) -> Any:
    if isinstance(said, str):
        return rule_of(said)
    if isinstance(said, AnyRule):
        return said
    raise ValueError(f"{str(said)[:40]!r} is no rule; expected text such as 'start <= end' (in quotes, in YAML)")


Rule = Annotated[
    Annotated[AnyRule, Field(discriminator="kind")], BeforeValidator(_read), PlainSerializer(str, return_type=str)
]
"""Any rule; text is read as one, and text is what is written."""


def wrong_with(rule: AnyRule, columns: Mapping[str, Column], table: str) -> str:
    """Why a table of these columns cannot have the rule; nothing where it can."""
    unknown = [name for name in rule.columns if name not in columns]
    if unknown:
        return "; ".join(f"{table} has no column {name!r}{nearest(name, columns)}" for name in unknown)
    return unfit(rule, columns)


__all__ = [
    "AnyRule",
    "DependencyRule",
    "Found",
    "MissingRule",
    "OrderRule",
    "PatternRule",
    "ProductRule",
    "RangeRule",
    "Rows",
    "Rule",
    "SumRule",
    "UniqueRule",
    "ValuesRule",
    "find_rules",
    "keeps",
    "kept_by",
    "rule_of",
    "rules_found",
    "wrong_with",
]
