"""The kinds of rules: frozen values that write themselves as the text that a person reads and edits."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from parhelion.schema.tokens import NAME, NUMBER

Bound = (
    Annotated[int, Field(strict=True, ge=-(10**18), le=10**18)]
    | Annotated[float, Field(allow_inf_nan=False)]
    | datetime
    | date
)

WORDS = ("in", "is", "matches", "if", "unique", "missing")
_BARE, _PLAIN = re.compile(NAME), re.compile(NUMBER)


def quoted(column: str) -> str:
    """A column's name as it stands in a rule.

    >>> print(quoted("capital-gain"), quoted("net price"), quoted("in"), quoted("a`b"))
    capital-gain `net price` `in` `a``b`
    """
    if _BARE.fullmatch(column) and column not in WORDS:
        return column
    return "`" + column.replace("`", "``") + "`"


def literal(value: str) -> str:
    """A value as it stands in a rule: `open`, `42`, `'to be done'`."""
    if _PLAIN.fullmatch(value) or (_BARE.fullmatch(value) and value not in WORDS):
        return value
    return "'" + value.replace("'", "''") + "'"


def bound(value: Bound) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)


def listed(columns: Iterable[str]) -> str:
    return ", ".join(quoted(column) for column in columns)


def alternatives(values: Iterable[str]) -> str:
    return "{" + ", ".join(literal(value) for value in values) + "}"


class _Rule(BaseModel):
    """What rules of every kind have: the columns they speak of, and a text (`str(rule)`) that `rule_of` reads back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def columns(self) -> tuple[str, ...]:
        raise NotImplementedError

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len(set(self.columns)) < len(self.columns):
            raise ValueError(f"rule {str(self)!r} names a column twice; name each once")
        return self


class OrderRule(_Rule):
    """`start <= end`, `start < end`, `billed = paid`: two columns of one unit. A date and a moment compare by day."""

    kind: Literal["order"] = "order"
    first: str
    sign: Literal["<=", "<", "="]
    second: str

    @property
    def columns(self) -> tuple[str, ...]:
        return self.first, self.second

    def __str__(self) -> str:
        return f"{quoted(self.first)} {self.sign} {quoted(self.second)}"


class SumRule(_Rule):
    """`total = net + tax - discount`, to the decimals of the total. Dates count in days, moments and durations in
    seconds: `days = left - came`, `came = left - stay`."""

    kind: Literal["sum"] = "sum"
    total: str
    plus: tuple[str, ...] = Field(min_length=1)
    minus: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.total, *self.plus, *self.minus

    def __str__(self) -> str:
        less = "".join(f" - {quoted(column)}" for column in self.minus)
        return f"{quoted(self.total)} = {' + '.join(map(quoted, self.plus))}{less}"


class ProductRule(_Rule):
    """`amount = price * pieces`, to the decimals of the amount."""

    kind: Literal["product"] = "product"
    total: str
    factors: tuple[str, ...] = Field(min_length=2)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.total, *self.factors

    def __str__(self) -> str:
        return f"{quoted(self.total)} = {' * '.join(map(quoted, self.factors))}"


class DependencyRule(_Rule):
    """`city -> country`, `city, street -> postcode`: rows that are equal on the left are equal on the right."""

    kind: Literal["dependency"] = "dependency"
    left: tuple[str, ...] = Field(min_length=1)
    right: str

    @property
    def columns(self) -> tuple[str, ...]:
        return *self.left, self.right

    def __str__(self) -> str:
        return f"{listed(self.left)} -> {quoted(self.right)}"


class RangeRule(_Rule):
    """`0 <= age <= 120`, `price > 0`, `day >= 2020-01-01`; durations in seconds.

    above, below: the bound itself is excluded (`<`).
    """

    kind: Literal["range"] = "range"
    column: str
    low: Bound | None = None
    high: Bound | None = None
    above: bool = False
    below: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def __str__(self) -> str:
        name, least, most = quoted(self.column), "<" if self.above else "<=", "<" if self.below else "<="
        if self.low is None and self.high is not None:
            return f"{name} {most} {bound(self.high)}"
        if self.high is None and self.low is not None:
            return f"{name} {least.replace('<', '>')} {bound(self.low)}"
        return f"{bound(self.low or 0)} {least} {name} {most} {bound(self.high or 0)}"

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError(f"a range of {self.column!r} has no bound; give `low`, `high`, or both")
        if self.low is not None and self.high is not None and not _reaches(self.low, self.high):
            raise ValueError(f"rule {str(self)!r} has its bounds the wrong way round, or of two kinds")
        return self


def _reaches(low: Bound, high: Bound) -> bool:
    try:
        return low <= high  # type: ignore[operator]  # what cannot be compared is refused below
    except TypeError:
        return False


class ValuesRule(_Rule):
    """`sex in {f, m}`: no other value comes."""

    kind: Literal["values"] = "values"
    column: str
    values: tuple[str, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def __str__(self) -> str:
        return f"{quoted(self.column)} in {alternatives(self.values)}"


class PatternRule(_Rule):
    """`code matches 'AA-999'`, in the language of `IdentifierColumn.pattern`."""

    kind: Literal["pattern"] = "pattern"
    column: str
    pattern: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def __str__(self) -> str:
        return f"{quoted(self.column)} matches '{self.pattern.replace(chr(39), chr(39) * 2)}'"


class UniqueRule(_Rule):
    """`id is unique`, `year, week is unique`: no two rows are equal in these columns."""

    kind: Literal["unique"] = "unique"
    only: tuple[str, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.only

    def __str__(self) -> str:
        return f"{listed(self.only)} is unique"


class MissingRule(_Rule):
    """`end is missing if status = open`, `end is missing if status in {open, new}`."""

    kind: Literal["missing"] = "missing"
    column: str
    when: str
    values: tuple[str, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.column, self.when

    def __str__(self) -> str:
        told = f"= {literal(self.values[0])}" if len(self.values) == 1 else f"in {alternatives(self.values)}"
        return f"{quoted(self.column)} is missing if {quoted(self.when)} {told}"


AnyRule = (
    OrderRule | SumRule | ProductRule | DependencyRule | RangeRule | ValuesRule | PatternRule | UniqueRule | MissingRule
)
