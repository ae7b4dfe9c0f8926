"""Which rows keep a rule."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema._rule_answers import kept_answers
from parhelion.schema._rule_kinds import (
    AnyRule,
    Bound,
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
from parhelion.schema._rule_rows import DAY, Coded, Codes, Flags, Floats, Rows, combined

if TYPE_CHECKING:
    from parhelion.schema.schema import Table

_NOISE, _NOISE_OF_SINGLES, _NOISE_OF_MOMENTS = 1e-9, 1e-6, 1e-15
_CLASSES = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]", "x": "[0-9a-f]", "X": "[0-9A-F]", "*": "[0-9A-Za-z]"}


def keeps(rule: AnyRule, table: pa.Table, spec: "Table", reference: pa.Table | None = None) -> Flags:
    """Which rows of a table of native values keep a rule: one bool a row.

    A row in which a value is missing that the rule speaks of keeps it: nothing says that it does not. Only
    `... is missing if ...` is about missing values themselves.

    Of rows that are equal on the left of a dependency, those break it whose right is not the most frequent one among
    them (the first met of equally frequent ones). reference: real rows that say what follows from what. Then a left
    that they hold is judged by their most frequent right, and only lefts that they do not hold by each other: a twin
    may invent a city, but not move one it was told of to another country.

    Of rows equal in the columns of `is unique`, the first keeps the rule and the others break it.

    >>> from parhelion.schema import CategoryColumn, Table, rule_of
    >>> places = Table(name="places", columns=(CategoryColumn(name="city"), CategoryColumn(name="country")))
    >>> real = pa.table({"city": ["Bern", "Rome"], "country": ["CH", "IT"]})
    >>> made = pa.table({"city": ["Bern", "Bern", "Oz", "Oz", "Rome"], "country": ["IT", "IT", "AU", "AU", None]})
    >>> rule = rule_of("city -> country")
    >>> keeps(rule, made, places).tolist(), keeps(rule, made, places, real).tolist()
    ([True, True, True, True, True], [False, False, True, True, True])
    """
    return kept_by(rule, Rows(table, spec), None if reference is None else Rows(reference, spec))


@np.errstate(invalid="ignore", over="ignore")  # infinite numbers add up to none, and break what they should
def kept_by(rule: AnyRule, rows: Rows, reference: Rows | None = None) -> Flags:
    """`keeps`, for whoever looks at the same rows with many rules."""
    match rule:
        case OrderRule():
            return _in_order(rule, rows)
        case SumRule():
            return _near(rows, rule.total, rule.columns[1:], _sum(rule, rows))
        case ProductRule():
            product = np.prod([rows.numbers(name) for name in rule.factors], axis=0)
            return _near(rows, rule.total, rule.factors, product)
        case DependencyRule():
            return kept_answers(rule, rows, reference)
        case RangeRule():
            return _in_range(rule, rows)
        case ValuesRule():
            return _of_values(rows.coded(rule.column), _among(rows, rule.column, rule.values))
        case PatternRule():
            said = pc.match_substring_regex(rows.texts(rule.column), regex(rule.pattern))
            return _of_values(rows.coded(rule.column), _flags(said))
        case UniqueRule():
            return _firsts(rows, rule.only)
        case MissingRule():
            named = _of_values(rows.coded(rule.when), _among(rows, rule.when, rule.values), missing=False)
            return np.asarray(~named | (rows.coded(rule.column).codes == 0))


def _in_order(rule: OrderRule, rows: Rows) -> Flags:
    kinds = {rows.column(name).kind for name in rule.columns}
    if rule.sign == "=" and not kinds <= {"number", "date", "datetime", "duration", "place"}:
        return _same(rows, rule.first, rule.second)
    first, second = side_by_side(rows, rule.first, rule.second)
    if rule.sign == "=":
        return _near(rows, rule.first, (rule.second,), second, first)
    return ~(first >= second if rule.sign == "<" else first > second)


def side_by_side(rows: Rows, first: str, second: str) -> tuple[Floats, Floats]:
    """Two columns of one unit as numbers that compare: a date and a moment by their days."""
    kinds = {rows.column(name).kind for name in (first, second)}
    if kinds != {"date", "datetime"}:
        return rows.numbers(first), rows.numbers(second)
    one, other = (
        np.floor(rows.numbers(name) / DAY) if rows.column(name).kind == "datetime" else rows.numbers(name)
        for name in (first, second)
    )
    return one, other


def _same(rows: Rows, first: str, second: str) -> Flags:
    one, other = rows.coded(first), rows.coded(second)
    match = pc.index_in(rows.texts(first), value_set=rows.texts(second))
    there = np.append(0, pc.fill_null(match, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1)
    return np.asarray((there[one.codes] == other.codes) | (one.codes == 0) | (other.codes == 0))


def _sum(rule: SumRule, rows: Rows) -> Floats:
    found = np.sum([rows.numbers(name) for name in rule.plus], axis=0)
    for name in rule.minus:
        found = found - rows.numbers(name)
    return np.asarray(found, np.float64)


def _near(rows: Rows, total: str, terms: tuple[str, ...], found: Floats, given: Floats | None = None) -> Flags:
    """Is `total` what was found, to half of its last decimal and the noise of floating point?"""
    told = rows.numbers(total) if given is None else given
    return ~(np.abs(told - found) > allowed(rows, total, terms, np.minimum(np.abs(told), np.abs(found))))


def allowed(rows: Rows, total: str, terms: tuple[str, ...], scale: Floats) -> Floats:
    """How far a total may be from what it is made of."""
    kinds = [rows.table.schema.field(name).type for name in (total, *terms)]
    noise = _NOISE_OF_SINGLES if any(map(pa.types.is_float32, kinds)) else _NOISE
    if any(map(pa.types.is_timestamp, kinds)):
        noise = _NOISE_OF_MOMENTS
    return (rows.unit(total) or 0.0) * 0.500001 + noise * scale


def _in_range(rule: RangeRule, rows: Rows) -> Flags:
    values, kind = rows.numbers(rule.column), rows.column(rule.column).kind
    broken = np.zeros(rows.count, bool)
    if rule.low is not None:
        low = as_number(rule.low, kind)
        broken |= values <= low if rule.above else values < low
    if rule.high is not None:
        high = as_number(rule.high, kind)
        broken |= values >= high if rule.below else values > high
    return ~broken


def as_number(bound: Bound, kind: str) -> float:
    """A bound as `Rows.numbers` has the values of the kind."""
    if not isinstance(bound, date):
        return float(bound)
    if not isinstance(bound, datetime):
        days = float(bound.toordinal() - date(1970, 1, 1).toordinal())
        return days if kind == "date" else days * DAY
    return (bound if bound.tzinfo else bound.replace(tzinfo=UTC)).timestamp()


def _of_values(coded: Coded, said: Flags, *, missing: bool = True) -> Flags:
    """What is said of each different value, as said of every row."""
    return np.append(missing, said)[coded.codes]


def _among(rows: Rows, name: str, values: tuple[str, ...]) -> Flags:
    if rows.column(name).kind == "number":
        held = _numbers(rows.coded(name).values)
        return np.isin(held, np.array([float(value) for value in values]))
    return _flags(pc.is_in(rows.texts(name), value_set=pa.array(values, rows.texts(name).type)))


def _numbers(values: pa.Array) -> Floats:
    return np.asarray(values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)


def _flags(said: pa.Array) -> Flags:
    return np.asarray(said.to_numpy(zero_copy_only=False), bool)


def _firsts(rows: Rows, names: tuple[str, ...]) -> Flags:
    columns = [rows.coded(name) for name in names]
    keys, size = combined([(column.codes, column.size) for column in columns])
    first = first_rows(keys, size)
    known = np.all([column.codes > 0 for column in columns], axis=0)
    return np.asarray(~known | (first[keys] == np.arange(rows.count)))


def first_rows(keys: Codes, size: int) -> Codes:
    """The first row of each key."""
    first = np.zeros(size, np.int64)
    first[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)
    return first


def regex(pattern: str) -> str:
    r"""The regular expression of a pattern (see `IdentifierColumn.pattern`).

    >>> print(regex(r"A\A-9"))
    ^[A-Z]A\-[0-9]$
    """
    signs = iter(pattern)
    places = [_literal(next(signs, sign)) if sign == "\\" else _CLASSES.get(sign) or _literal(sign) for sign in signs]
    return f"^{''.join(places)}$"


def _literal(sign: str) -> str:
    """RE2 takes a backslash before punctuation alone."""
    return "\\" + sign if sign.isascii() and not sign.isalnum() and sign not in "_ \n\t" else sign
