"""What a person says of the columns: a schema passed back, kinds of single columns."""

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

import parhelion as ph
from parhelion.errors import DataError, SchemaError
from parhelion.schema import CategoryColumn, ConstantColumn, NumberColumn, Schema, Table


@pytest.fixture
def shop(tmp_path):
    rng = np.random.default_rng(0)
    table = pa.table(
        {
            "product": rng.integers(1, 30, 400),
            "amount": rng.integers(1, 9, 400),
            "town": rng.choice(["Bern", "Genf"], 400),
        }
    )
    pyarrow.csv.write_csv(table, tmp_path / "shop.csv")
    return tmp_path / "shop.csv"


def edited(shop, *changes):
    """The schema as YAML, edited as a person would."""
    text = ph.fit(shop).schema.to_yaml()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = shop.with_name("schema.yaml")
    path.write_text(text)
    return path


def test_a_schema_that_is_passed_back_unchanged_changes_nothing(shop):
    model = ph.fit(shop)
    for same in (edited(shop), str(edited(shop)), model.schema, model.table):
        assert ph.fit(shop, schema=same).sample(50).equals(model.sample(50))


def test_an_edited_kind_is_taken(shop):
    schema = edited(shop, ("name: amount\n    kind: number", "name: amount\n    kind: category #"))
    text = schema.read_text().split("- name: amount")
    schema.write_text("- name: amount".join([text[0], text[1].replace("    decimals: 0\n", "", 1)]))
    model = ph.fit(shop, schema=schema)
    assert [column.kind for column in model.table.columns][1:] == ["category", "category"]
    assert model.codecs[1].state()["kind"] == "category"
    assert set(model.sample(500)["amount"].to_pylist()) == {str(number) for number in range(1, 9)}


def test_the_target_of_a_schema_is_taken_and_that_of_fit_goes_before_it(shop):
    table = ph.fit(shop).table.model_copy(update={"target": "town"})
    assert ph.fit(shop, schema=table).summary()["target"] == "town"
    assert ph.fit(shop, schema=table, target="amount").summary()["target"] == "amount"


def test_columns_may_be_described_in_another_order(shop):
    table = ph.fit(shop).table
    swapped = table.model_copy(update={"columns": table.columns[::-1]})
    assert ph.fit(shop, schema=swapped).table.names == ("product", "amount", "town")


def test_kinds_of_single_columns_are_taken(shop):
    model = ph.fit(shop, kinds={"amount": "category", "town": "text"})
    assert [model.table.column(name).kind for name in ("amount", "town")] == ["category", "text"]


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"amont": "category"}, "kinds speaks of 'amont', which is no column of shop; did you mean 'amount'?"),
        ({"amount": "categry"}, "'categry', which is no kind; did you mean 'category'?"),
        ({"town": "number"}, r"shop\.town is to be number, but its values are not all such"),
        (["amount"], "kinds is a list; expected kinds by the names of columns"),
        ("category", "kinds is a str"),
    ],
)
def test_kinds_that_cannot_be(shop, kinds, message):
    with pytest.raises(SchemaError, match=message):
        ph.fit(shop, kinds=kinds)


def test_kinds_beside_a_schema_are_not_passed_over_in_silence(shop):
    with pytest.raises(
        SchemaError, match="a schema is given, and kinds of 'amount' besides; write them into the schema"
    ):
        ph.fit(shop, schema=ph.fit(shop).schema, kinds={"amount": "category"})


@pytest.mark.parametrize("schema", [3, {"version": 1, "tables": []}, [NumberColumn(name="amount")], b"x"])
def test_what_is_no_schema(shop, schema):
    with pytest.raises(SchemaError, match=r"schema is a \w+; expected a Schema, a Table, or the name of a YAML file"):
        ph.fit(shop, schema=schema)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected `version:` and `tables:`"),
        (":::{", "expected `version:` and `tables:`"),
        ("version: 2\ntables: []", "version"),
        ("version: 1\ntables: [{name: shop, columns: [{name: amount, kind: numbr}]}]", "did you mean 'number'?"),
        (
            "version: 1\ntables: [{name: shop, columns: [{name: a, kind: number, decimal: 2}]}]",
            "did you mean 'decimals'?",
        ),
        ("version: 1\ntables: [{name: shop, columns: []}]", "shop has no columns"),
    ],
)
def test_schema_files_that_are_none(shop, text, message):
    path = shop.with_name("schema.yaml")
    path.write_text(text)
    with pytest.raises(SchemaError, match=message):
        ph.fit(shop, schema=path)


def test_a_schema_file_that_is_not_there(shop):
    with pytest.raises(SchemaError, match=r"the schema file '.*none\.yaml' cannot be read: No such file"):
        ph.fit(shop, schema=shop.with_name("none.yaml"))


def test_a_schema_of_other_columns_names_all_that_differ(shop):
    with pytest.raises(SchemaError) as told:
        ph.fit(shop, schema=edited(shop, ("- name: amount", "- name: amont"), ("- name: town", "- name: city")))
    assert "4 problems" in str(told.value)
    assert "shop has no column 'amont', which the schema describes; did you mean 'amount'?" in str(told.value)


def test_a_schema_of_several_tables_is_refused(shop):
    table = ph.fit(shop).table
    both = Schema(version=1, tables=(table, table.model_copy(update={"name": "orders"})))
    with pytest.raises(SchemaError, match=r"the schema has 2 tables \(shop, orders\); one table is taken at a time"):
        ph.fit(shop, schema=both)


def test_kinds_that_the_cells_are_not_of_are_told_by_cell(shop):
    columns = (CategoryColumn(name="product"), CategoryColumn(name="amount"), NumberColumn(name="town"))
    with pytest.raises(DataError, match=r"shop\.town\[0\] is '\w+'(\n.*)*expected a number such as"):
        ph.fit(shop, schema=Table(name="shop", columns=columns))


def test_kinds_that_a_type_cannot_be_are_told(shop):
    table = Table(name="t", columns=(NumberColumn(name="day"),))
    with pytest.raises(SchemaError, match=r"t\.day\.kind is 'number', which date32\[day\] in table cannot be"):
        ph.fit(pa.table({"day": pa.array([1, 2] * 50, pa.int32()).cast(pa.date32())}), schema=table)


def test_a_constant_that_is_none_is_told():
    real = pa.table({"word": ["a"] * 150 + ["b"] * 50})
    model = ph.fit(real, schema=Table(name="table", columns=(ConstantColumn(name="word"),)))
    assert set(model.sample(50)["word"].to_pylist()) == {"a"}
    assert "table.word: it is taken for a constant, and holds other values, which are left out" in model.notes[0]
