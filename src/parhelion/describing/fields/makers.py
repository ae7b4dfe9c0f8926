"""What fields hold that no model makes: a maker each.

`make(place, values)` is JSON-able and follows from the plan's seed, the field's name, the place, and the values before
it alone. It raises Rejected where a row cannot have a value.
"""

from bisect import bisect
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from parhelion.describing.contract import Place
from parhelion.describing.fields.days import day
from parhelion.describing.fields.lots import BLOCK, Lots
from parhelion.describing.fields.numbers import number
from parhelion.describing.fields.quotas import Quotas
from parhelion.describing.fields.templates import evaluate
from parhelion.describing.plan.model import (
    AnyField,
    CategoryField,
    CheckField,
    DateField,
    ExpressionField,
    ModelField,
    NumberField,
    PersonField,
    Plan,
    SeedField,
)
from parhelion.describing.plan.values import spelled, values_of, weights_of
from parhelion.describing.rows.candidate import Rejected


class Maker(Protocol):
    """Makes the values of one field."""

    def make(self, place: Place, values: Mapping[str, Any]) -> Any:
        """The value at a place. values: of the fields that it needs, at least. Raises Rejected."""
        ...


class _By:
    """A maker by a function."""

    def __init__(self, make: Callable[[Place, Mapping[str, Any]], Any]) -> None:
        self.make = make


def makers(plan: Plan, folder: Path = Path(), quotas: Quotas | None = None) -> dict[str, Maker]:
    """The makers of all fields that need neither a model nor a fact, by name. folder: the plan's.

    Files that fields speak of are opened here; PlanError, DataError or ModelFileError says what is wrong with one.

    >>> fields = {"age": {"make": "number", "between": [18, 90]}, "old": {"make": "expression", "value": "age > 60"}}
    >>> made = makers(Plan.model_validate({"goal": "ages", "fields": fields}))
    >>> made["old"].make(Place(0, 0), {"age": 61})
    True
    """
    quotas = Quotas(plan) if quotas is None else quotas
    found = {name: _maker(name, field, plan, folder, quotas) for name, field in plan.fields.items()}
    return {name: maker for name, maker in found.items() if maker is not None}


def _maker(name: str, field: AnyField, plan: Plan, folder: Path, quotas: Quotas) -> Maker | None:
    lots = Lots(plan.seed, name)
    match field:
        case CategoryField() if name in quotas.scheduled:
            return _By(lambda place, _: quotas.at(place.slot)[name])
        case CategoryField():
            return _Category(field, lots)
        case NumberField():
            return _By(lambda place, _: number(field, lots, place))
        case DateField():
            return _By(lambda place, _: day(field, lots, place))
        case ExpressionField():
            return _By(lambda _, values: evaluate(field.value, values))
        case CheckField():
            return _By(lambda _, values: _checked(field.that, values))
        case PersonField():
            return _people(field, lots)
        case ModelField() | SeedField():
            return _rows(name, field, lots, folder)
        case _:
            return None


class _Category:
    def __init__(self, field: CategoryField, lots: Lots) -> None:
        self._by, self._lots, self._values = field.by, lots, values_of(field)
        self._usual = self._sums(weights_of(field))
        self._given = {spelled(other): self._sums(weights) for other, weights in field.given.items()}

    @staticmethod
    def _sums(weights: Mapping[Any, float]) -> tuple[list[str], list[float]]:
        """Values that can come, as spelled, and the sums of their weights."""
        above = {spelled(value): weight for value, weight in weights.items() if weight > 0}
        return [*above], [*accumulate(above.values())]

    def make(self, place: Place, values: Mapping[str, Any]) -> Any:
        names, sums = self._usual
        if self._by is not None:
            names, sums = self._given.get(spelled(values[self._by]), self._usual)
        at = bisect(sums, self._lots.uniform(place) * sums[-1], hi=len(sums) - 1)
        return self._values[names[at]]


def _checked(that: str, values: Mapping[str, Any]) -> bool:
    if not evaluate(that, values):
        raise Rejected("does not hold", that)
    return True


def _people(field: PersonField, lots: Lots) -> Maker:
    from parhelion.describing.fields.people import people  # noqa: PLC0415 (heavy, and only people need it)

    block = lru_cache(maxsize=64)(
        lambda attempt, at: people(field, at * BLOCK, BLOCK, lots.number(attempt) % (1 << 63))
    )
    return _By(lambda place, _: dict(block(place.attempt, place.slot // BLOCK)[place.slot % BLOCK]))


def _rows(name: str, field: ModelField | SeedField, lots: Lots, folder: Path) -> Maker:
    from parhelion.describing.fields import rows  # noqa: PLC0415 (the same, of tables)

    if isinstance(field, ModelField):
        drawn = rows.Drawn(name, field, lots, folder)
        return _By(lambda place, _: drawn.row(place))
    real = rows.Real(name, field, lots, folder)
    return _By(lambda place, _: real.row(place))
