"""The schema itself: YAML that a person edits, JSON of the model file, and what is said of mistakes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from parhelion.errors import SchemaError
from parhelion.schema import (
    BooleanColumn,
    CategoryColumn,
    DateColumn,
    IdentifierColumn,
    NumberColumn,
    PersonalColumn,
    PlaceColumn,
    Schema,
    Table,
)

SHOP = Schema(
    tables=(
        Table(
            name="sales",
            target="paid",
            columns=(
                NumberColumn(name="price", decimals=2, fixed=True, missing=("NA", ""), sure=0.98, why="two decimals"),
                BooleanColumn(name="paid", true="yes", false="no"),
                DateColumn(name="day", format="%d.%m.%Y"),
                IdentifierColumn(name="no", storage="string", pattern="A-999", check="luhn"),
                PlaceColumn(name="lat", part="latitude", sure=0.7),
                PersonalColumn(name="who", what="name", locale="de"),
                CategoryColumn(name="ok", missing=()),
            ),
        ),
    )
)


def refusal(text: str) -> str:
    with pytest.raises(SchemaError) as caught:
        Schema.from_yaml("version: 1\n" + text)
    return str(caught.value)


def columns(*blocks: str) -> str:
    return "tables:\n- name: shop\n  columns:\n" + "".join(f"  - {block}\n" for block in blocks)


def test_yaml_is_short_and_says_how_sure_it_is():
    text = SHOP.to_yaml()
    assert text.startswith("# What the data is")
    assert (
        "  - name: price\n    kind: number  # 0.98 two decimals\n"
        "    missing: [NA, '']\n    decimals: 2\n    fixed: true\n" in text
    )
    assert (
        "  - name: paid\n    kind: boolean\n    'true': 'yes'\n    'false': 'no'\n" in text
        or "    true: 'yes'\n" in text
    )
    assert "kind: place  # 0.70\n    part: latitude\n" in text
    assert "    missing: []\n" in text


def test_yaml_there_and_back():
    sure = [column.model_copy(update={"sure": 1.0, "why": ""}) for column in SHOP.tables[0].columns]
    table = SHOP.tables[0].model_copy(update={"columns": tuple(sure)})
    assert Schema.from_yaml(SHOP.to_yaml()) == Schema(tables=(table,))


def test_yaml_from_a_file(tmp_path):
    path = tmp_path / "schema.yaml"
    path.write_text(SHOP.to_yaml(), encoding="utf-8")
    assert Schema.from_yaml(path) == Schema.from_yaml(str(path)) == Schema.from_yaml(SHOP.to_yaml())


def test_json_there_and_back():
    assert Schema.from_dict(SHOP.model_dump(mode="json")) == SHOP
    assert Schema.model_validate_json(SHOP.model_dump_json()) == SHOP


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=0, max_size=30)


@settings(deadline=None, max_examples=200)
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True), spelling=NAMES)
def test_any_name_survives_yaml(names, spelling):
    table = Table(
        name=names[0],
        target=names[-1],
        columns=tuple(BooleanColumn(name=name, true=spelling, false="0", missing=(spelling, "null")) for name in names),
    )
    schema = Schema(tables=(table,))
    assert Schema.from_yaml(schema.to_yaml()) == schema


def test_words_that_yaml_takes_for_something_else_stay_text():
    text = columns(
        "{name: 007, kind: boolean, true: Yes, false: No}", "{name: 1e5, kind: category, missing: [null, ~, NA]}"
    )
    table = Schema.from_yaml("version: 1\n" + text).tables[0]
    assert table.names == ("007", "1e5")
    assert (table.columns[0].true, table.columns[0].false) == ("Yes", "No")
    assert table.columns[1].missing == ("null", "~", "NA")


def test_empty_values_are_defaults():
    table = Schema.from_yaml("version: 1\n" + columns("{name: n, kind: number, decimals: null, thousands: }")).tables[0]
    assert table.columns[0] == NumberColumn(name="n")


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("{name: a, kind: numbre}", "shop.a.kind is 'numbre', which is no kind; did you mean 'number'?"),
        ("{name: a}", "shop.a has no kind; expected one of number, category, "),
        ("{name: a, kind: number, decimels: 2}", "shop.a.decimels is no field of the schema; did you mean 'decimals'?"),
        ("{name: a, kind: number, decimals: two}", "shop.a.decimals is 'two': input should be a valid integer"),
        ("{name: a, kind: number, decimals: 99}", "shop.a.decimals is '99': input should be less than or equal to 18"),
        ("{name: a, kind: number, decimal_mark: ;}", "shop.a.decimal_mark is ';'; expected '.' or ','"),
        ("{name: a, kind: place}", "shop.a.part is missing"),
        ("{name: a, kind: personal, what: nmae}", "shop.a.what is 'nmae'; expected 'name', 'first_name'"),
        ("{kind: number}", "shop.columns[0].name is missing"),
        ("number", "shop.columns[0] is 'number'"),
    ],
)
def test_what_is_wrong_is_named(block, said):
    assert said in refusal(columns(block))


def test_all_that_is_wrong_is_said_at_once():
    said = refusal(
        columns("{name: a, kind: numbre}", "{name: b, kind: place}", "{name: c, kind: category, colour: red}")
    )
    assert said.startswith("3 problems:")
    assert all(name in said for name in ("shop.a.kind", "shop.b.part", "shop.c.colour"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tables: []", "the schema has no tables"),
        ("tables:\n- {name: t, columns: []}", "t has no columns"),
        ("tables:\n- {name: t, columns: [{name: a, kind: text}, {name: a, kind: text}]}", "more than one column 'a'"),
        ("tables:\n- {name: t, target: b, columns: [{name: a, kind: text}]}", "t.target is 'b', which is no column"),
        ("table: []", "table is no field of the schema; did you mean 'tables'?"),
        ("tables: [1]", "tables[0] is '1'"),
        ("tables: x", "tables is 'x'"),
        ("tables:\n- {name: t, name: u}", "line 3 of the schema gives 'name' a second time"),
        ("tables: [", "the schema is not YAML"),
    ],
)
def test_schemas_that_are_none(text, said):
    assert said in refusal(text)


def test_tables_of_one_name():
    table = Table(name="t", columns=(CategoryColumn(name="a"),))
    with pytest.raises(ValidationError, match="more than one table 't'"):
        Schema(tables=(table, table))


def test_no_schema_at_all(tmp_path):
    with pytest.raises(SchemaError, match="cannot be read: No such file"):
        Schema.from_yaml(tmp_path / "none.yaml")
    for content, said in ((b"", "the schema is nothing"), (b"- a", "the schema is"), (b"\xff\xfe", "not UTF-8")):
        path = tmp_path / "wrong.yaml"
        path.write_bytes(content)
        with pytest.raises(SchemaError, match=said):
            Schema.from_yaml(path)


def test_a_later_version():
    with pytest.raises(SchemaError, match="version is '2'; this parhelion reads version 1"):
        Schema.from_yaml("version: 2\ntables: []\n")


def test_no_object_is_made_from_yaml():
    with pytest.raises(SchemaError):
        Schema.from_yaml("version: 1\ntables: !!python/object/apply:os.system ['true']\n")


def test_schemas_are_frozen():
    with pytest.raises(ValidationError):
        SHOP.tables[0].columns[0].name = "other"


def test_columns_and_tables_by_name():
    assert SHOP.table("sales").column("price").kind == "number"
    with pytest.raises(SchemaError, match="did you mean 'sales'"):
        SHOP.table("sale")
    with pytest.raises(SchemaError, match="did you mean 'price'"):
        SHOP.table("sales").column("prise")
    assert [column.name for column in SHOP.tables[0].guesses()] == ["lat"]
