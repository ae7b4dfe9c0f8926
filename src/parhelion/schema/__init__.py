"""What the data is: tables, columns and their kinds; found in the data (`discover`) or written by a person (YAML)."""

from parhelion.schema._checked import checked
from parhelion.schema._described import described
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
from parhelion.schema.schema import Schema, Table
from parhelion.schema.spelling import native, spelled, stored

__all__ = [
    "BooleanColumn",
    "CategoryColumn",
    "Column",
    "ConstantColumn",
    "DateColumn",
    "DatetimeColumn",
    "DurationColumn",
    "IdentifierColumn",
    "Kind",
    "NumberColumn",
    "Personal",
    "PersonalColumn",
    "PlaceColumn",
    "Schema",
    "Table",
    "TextColumn",
    "checked",
    "described",
    "discover",
    "native",
    "spelled",
    "stored",
]
