"""Kinds that a person gives a column: they are kept, and their details found in the values."""

from collections.abc import Callable
from typing import Any, get_args

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.errors import SchemaError
from parhelion.schema import _booleans, _dates, _identifiers, _names, _numbers, _personal, _words
from parhelion.schema._facts import Facts
from parhelion.schema._types import is_calendar, is_clock, is_number, is_text
from parhelion.schema.columns import (
    BooleanColumn,
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

KINDS: tuple[str, ...] = (*get_args(Kind), *get_args(Personal), "latitude", "longitude")
_WHY = "given"


def given(facts: Facts, guess: Column, kind: str) -> Column:
    """The column of a kind that a person gives; SchemaError where its values cannot be of that kind."""
    if kind in (guess.kind, getattr(guess, "what", None), getattr(guess, "part", None)):
        return guess.model_copy(update={"sure": 1.0, "why": _WHY})
    made = _MAKERS[kind](facts) if kind in _MAKERS else _who(facts, kind)
    if made is None:
        raise SchemaError(
            f"{facts.table}.{facts.name} is to be {kind}, but its values are not all such (it looks like {guess.kind}: "
            f"{guess.why}); choose another kind, or correct the data"
        )
    return made.model_copy(update={"sure": 1.0, "why": _WHY})


def _number(facts: Facts) -> Column | None:
    numbers = _as_numbers(facts)
    return None if numbers is None else numbers.column(NumberColumn, 1.0, _WHY)


def _as_numbers(facts: Facts) -> Facts | None:
    """Numbers, with their decimals."""
    if is_text(facts.values.type):
        return _numbers.in_text(facts)
    if pa.types.is_boolean(facts.values.type):
        return facts.having(fields={"decimals": 0})
    if not is_number(facts.values.type):
        return None
    if pa.types.is_integer(facts.values.type):
        return facts.having(fields={"decimals": 0})
    finite = pc.cast(facts.values, pa.float64()).drop_null()
    return facts.having(fields={"decimals": _numbers.grid(finite.filter(pc.is_finite(finite)).to_numpy())})


def _place(part: str | None) -> Callable[[Facts], Column | None]:
    def make(facts: Facts) -> Column | None:
        numbers, said = _as_numbers(facts), part or _names.coordinate(facts.name)
        if numbers is None or said is None:
            return None
        return numbers.column(PlaceColumn, 1.0, _WHY, part=said)

    return make


def _boolean(facts: Facts) -> Column | None:
    if pa.types.is_boolean(facts.values.type):
        return facts.column(BooleanColumn, 1.0, _WHY)
    pair = _booleans.two_of(facts.meaning() if is_text(facts.values.type) else facts)
    return pair and facts.column(BooleanColumn, 1.0, _WHY, true=pair[0], false=pair[1])


def _calendar(wanted: type[DateColumn] | type[DatetimeColumn]) -> Callable[[Facts], Column | None]:
    def make(facts: Facts) -> Column | None:
        if is_calendar(facts.values.type):
            return facts.column(wanted, 1.0, _WHY)
        if is_number(facts.values.type):
            return None
        found = _dates.in_text(facts)
        if not isinstance(found, DateColumn | DatetimeColumn):
            return None
        return facts.meaning().column(wanted, 1.0, _WHY, format=found.format)

    return make


def _duration(facts: Facts) -> Column | None:
    if is_clock(facts.values.type):
        return facts.column(DurationColumn, 1.0, _WHY)
    found = _dates.in_text(facts) if is_text(facts.values.type) else None
    return found if isinstance(found, DurationColumn) else None


def _identifier(facts: Facts) -> Column:
    text = is_text(facts.values.type) and facts.many > 0
    pattern = _identifiers.pattern_of(facts.distinct) if text else None
    unique = _identifiers.unique(facts)
    return facts.column(IdentifierColumn, 1.0, _WHY, pattern=pattern, unique=unique)


def _text(facts: Facts) -> Column:
    return facts.column(TextColumn, 1.0, _WHY)


def _category(facts: Facts) -> Column:
    return _words.category(facts, 1.0, _WHY)


def _constant(facts: Facts) -> Column | None:
    return facts.column(ConstantColumn, 1.0, _WHY) if facts.different <= 1 else None


def _personal_by_name(facts: Facts) -> Column | None:
    said = _names.says(facts.name)
    return _who(facts, said) if said is not None else _personal.by_content(facts)


def _who(facts: Facts, what: str) -> Column:
    return facts.column(PersonalColumn, 1.0, _WHY, what=what)


_MAKERS: dict[str, Callable[[Facts], Any]] = {
    "number": _number,
    "category": _category,
    "boolean": _boolean,
    "datetime": _calendar(DatetimeColumn),
    "date": _calendar(DateColumn),
    "duration": _duration,
    "identifier": _identifier,
    "text": _text,
    "place": _place(None),
    "latitude": _place("latitude"),
    "longitude": _place("longitude"),
    "personal": _personal_by_name,
    "constant": _constant,
}
