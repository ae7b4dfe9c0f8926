"""Which share of the rows each value of a category has, and each pair of values where one depends on the other."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from parhelion.describing.plan.model import CategoryField, Plan
from parhelion.describing.plan.values import spelled, weights_of

Floats = npt.NDArray[np.float64]
_ROUNDS = 2000
_CLOSE = 1e-3


class Unbalanced(Exception):  # noqa: N818 (a reason, told as a problem of the plan)
    """A quota that conditions cannot give; its text follows the quota's name."""


def quota_of(plan: Plan, name: str) -> dict[str, float]:
    """A field's quota by the spelling of its values, summing to 1."""
    return _normal({spelled(value): share for value, share in plan.quotas[name].items()})


def shares_of(plan: Plan, name: str, asked: tuple[str, ...] = ()) -> dict[str, float]:
    """The share of each value of a category: by its quota, its weights, or those of what it depends on.

    Raises Unbalanced where that is not known beforehand.
    """
    field = plan.fields.get(name)
    if not isinstance(field, CategoryField) or name in asked:
        raise Unbalanced(f"depends on {name!r}, whose shares are not known beforehand; take the quota away, or `by`")
    own = dict.fromkeys(weights_of(field), 0.0)
    if name in plan.quotas:
        return own | quota_of(plan, name)
    if field.by is None:
        return own | _normal(weights_of(field))
    found = dict(own)
    for other, share in shares_of(plan, field.by, (*asked, name)).items():
        for value, weight in _normal(conditional(field, other)).items():
            found[value] = found.get(value, 0.0) + share * weight
    return found


def conditional(field: CategoryField, other: str) -> dict[str, float]:
    """The weights of a category's values where the field it depends on is `other`, as spelled."""
    for value, weights in field.given.items():
        if spelled(value) == other:
            return {spelled(own): weight for own, weight in weights.items()}
    return weights_of(field)


def joint_shares(plan: Plan, name: str) -> Floats:
    """The share of each pair of values (of the field that `name` depends on, of `name`), for a quota of `name`.

    Both margins are kept, impossible pairs stay impossible, and odds are those of the conditions: iterative
    proportional fitting (Deming and Stephan 1940). Raises Unbalanced where there is no such table.
    """
    field = plan.fields[name]
    assert isinstance(field, CategoryField)
    assert field.by is not None
    others, own = shares_of(plan, field.by, (name,)), shares_of(plan, name)
    rows, columns = np.array([*others.values()]), np.array([*own.values()])
    seed = [[_normal(conditional(field, other)).get(value, 0.0) for value in own] for other in others]
    table = _fitted(np.array(seed) * (columns > 0), rows, columns)
    gaps = np.abs(table.sum(axis=0) - columns)
    if gaps.max() > _CLOSE:
        worst = int(gaps.argmax())
        raise Unbalanced(
            f"asks for {columns[worst]:.3g} of {[*own][worst]!r}, and what is `given` by {field.by!r} makes it "
            f"{table.sum(axis=0)[worst]:.3g}; change the quota, the conditions, or the quota of {field.by!r}"
        )
    return table


def _fitted(table: Floats, rows: Floats, columns: Floats) -> Floats:
    for _ in range(_ROUNDS):
        table = table * _ratio(columns, table.sum(axis=0))
        table = table * _ratio(rows, table.sum(axis=1))[:, None]
        if np.abs(table.sum(axis=0) - columns).max() < 1e-9:
            break
    return table


def _ratio(wanted: Floats, there: Floats) -> Floats:
    return np.divide(wanted, there, out=np.zeros_like(wanted), where=there > 0)


def _normal(weights: Mapping[str, Any]) -> dict[str, float]:
    total = sum(weights.values())
    if not total > 0:
        raise Unbalanced("cannot be reached: there are weights that sum to 0")
    return {value: weight / total for value, weight in weights.items()}
