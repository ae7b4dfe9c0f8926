"""Discovery on made columns: what each looks like, and what it is."""

import datetime as dt
import random
from decimal import Decimal
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from stdnum import ean, iban, luhn, verhoeff

from parhelion.errors import DataError, SchemaError
from parhelion.schema import Column, discover, native, spelled, stored

ROWS = 200


def found(name: str, values, kind: pa.DataType | None = None, *, untyped: bool = True) -> Column:
    return discover(pa.table({name: pa.array(values, kind)}), untyped=untyped).columns[0]


def text(name: str, values: list[str]) -> Column:
    return found(name, values, pa.string())


def dice() -> random.Random:
    return random.Random(7)


def days(pattern: str, rows: int = ROWS) -> list[str]:
    die = dice()
    start = dt.datetime(2000, 1, 1)
    moments = [
        start + dt.timedelta(seconds=die.randrange(700_000_000), microseconds=die.randrange(10**6)) for _ in range(rows)
    ]
    return [moment.strftime(pattern) for moment in moments]


def amounts(shape: str, most: float = 100_000) -> list[str]:
    die = dice()
    return [shape.format(die.random() * most) for _ in range(ROWS)]


def german(cells: list[str]) -> list[str]:
    return [cell.translate(str.maketrans(",.", ".,")) for cell in cells]


NUMBERS = {
    "integers": (amounts("{:.0f}"), {"decimals": 0}),
    "two decimals kept": (amounts("{:.2f}"), {"decimals": 2, "fixed": True}),
    "decimal comma": (german(amounts("{:.2f}")), {"decimals": 2, "decimal_mark": ",", "thousands": ""}),
    "german thousands": (german(amounts("{:,.2f}")), {"decimals": 2, "decimal_mark": ",", "thousands": "."}),
    "english thousands": (amounts("{:,.2f}"), {"decimals": 2, "thousands": ","}),
    "whole thousands": (amounts("{:,.0f}", 10**7), {"decimals": 0, "thousands": ","}),
    "swiss thousands": ([cell.replace(",", "'") for cell in amounts("{:,.2f}")], {"thousands": "'"}),
    "french thousands": ([cell.replace(",", "\u202f") for cell in amounts("{:,.0f}")], {"thousands": "\u202f"}),
    "dollars": (amounts("${:,.2f}"), {"prefix": "$", "decimals": 2}),
    "euros": (german(amounts("{:.2f} €")), {"suffix": " €", "decimal_mark": ","}),
    "per cent": (amounts("{:.1f}%", 100), {"suffix": "%", "decimals": 1}),
    "kilograms": (amounts("{:.0f} kg", 100), {"suffix": " kg", "decimals": 0}),
    "debts": ([f"({cell})" if n % 3 else cell for n, cell in enumerate(amounts("{:,.2f}"))], {"minus": "brackets"}),
    "minus before the sign": (
        [f"-{cell}" if n % 3 else cell for n, cell in enumerate(amounts("${:.2f}"))],
        {"minus": "before"},
    ),
    "minus inside": (
        ["$" + ("-" if n % 3 else "") + cell for n, cell in enumerate(amounts("{:.2f}"))],
        {"minus": "inside"},
    ),
    "whole floats": (amounts("{:.0f}.0"), {"decimals": 0, "point": True}),
    "blanks before": (amounts(" {:.0f}"), {"prefix": " ", "decimals": 0}),
    "not available": ([*amounts("{:.1f}"), "NA", "NA", "NA"], {"decimals": 1, "missing": ("NA", "")}),
    "infinite": ([*amounts("{:.2f}"), "inf", "-inf"], {"decimals": 2, "fixed": True}),
    "beyond 64 bits": ([str(10**25 + int(cell)) for cell in amounts("{:.0f}")], {"decimals": 0}),
    "unsigned": ([str(2**63 + int(cell)) for cell in amounts("{:.0f}")], {"decimals": 0}),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers_in_text(case):
    cells, fields = NUMBERS[case]
    spec = text("reading", cells)
    assert spec.kind == "number"
    assert {name: getattr(spec, name) for name in fields} == fields
    assert spelled(native(pa.array(cells), spec), spec).to_pylist() == cells


NOT_NUMBERS = {
    "zero-padded": ([f"{n % 50:04}" for n in range(ROWS)], "category"),
    "numbers and words": (["12", "apple", "3.5", "pear"] * 50, "category"),
    "versions": (["1.2.3", "1.2.4", "2.0.0"] * 60, "category"),
    "hexadecimal": (["0x1F", "0x2A", "0xFF"] * 60, "category"),
    "ranges": (["18-25", "26-35", "36-45"] * 60, "category"),
    "quarters": (["Q1", "Q2", "Q3", "Q4"] * 50, "category"),
    "grouped wrongly": (["1,23", "1,234", "12,34,5"] * 60, "category"),
}


@pytest.mark.parametrize("case", NOT_NUMBERS)
def test_what_is_no_number(case):
    cells, kind = NOT_NUMBERS[case]
    assert text("thing", cells).kind == kind


def test_one_mark_before_three_digits_leaves_doubt():
    assert text("reading", [f"{n}.{n + 100}" for n in range(1, 90)]).sure < 0.9
    assert text("reading", [f"{n},{n + 100}" for n in range(1, 90)]).sure < 0.9


DATES = {
    "%Y-%m-%d": ("date", None),
    "%Y/%m/%d": ("date", "%Y/%m/%d"),
    "%d.%m.%Y": ("date", "%d.%m.%Y"),
    "%d/%m/%Y": ("date", "%d/%m/%Y"),
    "%m/%d/%Y": ("date", "%m/%d/%Y"),
    "%-m/%-d/%Y": ("date", "%-m/%-d/%Y"),
    "%-d.%-m.%Y": ("date", "%-d.%-m.%Y"),
    "%m/%d/%y": ("date", "%m/%d/%y"),
    "%Y%m%d": ("date", "%Y%m%d"),
    "%b %-d, %Y": ("date", "%b %-d, %Y"),
    "%d %B %Y": ("date", "%d %B %Y"),
    "%d-%b-%y": ("date", "%d-%b-%y"),
    "%Y-%m": ("date", "%Y-%m"),
    "%Y-%m-%d 00:00:00": ("date", "%Y-%m-%d 00:00:00"),
    "%Y-%m-%d %H:%M:%S": ("datetime", None),
    "%Y-%m-%dT%H:%M:%S": ("datetime", "%Y-%m-%dT%H:%M:%S"),
    "%Y-%m-%dT%H:%M:%SZ": ("datetime", "%Y-%m-%dT%H:%M:%SZ"),
    "%Y-%m-%dT%H:%M:%S+02:00": ("datetime", "%Y-%m-%dT%H:%M:%S+02:00"),
    "%Y-%m-%d %H:%M:%S.%f": ("datetime", "%Y-%m-%d %H:%M:%S.%f"),
    "%Y-%m-%d %H:%M:%S UTC": ("datetime", "%Y-%m-%d %H:%M:%S UTC"),
    "%d.%m.%Y %H:%M": ("datetime", "%d.%m.%Y %H:%M"),
    "%-m/%-d/%Y %-H:%M": ("datetime", "%-m/%-d/%Y %-H:%M"),
    "%m/%d/%Y %I:%M %p": ("datetime", "%m/%d/%Y %I:%M %p"),
    "%-m/%-d/%y %-I:%M %p": ("datetime", "%-m/%-d/%y %-I:%M %p"),
}


@pytest.mark.parametrize("pattern", DATES)
def test_dates_in_text(pattern):
    cells = days(pattern)
    spec = text("when", cells)
    assert (spec.kind, spec.format) == DATES[pattern]
    assert spelled(native(pa.array(cells), spec), spec).to_pylist() == cells


def test_months_in_capitals():
    cells = [cell.upper() for cell in days("%d-%b-%Y")]
    spec = text("when", cells)
    assert spec.format == "%d-%^b-%Y"
    assert spelled(native(pa.array(cells), spec), spec).to_pylist() == cells


def test_day_and_month_that_could_change_places_are_a_guess():
    assert text("when", ["01/02/2020", "03/04/2020", "05/06/2021"] * 20).sure < 0.9
    assert text("when", ["13/02/2020", "03/04/2020", "05/06/2021"] * 20).format == "%d/%m/%Y"


def test_no_calendar_has_the_thirtieth_of_february():
    assert text("when", [*days("%d.%m.%Y"), "30.02.2020"]).kind not in ("date", "datetime")


def test_offsets_that_change_are_read_as_utc():
    cells = ["2024-01-01T12:00:00+01:00", "2024-07-01T12:00:00+02:00"] * 50
    spec = text("when", cells)
    assert spec.format == "%Y-%m-%dT%H:%M:%S%z"
    values = native(pa.array(cells), spec)
    assert str(values.type) == "timestamp[us, tz=UTC]"
    assert values[0].as_py().isoformat() == "2024-01-01T11:00:00+00:00"


def test_fractions_in_some_rows_only():
    cells = ["2024-01-01 12:00:00", "2024-01-01 12:00:00.250000"] * 50
    spec = text("when", cells)
    assert (spec.kind, spec.format) == ("datetime", None)
    assert spelled(native(pa.array(cells), spec), spec).to_pylist() == cells


@pytest.mark.parametrize(("scale", "pattern"), [(1, "%s"), (1000, "%s%3f"), (10**6, "%s%6f")])
def test_moments_counted_from_1970(scale, pattern):
    counts = [(1_600_000_000 + n * 1000) * scale for n in range(ROWS)]
    for spec, values in (
        (text("created_at", [str(n) for n in counts]), pa.array([str(n) for n in counts])),
        (found("created_at", counts, untyped=False), pa.array(counts)),
    ):
        assert (spec.kind, spec.format) == ("datetime", pattern)
        assert stored(native(values, spec), spec).equals(values) or spelled(native(values, spec), spec).equals(values)
    assert found("income", counts, untyped=False).kind == "number"


DURATIONS = {
    "clock": (["01:02:03", "12:59:00", "00:00:01"] * 20, {"format": "clock", "hours": 2}),
    "bare hours": (["1:02:03", "112:59:00", "0:00:01"] * 20, {"format": "clock", "hours": 1}),
    "no seconds": (["7:30", "12:05", "23:59"] * 20, {"format": "clock", "seconds": False}),
    "tenths": (["0:01:02.3", "0:00:59.9"] * 20, {"decimals": 1}),
    "negative": (["-0:01:02", "0:00:59"] * 20, {"format": "clock"}),
    "iso": (["PT1H30M", "PT45M", "P1DT2H", "PT0S", "-PT5.25S"] * 20, {"format": "iso"}),
}


@pytest.mark.parametrize("case", DURATIONS)
def test_lengths_of_time(case):
    cells, fields = DURATIONS[case]
    spec = text("took", cells)
    assert spec.kind == "duration"
    assert {name: getattr(spec, name) for name in fields} == fields
    assert spelled(native(pa.array(cells), spec), spec).to_pylist() == cells


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("true", "false"),
        ("Yes", "No"),
        ("Y", "N"),
        ("T", "F"),
        ("ja", "nein"),
        ("oui", "non"),
        ("SI", "NO"),
        ("1", "0"),
    ],
)
def test_yes_and_no(true, false):
    cells = [true, false, ""] * 40
    spec = text("paid", cells)
    assert (spec.kind, spec.true, spec.false) == ("boolean", true, false)
    assert spelled(native(pa.array(cells), spec), spec).to_pylist() == cells


def test_flags_stored_as_numbers_stay_numbers():
    for values in (pa.array([0, 1, 1] * 20, pa.int8()), pa.array([0.0, 1.0, None] * 20)):
        spec = discover(pa.table({"flag": values}), untyped=False).columns[0]
        assert spec.kind == "boolean"
        assert stored(native(values, spec), spec).equals(values)


def uuid(die: random.Random) -> str:
    return str(UUID(int=die.getrandbits(128), version=4))


def with_check(calc, start: int, digits: int) -> list[str]:
    die = dice()
    stems = [f"{start + die.randrange(10 ** (digits - 1)):0{digits}}" for _ in range(ROWS)]
    return [stem + str(calc(stem)) for stem in stems]


IDENTIFIERS = {
    "customer_id": ([str(n * 7 % 10_007) for n in range(ROWS)], {"pattern": None, "unique": True}),
    "key": ([f"INV-2024-{n:05}" for n in range(ROWS)], {"pattern": "INV-2024-99999"}),
    "thing": ([f"{n:05}" for n in range(ROWS)], {"pattern": "99999"}),
    "what": ([f"C{n}" for n in range(ROWS)], {"pattern": None}),
    "which": ([uuid(random.Random(n)) for n in range(ROWS)], {"unique": True}),
    "row": ([str(n) for n in range(1, ROWS)], {"unique": True}),
    "code": (with_check(ean.calc_check_digit, 4 * 10**11, 12), {"check": "ean", "pattern": "9" * 13}),
    "number": (with_check(luhn.calc_check_digit, 2 * 10**9, 10), {"check": "luhn"}),
    "member": (with_check(verhoeff.calc_check_digit, 2 * 10**10, 11), {"check": "verhoeff"}),
}


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_identifiers(name):
    cells, fields = IDENTIFIERS[name]
    spec = text(name, cells)
    assert spec.kind == "identifier"
    assert {field: getattr(spec, field) for field in fields} == fields


def test_identifiers_that_come_again():
    die = dice()
    cells = [die.randrange(10**6, 10**8) for _ in range(600)] * 2
    spec = found("patient_nbr", cells, untyped=False)
    assert (spec.kind, spec.unique) == ("identifier", False)


def test_quantities_that_never_come_twice_are_no_identifiers():
    die = dice()
    assert found("charges", [die.random() * 1e5 for _ in range(ROWS)], untyped=False).kind == "number"
    assert found("income", die.sample(range(10**6), ROWS), untyped=False).kind == "number"
    assert found("fnlwgt", die.sample(range(10**6), ROWS), untyped=False).kind == "number"
    assert found("year", list(range(1900, 2000)), untyped=False).kind == "number"


def test_codes_are_categories():
    die = dice()
    for name in ("OperatingSystems", "TrafficType", "store_id", "pclass", "zip", "plz"):
        assert found(name, [die.randrange(1, 9) for _ in range(ROWS)], untyped=False).kind == "category"
    assert found("education-num", [die.randrange(1, 17) for _ in range(ROWS)], untyped=False).kind == "number"
    assert text("plz", ["01067", "10115", "80331"] * 50).kind == "category"


def test_many_categories_are_still_categories():
    die = dice()
    cells = [f"value {die.randrange(10_000)}" for _ in range(60_000)]
    assert text("thing", cells).kind == "category"


PERSONAL = {
    "mail": ([f"person{n}@example.org" for n in range(ROWS)], "email"),
    "whatever": ([f"person{n}@example.org" for n in range(ROWS)], "email"),
    "reach": ([f"+49 170 {1000000 + n * 7}" for n in range(ROWS)], "phone"),
    "Telefon": ([f"0{1719000000 + n * 7}" for n in range(ROWS)], "phone"),
    "addr": ([f"{n} Main Street" for n in range(ROWS)], "address"),
    "Straße": ([f"Lindenweg {n}" for n in range(ROWS)], "street"),
    "code_postal": ([f"{10000 + n * 37}" for n in range(ROWS)], "postcode"),
    "host": ([f"10.{n}.3.{n % 9}" for n in range(ROWS)], "ip_address"),
    "page": ([f"https://example.org/{n}" for n in range(ROWS)], "url"),
    "ssn": ([f"{100 + n}-45-{6000 + n}" for n in range(ROWS)], "national_id"),
    "login": ([f"user_{'abcdefghij'[n % 10]}{n}" for n in range(ROWS)], "username"),
    "card": (with_check(luhn.calc_check_digit, 4 * 10**14, 15), "credit_card"),
}


@pytest.mark.parametrize("name", PERSONAL)
def test_personal_values(name):
    cells, what = PERSONAL[name]
    spec = text(name, cells)
    assert (spec.kind, spec.what) == ("personal", what)


def test_accounts():
    cells = [f"DE{98 - int(f'{37040044:08}{n:010}131400') % 97:02}{37040044:08}{n:010}" for n in range(100, 160)]
    assert all(iban.is_valid(cell) for cell in cells)
    spec = text("konto", cells)
    assert (spec.kind, spec.what, spec.locale) == ("personal", "iban", "de")


GIVEN = ["Anna", "Peter", "Maria", "Hans", "Julia", "Thomas", "Laura", "Michael", "Sophie", "Daniel"]
FAMILY = ["Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann"]


def test_names_of_people_and_where_they_come_from():
    names = [f"{given} {family}" for given in GIVEN for family in FAMILY]
    for name in ("name", "customer", "Ansprechpartner", "zzz"):
        spec = text(name, names)
        assert (spec.kind, spec.what, spec.locale) == ("personal", "name", "de"), name
    spec = discover(pa.table({"vorname": GIVEN, "nachname": FAMILY}), untyped=True)
    assert [column.what for column in spec.columns] == ["first_name", "last_name"]


def test_few_cities_names_or_companies_are_categories():
    for name in ("city", "name", "company", "first_name", "street", "address", "Ort", "ville"):
        assert text(name, ["Berlin", "Hamburg", "Munich"] * 60).kind == "category", name
    assert text("name", ["basic", "premium", "pro"] * 5).kind == "category"


def test_the_name_alone_makes_nothing_personal():
    assert text("name", [f"Product number {n} of the series" for n in range(ROWS)]).kind != "personal"
    assert text("phone_type", ["home", "work"] * 50).kind == "category"
    assert text("email", ["yes", "no"] * 50).kind == "boolean"


def test_places():
    die = dice()
    latitudes = [f"{die.uniform(47, 55):.5f}" for _ in range(ROWS)]
    assert text("lat", latitudes).part == "latitude"
    assert text("geo_lng", latitudes).part == "longitude"
    assert text("flat", latitudes).kind == "number"
    assert text("lat", [f"{die.uniform(470, 550):.5f}" for _ in range(ROWS)]).kind == "number"
    assert text("Breitengrad", german(latitudes)).decimal_mark == ","


def test_free_text():
    die = dice()
    words = ["the", "service", "was", "good", "bad", "slow", "and", "nobody", "came", "back"]
    assert text("comment", [" ".join(die.choices(words, k=12)) for _ in range(ROWS)]).kind == "text"
    assert (
        text("label", ["a rather long label that comes again and again and again"] * 99 + ["other"]).kind == "category"
    )


def test_missing_values_in_words_are_values():
    spec = text("answer", ["None", "NA", "?", "Norm", ""] * 30)
    assert (spec.kind, spec.missing) == ("category", ("",))
    assert native(pa.array(["None", "", "?"]), spec).to_pylist() == ["None", None, "?"]


def test_missing_values_beside_dates_and_numbers():
    assert text("when", [*days("%Y-%m-%d"), "NULL", "NULL"]).missing == ("NULL", "")
    assert text("paid", ["yes", "no", "?", "?", ""] * 20).missing == ("?", "")


CONSTANTS = {"missing": [""] * 9, "same": ["x"] * 9, "zero": ["0"] * 9, "no rows": []}


@pytest.mark.parametrize("case", CONSTANTS)
def test_constants(case):
    spec = text("column", CONSTANTS[case])
    assert spec.kind == "constant"
    assert native(pa.array(CONSTANTS[case], pa.string()), spec).to_pylist() == CONSTANTS[case]


def typed_columns() -> dict[str, tuple[pa.Array, str]]:
    rng, die = np.random.default_rng(3), dice()
    moments = [dt.datetime(2020, 1, 1) + dt.timedelta(seconds=die.randrange(10**7)) for _ in range(ROWS)]
    words = ["low", "mid", "high", None]
    return {
        "int8": (pa.array(rng.integers(0, 90, ROWS), pa.int8()), "number"),
        "uint64": (pa.array(rng.integers(2**63, 2**64 - 1, ROWS, dtype=np.uint64)), "number"),
        "float": (pa.array(rng.random(ROWS).astype("f4")), "number"),
        "halffloat": (pa.array(rng.random(ROWS).astype("f2")), "number"),
        "whole floats": (pa.array([die.choice([None, float(die.randrange(99))]) for _ in range(ROWS)]), "number"),
        "infinite": (pa.array([float("inf"), None, 0.25, 1 / 3] * 50), "number"),
        "decimal": (pa.array([Decimal(n) / 100 for n in range(ROWS)], pa.decimal128(10, 2)), "number"),
        "decimal256": (pa.array([Decimal(10**45 + n**2) for n in range(ROWS)], pa.decimal256(50, 0)), "number"),
        "bool": (pa.array([True, False, None, True] * 50), "boolean"),
        "seconds": (pa.array(moments, pa.timestamp("s")), "datetime"),
        "zoned": (pa.array(moments, pa.timestamp("ns", "Europe/Berlin")), "datetime"),
        "midnight": (pa.array([m.replace(hour=0, minute=0, second=0) for m in moments], pa.timestamp("ns")), "date"),
        "date32": (pa.array([m.date() for m in moments]), "date"),
        "date64": (pa.array([m.date() for m in moments], pa.date64()), "date"),
        "time64": (pa.array([m.time() for m in moments], pa.time64("ns")), "duration"),
        "time32": (pa.array([m.time() for m in moments], pa.time32("s")), "duration"),
        "duration": (pa.array([dt.timedelta(seconds=n * 7) for n in range(ROWS)], pa.duration("ms")), "duration"),
        "large_string": (pa.array(die.choices(words, k=ROWS), pa.large_string()), "category"),
        "string_view": (pa.array(die.choices(words, k=ROWS), pa.string_view()), "category"),
        "empty strings": (pa.array(["a", "", None, "b"] * 50), "category"),
        "null": (pa.nulls(ROWS), "constant"),
        "text of numbers": (pa.array([f"{n / 8:.2f}" for n in range(ROWS)]), "number"),
        "text of dates": (pa.array([m.strftime("%d.%m.%Y") for m in moments]), "date"),
        "day": (pa.array([int(m.strftime("%Y%m%d")) for m in moments]), "date"),
        "phone": (pa.array(rng.integers(10**10, 10**11, ROWS)), "identifier"),
        "whole code": (pa.array([1.0, 2.0, None, 3.0] * 50), "category"),
        "lat": (pa.array(rng.uniform(40, 50, ROWS).astype("f4")), "place"),
        "email": (pa.array([f"a{n}@example.org" for n in range(ROWS)], pa.large_string()), "personal"),
    }


TYPED = typed_columns()


@pytest.mark.parametrize("name", TYPED)
def test_typed_columns_come_back_as_they_were(name):
    values, kind = TYPED[name]
    spec = discover(pa.table({name: values}), untyped=False).columns[0]
    assert (spec.kind, spec.storage) == (kind, str(values.type))
    back = stored(native(values, spec), spec)
    assert back.equals(values)


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("words", [["lo", "mid", "hi"], [3, 1, 2]])
def test_dictionaries_come_back_as_they_were(words, ordered):
    indices = pa.array([0, 1, 2, None, 0] * 30, pa.int8())
    values = pa.DictionaryArray.from_arrays(indices, pa.array(words), ordered=ordered)
    spec = discover(pa.table({"level": values}), untyped=False).columns[0]
    assert spec.kind == "category"
    back = stored(native(values, spec), spec)
    assert back.type == values.type
    assert back.dictionary_decode().equals(values.dictionary_decode())
    if ordered and words[0] == "lo":
        assert back.dictionary.to_pylist() == words


def test_numbers_beside_not_a_number():
    values = pa.array([float("nan"), 1.0, 2.0, 5.0] * 50)
    spec = discover(pa.table({"x": values}), untyped=False).columns[0]
    assert (spec.kind, spec.decimals) == ("number", 0)


def test_nested_and_binary_columns_are_refused_together():
    table = pa.table({"list": pa.array([[1], [2]]), "bytes": pa.array([b"a", b"b"]), "fine": [1, 2]})
    with pytest.raises(DataError, match=r"(?s)2 problems.*shop\.list holds list.*shop\.bytes holds binary"):
        discover(table, name="shop", untyped=False)


GIVEN_KINDS = [
    ("cp", ["1", "2", "3"] * 9, "category", {}),
    ("zip", ["10115", "80331"] * 9, "number", {"decimals": 0}),
    ("plz", ["01067", "80331"] * 9, "identifier", {"pattern": "99999"}),
    ("sex", ["male", "female"] * 9, "boolean", {"true": "male", "false": "female"}),
    ("city", ["Berlin", "Paris"] * 9, "personal", {"what": "city"}),
    ("who", ["Berlin", "Paris"] * 9, "last_name", {"what": "last_name"}),
    ("y", ["1.5", "2.5"] * 9, "latitude", {"part": "latitude"}),
    ("day", ["01.02.2020", "03.04.2021"] * 9, "datetime", {"format": "%d.%m.%Y"}),
    ("note", ["a", "b"] * 9, "text", {}),
]


@pytest.mark.parametrize(("name", "cells", "kind", "fields"), GIVEN_KINDS)
def test_kinds_that_a_person_gives_are_kept(name, cells, kind, fields):
    spec = discover(pa.table({name: cells}), untyped=True, kinds={name: kind}).columns[0]
    assert spec.sure == 1
    assert {field: getattr(spec, field) for field in fields} == fields
    assert len(native(pa.array(cells), spec)) == len(cells)


def test_kinds_that_cannot_be():
    table = pa.table({"work": ["a", "b", "c"] * 5})
    with pytest.raises(SchemaError, match=r"(?s)2 problems.*did you mean 'work'.*did you mean 'number'"):
        discover(table, untyped=True, kinds={"wrok": "number", "work": "numbr"})
    for kind in ("number", "date", "duration", "boolean", "latitude", "constant"):
        with pytest.raises(SchemaError, match=f"table.work is to be {kind}"):
            discover(table, untyped=True, kinds={"work": kind})


def test_a_part_of_a_source_leaves_more_doubt():
    table = pa.table({"x": amounts("{:.2f}")})
    whole = discover(table, untyped=True).columns[0]
    assert discover(table, untyped=True, rows_seen=10**6).columns[0].sure < whole.sure


def test_many_rows_of_few_places_are_codes_and_of_few_people_are_not():
    die = dice()
    places = [die.randrange(1, 266) for _ in range(50_000)]
    assert found("PULocationID", places, untyped=False).kind == "category"
    assert found("user_id", places, untyped=False).kind == "identifier"
    assert found("Store", [die.randrange(1, 1000) for _ in range(9000)], untyped=False).kind == "category"


def test_names_with_titles():
    names = ["Braund, Mr. Owen Harris", "Heikkinen, Miss. Laina", "Allen, Mr. William Henry", "Moran, Mr. James"]
    spec = text("Name", [*names, "Futrelle, Mrs. Jacques Heath (Lily May Peel)"])
    assert (spec.kind, spec.what) == ("personal", "name")


def test_moments_that_other_programs_write():
    for cells, pattern in (
        (["2024-01-01 10:00:00 +0000", "2024-01-02 10:00:00 +0000"], "%Y-%m-%d %H:%M:%S +0000"),
        (["2024-01-01 10:00:00 +0000", "2024-01-02 10:00:00 +0200"], "%Y-%m-%d %H:%M:%S %z"),
        (["2024-01-01T10:00:00.1234567", "2024-01-01T10:00:00.1"], None),
    ):
        spec = text("when", cells * 20)
        assert (spec.kind, spec.format) == ("datetime", pattern)
        assert native(pa.array(cells), spec).null_count == 0
    spec = text("timestamp", [f"202401{n:02}101500" for n in range(10, 30)])
    assert (spec.kind, spec.format) == ("datetime", "%Y%m%d%H%M%S")


def test_columns_of_one_name_are_refused():
    with pytest.raises(DataError, match="shop has more than one column 'a'; rename one"):
        discover(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), name="shop", untyped=False)
