"""A schema that a person gives, held against a source."""

import pyarrow as pa
import pytest

from parhelion.errors import SchemaError
from parhelion.schema import CategoryColumn, DateColumn, DurationColumn, NumberColumn, PlaceColumn, Table, checked

PEOPLE = Table(name="people", columns=(NumberColumn(name="age", decimals=0), CategoryColumn(name="city")), target="age")


def refusal(table: Table, source: dict[str, pa.DataType], **how) -> str:
    with pytest.raises(SchemaError) as caught:
        checked(table, pa.schema(source), "people.parquet", **how)
    return str(caught.value)


def test_storages_are_taken_from_the_source_and_columns_in_its_order():
    found = checked(PEOPLE, pa.schema({"city": pa.large_string(), "age": pa.int16()}), "people.parquet")
    assert [(column.name, column.storage) for column in found.columns] == [("city", "large_string"), ("age", "int16")]
    assert found.target == "age"
    untyped = checked(PEOPLE, pa.schema({"age": pa.string(), "city": pa.string()}), "people.csv", untyped=True)
    assert untyped == PEOPLE


def test_missing_and_extra_columns_are_all_named():
    said = refusal(PEOPLE, {"aeg": pa.int64(), "town": pa.string()})
    assert said.startswith("4 problems:")
    assert "no column 'age', which the schema describes; did you mean 'aeg'?" in said
    assert "a column 'aeg', which the schema does not describe; did you mean 'age'?" in said
    assert "'town'" in said


def test_a_column_that_comes_twice():
    with pytest.raises(SchemaError, match="more than one column 'age'"):
        checked(PEOPLE, pa.schema([("age", pa.int64()), ("city", pa.string()), ("age", pa.int64())]), "people.csv")


def test_storages_that_differ():
    table = Table(name="t", columns=(NumberColumn(name="n", storage="int64"),))
    assert "t.n.storage is 'int64', and people.parquet holds 'int8'" in refusal(table, {"n": pa.int8()})
    assert "holds 'text'" in refusal(table, {"n": pa.string()}, untyped=True)
    wrong = Table(name="t", columns=(NumberColumn(name="n", storage="int46"),))
    assert "'int46' is no storage; did you mean 'int64'?" in refusal(wrong, {"n": pa.int8()})


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (NumberColumn(name="c"), pa.timestamp("us")),
        (PlaceColumn(name="c", part="latitude"), pa.bool_()),
        (DateColumn(name="c"), pa.int64()),
        (DurationColumn(name="c"), pa.float64()),
        (CategoryColumn(name="c"), pa.list_(pa.int64())),
    ],
)
def test_kinds_that_a_type_cannot_be(column, kind):
    assert f"t.c.kind is {column.kind!r}" in refusal(Table(name="t", columns=(column,)), {"c": kind})
