"""Native values and their spellings: there and back, and what is said where a cell is neither."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parhelion.errors import DataError, SchemaError
from parhelion.schema import (
    BooleanColumn,
    CategoryColumn,
    ConstantColumn,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    IdentifierColumn,
    NumberColumn,
    PersonalColumn,
    PlaceColumn,
    TextColumn,
    native,
    spelled,
    stored,
)

MARKS = st.sampled_from([(".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0")])
AFFIXES = st.sampled_from([("", ""), ("$", ""), ("", " €"), ("", "%"), ("CHF ", ""), (" ", ""), ("$ ", " p.a.")])


@st.composite
def number_columns(draw) -> NumberColumn:
    mark, thousands = draw(MARKS)
    prefix, suffix = draw(AFFIXES)
    decimals = draw(st.integers(0, 6))
    fixed = draw(st.booleans()) and decimals > 0
    return NumberColumn(
        name="n", decimals=decimals, fixed=fixed, point=draw(st.booleans()) and not fixed, decimal_mark=mark,
        thousands=thousands, prefix=prefix, suffix=suffix,
        minus=draw(st.sampled_from(["before", "inside", "brackets"])),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(number_columns(), st.lists(st.integers(-(10**12), 10**12), min_size=1))
def test_numbers_there_and_back(spec, ticks):
    values = pa.array(ticks) if spec.decimals == 0 else pa.array([tick / 10**spec.decimals for tick in ticks])
    cells = spelled(values, spec)
    again = native(cells, spec)
    assert again.equals(values)
    assert spelled(again, spec).equals(cells)


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False) | st.none(), min_size=1))
def test_any_float_there_and_back(floats):
    spec = NumberColumn(name="x")
    values = pa.array(floats, pa.float64())
    assert native(spelled(values, spec), spec).to_pylist() == values.to_pylist()


@settings(deadline=None)
@given(st.lists(st.integers(-(10**37), 10**37), min_size=1))
def test_any_integer_there_and_back(integers):
    spec = NumberColumn(name="x", decimals=0)
    cells = [str(integer) for integer in integers]
    values = native(pa.array(cells), spec)
    assert [int(value) for value in values.to_pylist()] == integers
    assert spelled(values, spec).to_pylist() == cells


PATTERNS = [
    None, "%Y-%m-%d %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S.%f", "%-m/%-d/%Y %-I:%M:%S.%f %p", "%b %-d, %Y %H:%M:%S.%f",
    "%B %d, %Y, %I:%M:%S.%f%p", "%d-%^b-%Y %H:%M:%S.%f", "%Y%m%d%H%M%S%f",
    "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S.%f-03:30",
    "%Y-%m-%d %H:%M:%S.%f%z", "%d. %B %Y um %H.%M.%S.%f Uhr", "%s%6f",
]  # fmt: skip


@settings(max_examples=50, deadline=None)
@pytest.mark.parametrize("pattern", PATTERNS)
@given(moments=st.lists(st.datetimes(dt.datetime(1000, 1, 2), dt.datetime(9999, 12, 30)) | st.none(), min_size=1))
def test_moments_there_and_back(pattern, moments):
    spec = DatetimeColumn(name="t", format=pattern)
    values = pa.array(moments, pa.timestamp("us"))
    cells = spelled(values, spec)
    again = native(cells, spec)
    zone = again.type.tz
    assert again.cast(pa.timestamp("us", zone)).equals(values.cast(pa.timestamp("us", zone)))
    assert spelled(again, spec).equals(cells)


@settings(max_examples=50, deadline=None)
@pytest.mark.parametrize("pattern", [None, "%d.%m.%Y", "%-d/%-m/%Y", "%d %b %Y", "%B %-d, %Y", "%Y%m%d"])
@given(days=st.lists(st.dates(dt.date(1, 1, 1)) | st.none(), min_size=1))
def test_dates_there_and_back(pattern, days):
    spec = DateColumn(name="d", format=pattern)
    values = pa.array(days, pa.date32())
    cells = spelled(values, spec)
    if pattern is not None and days[0] is not None:
        months = {"%d.%m.%Y": f"{days[0]:%d.%m.}{days[0].year:04}", "%Y%m%d": f"{days[0].year:04}{days[0]:%m%d}"}
        assert cells[0].as_py() == months.get(pattern, cells[0].as_py())
    assert native(cells, spec).equals(values)


@settings(deadline=None)
@pytest.mark.parametrize("form", ["clock", "iso"])
@given(lengths=st.lists(st.timedeltas(dt.timedelta(days=-40000), dt.timedelta(days=40000)) | st.none(), min_size=1))
def test_lengths_of_time_there_and_back(form, lengths):
    spec = DurationColumn(name="d", format=form)
    values = pa.array(lengths, pa.duration("us"))
    assert native(spelled(values, spec), spec).equals(values)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.none()))
def test_text_of_any_sort_there_and_back(texts):
    for spec in (
        CategoryColumn(name="c"),
        TextColumn(name="t"),
        IdentifierColumn(name="i"),
        PersonalColumn(name="p", what="name"),
    ):
        values = native(pa.array(texts, pa.string()), spec)
        assert values.to_pylist() == [text or None for text in texts]
        assert spelled(values, spec).to_pylist() == [text or "" for text in texts]


def test_several_spellings_of_the_same_are_read():
    spec = NumberColumn(name="n", decimals=2, prefix="$", thousands=",")
    cells = ["$1,234.50", "$1234.5", " $7 ", "-$3", "$-3", "($3)", "+$3", "−$3", "$.5"]
    assert native(pa.array(cells), spec).to_pylist() == [1234.5, 1234.5, 7, -3, -3, -3, 3, -3, 0.5]


def test_what_looks_like_a_number_and_is_none():
    for cell in ("0x10", "1_000", "1 2", "--1", "1.5", "١", "1e5", "", " ", "1,000"):
        with pytest.raises(DataError):
            native(pa.array([cell]), NumberColumn(name="n", decimals=0, missing=()))
    for cell in ("nan", "1,5", "1.234.5", "12,34.5"):
        with pytest.raises(DataError):
            native(pa.array([cell]), NumberColumn(name="n", thousands=",", missing=()))


def message(cells: list[str], spec, **where) -> str:
    with pytest.raises(DataError) as caught:
        native(pa.array(cells), spec, **where)
    return str(caught.value)


def test_a_wrong_cell_is_named_with_its_row():
    spec = NumberColumn(name="age", decimals=0)
    said = message(["1", "", "old"], spec, table="people", first_row=1000)
    assert said.startswith("people.age[1002] is 'old'; expected a whole number such as '1234'; correct the cell, or")
    assert "`missing`" in said


def test_all_wrong_cells_are_counted_and_three_are_shown():
    said = message(["1", *["x" * 100] * 9], NumberColumn(name="age"), table="people")
    assert said.startswith("4 problems:\n  - people.age[1] is '" + "x" * 40 + "'…\n")
    assert "6 more cells of people.age are like that; expected a number such as '1234.5'" in said


@pytest.mark.parametrize(
    ("spec", "cell", "expected"),
    [
        (BooleanColumn(name="b", true="ja", false="nein"), "yes", "'ja' or 'nein'"),
        (DateColumn(name="d", format="%d.%m.%Y"), "2024-01-01", "a date of the format '%d.%m.%Y'"),
        (DateColumn(name="d"), "2024-02-30", "a date of the format 'YYYY-MM-DD'"),
        (DatetimeColumn(name="d"), "noon", "a datetime of the format 'YYYY-MM-DD'"),
        (DurationColumn(name="d"), "1:99:00", "a length of time such as '1:02:03'"),
        (PlaceColumn(name="p", part="latitude", decimal_mark=","), "1.5", "a number such as '1234,5'"),
    ],
)
def test_what_was_expected_is_said(spec, cell, expected):
    assert expected in message([cell], spec)


def test_unknown_parts_of_a_format():
    with pytest.raises(SchemaError, match=r"'%Q' is no part of a date"):
        native(pa.array(["2024"]), DateColumn(name="d", format="%Q"))


def test_types_that_cannot_be_of_the_kind():
    with pytest.raises(DataError, match=r"t\.n holds timestamp\[us\]"):
        native(pa.array([1], pa.timestamp("us")), PlaceColumn(name="n", part="latitude"), table="t")
    with pytest.raises(DataError, match=r"not all of it can be a boolean"):
        native(pa.array([0, 1, 2]), BooleanColumn(name="b", true="1", false="0"))
    with pytest.raises(DataError, match=r"not all of it can be a date"):
        native(pa.array([20240101, 20240231]), DateColumn(name="d", format="%Y%m%d"))


def test_chunks_slices_and_empty_columns():
    spec = NumberColumn(name="n", decimals=0)
    chunks = pa.chunked_array([["1", "2"], [], ["3"]], pa.string())
    assert native(chunks, spec).to_pylist() == [1, 2, 3]
    assert native(chunks.slice(1, 2), spec).to_pylist() == [2, 3]
    dates = pa.array(["x", "01.02.2024", "02.02.2024"]).slice(1)
    assert native(dates, DateColumn(name="d", format="%d.%m.%Y")).to_pylist() == [
        dt.date(2024, 2, 1),
        dt.date(2024, 2, 2),
    ]
    for empty in (
        NumberColumn(name="n"),
        DateColumn(name="d", format="%d.%m.%Y"),
        DurationColumn(name="d"),
        BooleanColumn(name="b"),
    ):
        assert len(spelled(native(pa.array([], pa.string()), empty), empty)) == 0
        assert native(pa.array(["", None], pa.string()), empty).null_count == 2


def test_dictionaries_are_read_value_by_value():
    values = pa.array(["1,5", "2,5", "1,5", None]).dictionary_encode()
    assert native(values, NumberColumn(name="n", decimal_mark=",")).to_pylist() == [1.5, 2.5, 1.5, None]
    with pytest.raises(DataError, match=r"table\.n\[2\] is 'x'"):
        native(pa.array(["1", "1", "x"]).dictionary_encode(), NumberColumn(name="n"))


def test_storages():
    number = NumberColumn(name="n", storage="decimal128(10, 2)", decimals=2)
    assert stored(pa.array([Decimal("1.50")], pa.decimal128(10, 2)), number).to_pylist() == [Decimal("1.50")]
    codes = CategoryColumn(name="c", storage="dictionary<values=string, indices=int8, ordered=0>")
    many = stored(pa.array([f"v{n}" for n in range(300)]), codes)
    assert many.type.index_type == pa.int32()
    text = NumberColumn(name="n", storage="large_string", decimals=2, fixed=True)
    assert stored(pa.array([1.5, None]), text).to_pylist() == ["1.50", None]
    assert stored(pa.array([1.5, None]), text.model_copy(update={"missing": ("NA",)})).to_pylist() == ["1.50", "NA"]
    assert stored(pa.array([1.5]), NumberColumn(name="n")).to_pylist() == [1.5]
    phone = PersonalColumn(name="p", what="phone", storage="int64")
    assert stored(pa.array(["4917012345"]), phone).to_pylist() == [4917012345]
    late = DurationColumn(name="t", storage="time32[s]")
    assert stored(pa.array([dt.timedelta(hours=25), dt.timedelta(hours=-1)]), late).to_pylist() == [
        dt.time(1),
        dt.time(23),
    ]
    with pytest.raises(SchemaError, match="did you mean 'int64'"):
        stored(pa.array([1]), NumberColumn(name="n", storage="int46"))


def test_constants_stay_as_they_are():
    spec = ConstantColumn(name="c", storage="int8")
    assert native(pa.array([1, 1], pa.int8()), spec).type == pa.int8()
    assert native(pa.array(["", ""]), ConstantColumn(name="c")).to_pylist() == ["", ""]
