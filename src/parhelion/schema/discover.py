"""Discovery: what the columns of a table are, found in their values and their names."""

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.errors import DataError, SchemaError, nearest, problems
from parhelion.schema import _booleans, _dates, _locales, _names, _numbers, _personal, _quantities, _words
from parhelion.schema._facts import Facts
from parhelion.schema._given import KINDS, given
from parhelion.schema._types import arrow_type, is_clock, is_number, is_text
from parhelion.schema.columns import (
    BooleanColumn,
    Column,
    ConstantColumn,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    PersonalColumn,
    TextColumn,
)
from parhelion.schema.schema import Table
from parhelion.schema.spelling import one, plain_text

PART = 0.98


def discover(
    table: pa.Table,
    *,
    name: str = "table",
    untyped: bool,
    rows_seen: int | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Table:
    """What the columns of a table are.

    untyped: all cells are text that nobody gave a type (a CSV file). rows_seen: rows of the whole source, where `table`
    is but a part of it. kinds: kinds that a person gives; they are kept, and their details found.

    >>> found = discover(pa.table({"id": ["1", "2", "3"], "paid": ["yes", "no", "yes"]}), untyped=True)
    >>> [(column.name, column.kind) for column in found.columns]
    [('id', 'identifier'), ('paid', 'boolean')]
    >>> discover(pa.table({"paid": ["yes"]}), untyped=True, kinds={"payed": "boolean"})
    Traceback (most recent call last):
    parhelion.errors.SchemaError: kinds speaks of 'payed', which is no column of table; did you mean 'paid'?
    """
    wanted = dict(kinds or {})
    _check_kinds(wanted, name, table.column_names)
    _check_columns(table, name)
    trust = PART if rows_seen is not None and rows_seen > table.num_rows else 1.0
    facts = [_facts(table, place, name, untyped, trust) for place in range(table.num_columns)]
    columns = [_kind_of(each) for each in facts]
    columns = [
        given(each, column, wanted[each.name]) if each.name in wanted else column
        for each, column in zip(facts, columns, strict=True)
    ]
    return Table(name=name, columns=tuple(_located(columns, facts)))


def _check_kinds(wanted: Mapping[str, str], table: str, names: list[str]) -> None:
    found = [
        f"kinds speaks of {name!r}, which is no column of {table}{nearest(name, names)}"
        for name in wanted
        if name not in names
    ]
    found += [
        f"{table}.{name} is to be {kind!r}, which is no kind{nearest(kind, KINDS)}"
        for name, kind in wanted.items()
        if kind not in KINDS
    ]
    if found:
        raise SchemaError(problems(found))


def _check_columns(table: pa.Table, name: str) -> None:
    names = table.column_names
    found = [
        f"{name} has more than one column {each!r}; rename one"
        for each in dict.fromkeys(names)
        if names.count(each) > 1
    ]
    found += [
        f"{name}.{field.name} holds {field.type}; expected numbers, text, dates or the like: take it apart into "
        "columns of its own, or leave it out"
        for field in table.schema
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type)
    ]
    if found:
        raise DataError(problems(found))


def _facts(table: pa.Table, place: int, name: str, untyped: bool, trust: float) -> Facts:
    field = table.schema.field(place)
    values = one(table.column(place))
    storage, rows = "text" if untyped and is_text(field.type) else str(field.type), len(values)
    if pa.types.is_float16(values.type):
        values = values.cast(pa.float32())
    blank, declared = False, ()
    if pa.types.is_dictionary(values.type):
        declared = tuple(values.dictionary.to_pylist()) if field.type.ordered else ()
        values = values.dictionary_decode()
    if is_text(values.type):
        values = plain_text(values)
        empty = pc.equal(values, "")
        if pc.any(empty).as_py():
            blank = storage != "text"
            values = values.filter(pc.invert(empty))
    return Facts(name, field.name, storage, pc.drop_null(values), rows, trust=trust, blank=blank, declared=declared)


def _kind_of(facts: Facts) -> Column:
    constant = _constant(facts)
    if constant is not None:
        return constant
    kind = facts.values.type
    if facts.storage.startswith("dictionary"):
        return _declared(facts)
    if is_text(kind):
        return _text(facts)
    if is_number(kind):
        return _quantities.kind_of(facts)
    if pa.types.is_boolean(kind):
        return facts.column(BooleanColumn, 1.0, "stored so")
    if pa.types.is_date(kind):
        return facts.column(DateColumn, 1.0, "stored so")
    if pa.types.is_timestamp(kind):
        return _timestamp(facts)
    if is_clock(kind):
        return facts.column(DurationColumn, 1.0, "stored so")
    return facts.column(TextColumn, 0.5, f"stored as {kind}")


def _constant(facts: Facts) -> Column | None:
    if facts.many == 0:
        return facts.column(ConstantColumn, 1.0, "nothing but missing values")
    if facts.many < facts.rows or len(pc.unique(facts.values[:100])) > 1 or facts.different > 1:
        return None
    return facts.column(ConstantColumn, 0.95, "the same value in every row")


def _timestamp(facts: Facts) -> Column:
    """Dates are often stored as moments at midnight."""
    if facts.values.type.tz is None:
        days = pc.cast(facts.values, pa.date32(), safe=False)
        if pc.all(pc.equal(pc.cast(days, facts.values.type, safe=False), facts.values)).as_py():
            return facts.column(DateColumn, 0.97, "moments that are all at midnight")
    return facts.column(DatetimeColumn, 1.0, "stored so")


def _declared(facts: Facts) -> Column:
    """The source says that these are categories; where they nearly all differ, that is only how it stores text."""
    if is_text(facts.values.type) and facts.shared < 2 and facts.many >= 50:
        return _text(facts)
    if is_text(facts.values.type) and (personal := _personal.by_content(facts)) is not None:
        return personal
    kind = arrow_type(facts.storage)
    values = facts.declared if kind.ordered and is_text(kind.value_type) else ()
    return _words.category(facts, 0.99, "stored as categories", values=values)


def _text(facts: Facts) -> Column:
    for recogniser in _IN_TEXT:
        found = recogniser(facts)
        if found is not None:
            return found
    return _words.category_or_text(facts)


def _dialled(facts: Facts) -> Column | None:
    """What is written in digits, but is no number: by the column's name, before numbers are looked for."""
    if _names.says(facts.name) not in ("phone", "credit_card", "national_id", "postcode", "iban"):
        return None
    return _personal.common_postcode(facts) or _personal.by_name(facts)


def _number(facts: Facts) -> Column | None:
    numbers = _numbers.in_text(facts)
    return None if numbers is None else _quantities.kind_of(numbers)


_IN_TEXT: tuple[Callable[[Facts], Column | None], ...] = (
    _dialled,
    _number,
    _booleans.in_text,
    _dates.in_text,
    _personal.by_content,
    _personal.by_name,
    _words.identifier,
)


def _located(columns: list[Column], facts: list[Facts]) -> Iterator[Column]:
    """Personal columns of one table speak of one country, as far as their values tell."""
    if not any(isinstance(column, PersonalColumn) for column in columns):
        yield from columns
        return
    locale = _locales.locale_of((column, each.sample) for column, each in zip(columns, facts, strict=True))
    for column in columns:
        yield column.model_copy(update={"locale": locale}) if isinstance(column, PersonalColumn) else column
