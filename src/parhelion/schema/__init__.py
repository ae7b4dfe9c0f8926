"""What the data is: tables, columns and their kinds; found in the data (`discover`) or written by a person (YAML)."""

from parhelion.schema._checked import checked
from parhelion.schema._described import described
from parhelion.schema._locales import listed_names
from parhelion.schema.columns import (
    BooleanColumn,
    CategoryColumn,
    Column,
    ConstantColumn,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    IdentifierColumn,
    Kind,
    NumberColumn,
    Personal,
    PersonalColumn,
    PlaceColumn,
    TextColumn,
)
from parhelion.schema.discover import discover
from parhelion.schema.rules import (
    DependencyRule,
    MissingRule,
    OrderRule,
    PatternRule,
    ProductRule,
    RangeRule,
    Rule,
    SumRule,
    UniqueRule,
    ValuesRule,
    find_rules,
    keeps,
    rule_of,
)
from parhelion.schema.schema import Schema, Table
from parhelion.schema.spelling import native, spelled, stored

__all__ = [
    "BooleanColumn",
    "CategoryColumn",
    "Column",
    "ConstantColumn",
    "DateColumn",
    "DatetimeColumn",
    "DependencyRule",
    "DurationColumn",
    "IdentifierColumn",
    "Kind",
    "MissingRule",
    "NumberColumn",
    "OrderRule",
    "PatternRule",
    "Personal",
    "PersonalColumn",
    "PlaceColumn",
    "ProductRule",
    "RangeRule",
    "Rule",
    "Schema",
    "SumRule",
    "Table",
    "TextColumn",
    "UniqueRule",
    "ValuesRule",
    "checked",
    "described",
    "discover",
    "find_rules",
    "keeps",
    "listed_names",
    "native",
    "rule_of",
    "spelled",
    "stored",
]
