"""Values that fields can take, their weights, and shares of them in the delivered set."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from parhelion.describing.plan.laws import day_of, grid, mass, moment_of
from parhelion.describing.plan.model import (
    CategoryField,
    CheckField,
    DateField,
    NumberField,
    PersonField,
    Plan,
)
from parhelion.describing.plan.problems import Check, Problem, short
from parhelion.describing.plan.shares import Unbalanced, joint_shares
from parhelion.describing.plan.values import choices, spelled, weights_of
from parhelion.errors import SchemaError, nearest

_SHARES = "expected shares that sum to 1, such as 0.5 for half"


def _texts(plan: Plan) -> Iterator[Problem]:
    if not plan.goal.strip():
        yield Problem(("goal",), "is empty; say what the data set is")
    if all(field.hidden or isinstance(field, CheckField) for field in plan.fields.values()):
        yield Problem(("fields",), "are all hidden; nothing would be delivered: take `hidden: true` from one")
    if not plan.deliver.formats:
        yield Problem(("deliver", "formats"), "is empty; expected any of parquet, jsonl, huggingface")


def _finite(plan: Plan) -> Iterator[Problem]:
    """JSON has no NaN and no infinity, wherever a value may be anything."""
    for name, field in plan.fields.items():
        yield from _endless(("fields", name), field.model_dump(by_alias=True))


def _endless(place: tuple[str, ...], value: Any) -> Iterator[Problem]:
    if isinstance(value, float) and not math.isfinite(value):
        yield Problem(place, f"is {value}, which JSON cannot hold; leave it out, or write null")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _endless((*place, str(key)), key)
            yield from _endless((*place, str(key)), inner)
    if isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _endless((*place, str(at)), inner)


def _categories(plan: Plan) -> Iterator[Problem]:
    for name, field in plan.fields.items():
        if isinstance(field, CategoryField):
            yield from _category(("fields", name), field)
            yield from _conditions(plan, ("fields", name), field)


def _category(place: tuple[str, ...], field: CategoryField) -> Iterator[Problem]:
    there = (*place, "values")
    if not field.values:
        yield Problem(there, "is empty; expected one value at least")
        return
    seen: dict[str, Any] = {}
    for value in field.values:
        if spelled(value) in seen:
            yield Problem(there, f"has {short(value)} beside {short(seen[spelled(value)])}; keep one")
        seen[spelled(value)] = value
    if isinstance(field.values, dict):
        yield from _weights(there, field.values)


def _weights(place: tuple[str, ...], weights: Mapping[Any, float]) -> Iterator[Problem]:
    for value, weight in weights.items():
        if weight < 0:
            yield Problem((*place, str(value)), f"is {weight:g}; expected a weight of 0 or more")
    if weights and not any(weight > 0 for weight in weights.values()):
        yield Problem(place, "gives every value the weight 0; expected one above 0")


def _conditions(plan: Plan, place: tuple[str, ...], field: CategoryField) -> Iterator[Problem]:
    if (field.by is None) != (not field.given):
        lacking, given = ("by", "given") if field.by is None else ("given", "by")
        yield Problem((*place, lacking), f"is missing, and `{given}` is there; give both or none")
    own = weights_of(field)
    others = choices(plan, field.by) if field.by is not None and field.by in plan.fields else None
    for other, weights in field.given.items():
        there = (*place, "given", str(other))
        if others is not None and spelled(other) not in others:
            yield Problem(there, f"is no value of {field.by!r}{nearest(spelled(other), others)}")
        if not weights:
            yield Problem(there, "is empty; expected weights of values")
        yield from _weights(there, weights)
        for value in weights:
            if spelled(value) not in own:
                yield Problem((*there, str(value)), f"is no value of this field{nearest(spelled(value), own)}")


def _numbers(plan: Plan) -> Iterator[Problem]:
    for name, field in plan.fields.items():
        if isinstance(field, NumberField):
            place = ("fields", name)
            if (field.mean is None) != (field.deviation is None):
                lacking = "mean" if field.mean is None else "deviation"
                yield Problem((*place, lacking), "is missing; a normal distribution has a mean and a deviation")
            elif field.mean is None and field.between is None:
                yield Problem((*place, "between"), "is missing; give `between`, or `mean` and `deviation`")
            if field.between is not None:
                yield from _between(place, field, field.between)


def _between(place: tuple[str, ...], field: NumberField, between: tuple[float, float]) -> Iterator[Problem]:
    there = (*place, "between")
    first, last = grid(between, field.decimals)
    if between[0] > between[1]:
        yield Problem(there, f"goes down, from {between[0]:g} to {between[1]:g}; put the smaller number first")
    elif first > last:
        yield Problem(there, f"holds no number with {field.decimals} decimals; widen it, or add decimals")
    elif field.mean is not None and field.deviation is not None and mass(field) < 1e-9:
        yield Problem(there, f"lies so far from the mean {field.mean:g} that no number would be drawn; move either")


def _dates(plan: Plan) -> Iterator[Problem]:
    for name, field in plan.fields.items():
        if isinstance(field, DateField):
            yield from _period(("fields", name, "between"), field)
        if isinstance(field, PersonField):
            yield from _person(("fields", name), field)


def _period(place: tuple[str, ...], field: DateField) -> Iterator[Problem]:
    ends: list[Any] = []
    for text in field.between:
        try:
            ends.append(moment_of(text) if field.seconds else day_of(text))
        except ValueError:
            wanted = "a moment such as '2026-01-31T12:00:00'" if field.seconds else "a day such as '2026-01-31'"
            yield Problem(place, f"has {short(text)}; expected {wanted}")
    if len(ends) < 2:
        return
    if isinstance(ends[0], datetime) and (ends[0].tzinfo is None) != (ends[1].tzinfo is None):
        yield Problem(place, "has a time zone at one end only; give it at both or at none")
    elif ends[0] > ends[1]:
        yield Problem(place, f"goes back, from {field.between[0]} to {field.between[1]}; put the earlier one first")


def _person(place: tuple[str, ...], field: PersonField) -> Iterator[Problem]:
    from parhelion.codecs.namelists import check_locale  # noqa: PLC0415 (heavy, and rarely needed)

    try:
        check_locale(field.locale)
    except SchemaError as fault:
        yield Problem((*place, "locale"), f"is no locale: {fault}")
    if not 0 <= field.age[0] <= field.age[1] <= 120:
        yield Problem((*place, "age"), f"is {list(field.age)}; expected two ages, the lower first, from 0 to 120")
    try:
        day = day_of(field.on)
    except ValueError:
        yield Problem((*place, "on"), f"is {short(field.on)}; expected a day such as '2026-01-01'")
    else:
        if day < date(200, 1, 1):
            yield Problem((*place, "on"), f"is {short(field.on)}; expected a day of the year 200 or later")


def _quotas(plan: Plan) -> Iterator[Problem]:
    for name, quota in plan.quotas.items():
        if name not in plan.fields:
            continue  # told with the references
        place = ("quotas", name)
        there = choices(plan, name)
        if there is None:
            what = "has a quota, and its values are not few and known; expected a category, or a part of a structured "
            yield Problem(place, f"{what}field whose schema has an `enum`")
            continue
        yield from _shares(place, quota)
        for value in quota:
            if spelled(value) not in there:
                yield Problem((*place, str(value)), f"is no value of {name!r}{nearest(spelled(value), there)}")
        yield from _possible(plan, name, quota)


def _shares(place: tuple[str, ...], quota: Mapping[Any, float]) -> Iterator[Problem]:
    if not quota:
        yield Problem(place, f"is empty; {_SHARES}")
        return
    for value, share in quota.items():
        if share < 0:
            yield Problem((*place, str(value)), f"is {share:g}; {_SHARES}")
    total = math.fsum(quota.values())
    if abs(total - 1) > rounding(quota.values()):
        yield Problem(place, f"sums to {total:g}; {_SHARES}")


def rounding(shares: Iterable[float]) -> float:
    """How far the sum of rounded shares can be from 1: half of their last decimal each, two decimals at least.

    >>> rounding([0.33, 0.33, 0.33]) > 0.01 > rounding([0.333, 0.333, 0.333])
    True
    """
    listed = list(shares)
    decimals = max([2, *(len(f"{share:.12f}".rstrip("0").partition(".")[2]) for share in listed)])
    return len(listed) * 0.5 * 10.0**-decimals + 1e-9


def _possible(plan: Plan, name: str, quota: Mapping[Any, float]) -> Iterator[Problem]:
    """A category's quota must leave its weights and conditions in force."""
    field = plan.fields[name]
    if not isinstance(field, CategoryField):
        return
    if field.by is None:
        weights = weights_of(field)
        for value, share in quota.items():
            if share > 0 and weights.get(spelled(value), 1) == 0:
                yield Problem(("quotas", name, str(value)), "has a share, and the weight 0 among the field's values")
        return
    try:
        joint_shares(plan, name)
    except Unbalanced as fault:
        yield Problem(("quotas", name), str(fault))


VALUE_CHECKS: tuple[Check, ...] = (_texts, _finite, _categories, _numbers, _dates, _quotas)
