"""Quotas: which value each slot is to have, and whether there is room for one that a model chose."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from parhelion.describing.fields.lots import Lots
from parhelion.describing.fields.schedule import Track
from parhelion.describing.plan.graph import order
from parhelion.describing.plan.model import CategoryField, Plan
from parhelion.describing.plan.shares import Floats, joint_shares, quota_of, shares_of
from parhelion.describing.plan.values import choices, spelled

BLOCK = 1000  # slots that are kept together


class Kept(Protocol):
    """Where values that JSON can say are kept under names."""

    def get(self, name: str) -> Any:
        """The value, or None."""
        ...

    def set(self, name: str, value: Any) -> None:
        """Keep it."""
        ...


class Quotas:
    """The quotas of a plan. kept: where the schedule is kept under a name, as reading it is far faster than making it.

    Categories are scheduled: each slot has its value beforehand, whatever the attempt. The first n slots hold each
    value as often as its share says, within one row, for every n (within a few where the field depends on another).

    >>> fields = {"mood": {"make": "category", "values": ["calm", "cross"]}}
    >>> plan = Plan.model_validate({"goal": "g", "fields": fields, "quotas": {"mood": {"calm": 0.75, "cross": 0.25}}})
    >>> [Quotas(plan).at(slot)["mood"] for slot in range(8)].count("cross")
    2
    """

    def __init__(self, plan: Plan, kept: Kept | None = None, name: str = "") -> None:
        self.plan, self._kept, self._name = plan, kept, name
        self.scheduled = _scheduled(plan)
        self._values = {name: list(_category(plan, name).values) for name in self.scheduled}
        self._slots: list[tuple[int, ...]] = []
        self._tracks = [_track(plan, self.scheduled, at) for at in range(len(self.scheduled))]

    def at(self, slot: int) -> dict[str, Any]:
        """The values that a slot is to have, by field."""
        while len(self._slots) <= slot and self.scheduled:
            self._go_on()
        chosen_at = self._slots[slot] if self.scheduled else ()
        return {name: self._values[name][at] for name, at in zip(self.scheduled, chosen_at, strict=True)}

    def _go_on(self) -> None:
        """Schedule the next slot, or the next block where it is kept."""
        block, within = divmod(len(self._slots), BLOCK)
        if within == 0 and self._take(block):
            return
        chosen: list[int] = []
        for name, track in zip(self.scheduled, self._tracks, strict=True):
            if within == 0:
                track.rng = np.random.default_rng(Lots(self.plan.seed, f"quotas/{name}").number(block))
            chosen.append(track.next(chosen))
        self._slots.append(tuple(chosen))
        if within == BLOCK - 1 and self._kept is not None:
            self._kept.set(f"{self._name} {block}", self._slots[-BLOCK:])

    def _take(self, block: int) -> bool:
        """Go on after a block that is kept."""
        there = self._kept.get(f"{self._name} {block}") if self._kept is not None else None
        if there is None:
            return False
        self._slots += map(tuple, there)
        chosen = np.array(there)
        for at, track in enumerate(self._tracks):
            track.took(chosen[:, at], chosen[:, :at].T)
        return True

    def has_room(self, field: str, value: Any, accepted: Mapping[Any, int], n: int) -> bool:
        """May one more row with this value be among n? accepted: rows that have each value so far."""
        there = sum(count for other, count in accepted.items() if spelled(other) == spelled(value))
        return there < self.targets(field, n).get(spelled(value), 0)

    def targets(self, field: str, n: int) -> dict[str, int]:
        """How many of n rows are to have each value, as spelled: largest remainders, so that they sum to n."""
        shares = dict.fromkeys(choices(self.plan, field) or {}, 0.0) | quota_of(self.plan, field)
        whole = {value: int(n * share + 1e-9) for value, share in shares.items()}
        rest = sorted(shares, key=lambda value: whole[value] - n * shares[value])
        return {value: whole[value] + (value in rest[: n - sum(whole.values())]) for value in shares}


def _category(plan: Plan, name: str) -> CategoryField:
    field = plan.fields[name]
    assert isinstance(field, CategoryField)
    return field


def _scheduled(plan: Plan) -> tuple[str, ...]:
    """Categories with a quota, and what those depend on; what is depended on comes first."""
    wanted = {name for name in plan.quotas if isinstance(plan.fields[name], CategoryField)}
    for layer in reversed(order(plan)):
        wanted |= {by for name in wanted.intersection(layer) if (by := _category(plan, name).by) is not None}
    return tuple(name for layer in order(plan) for name in layer if name in wanted)


def _track(plan: Plan, names: tuple[str, ...], at: int) -> Track:
    name = names[at]
    shares = _shares(plan, name)
    beside = [
        joint_shares(plan, name) if _category(plan, name).by == other else np.outer(_shares(plan, other), shares)
        for other in names[:at]
    ]
    return Track(shares, beside)


def _shares(plan: Plan, name: str) -> Floats:
    """In the order of the field's values."""
    return np.array([*shares_of(plan, name).values()])
