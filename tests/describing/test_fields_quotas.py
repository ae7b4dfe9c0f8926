"""Quotas: shares kept by the first n slots for every n, fields independent of one another, and room told rightly."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parhelion.describing.contract import Place
from parhelion.describing.fields.makers import makers
from parhelion.describing.fields.quotas import Quotas
from parhelion.describing.plan import Plan


def plan(quotas, seed=0, given=None, **more):
    fields = {name: {"make": "category", "values": list(shares)} for name, shares in quotas.items()}
    for name, conditions in (given or {}).items():
        fields[name] |= conditions
    return Plan.model_validate({"goal": "g", "seed": seed, "fields": fields | more, "quotas": quotas})


def slots(quotas, n):
    return [quotas.at(slot) for slot in range(n)]


def furthest(values, shares):
    """How far counts of the first n are from their shares, for the worst n and value."""
    counts, worst = dict.fromkeys(shares, 0), 0.0
    for n, value in enumerate(values, 1):
        counts[value] += 1
        worst = max(worst, *(abs(counts[each] - n * share) for each, share in shares.items()))
    return worst


HARD = [
    {"a": 0.5, "b": 0.5},
    {"a": 0.9, "b": 0.1},
    {"a": 0.333, "b": 0.333, "c": 0.334},
    {"a": 1.0},
    {"a": 0.0, "b": 1.0},
    {"a": 0.996, "b": 0.002, "c": 0.002},
    {f"v{i}": 1 / 17 for i in range(17)},
    {f"v{i}": share for i, share in enumerate((0.4, 0.3, 0.1, 0.1, 0.05, 0.03, 0.015, 0.005))},
]


@pytest.mark.parametrize("shares", HARD, ids=str)
def test_the_first_n_have_their_shares_for_every_n(shares):
    values = [slot["f"] for slot in slots(Quotas(plan({"f": shares})), 1200)]
    assert furthest(values, shares) < 1 + 1e-6


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=6),
    st.lists(st.integers(1, 60), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_whatever_the_shares_two_fields_keep_them(first, second, seed):
    shares = {
        "f": {f"v{i}": w / sum(first) for i, w in enumerate(first)},
        "g": {f"w{i}": w / sum(second) for i, w in enumerate(second)},
    }
    found = slots(Quotas(plan(shares, seed)), 150)
    for name, own in shares.items():
        assert furthest([slot[name] for slot in found], own) < 1 + 1e-6


def test_fields_are_independent_of_one_another():
    """Chi-square over all pairs of values, of each pair of fields: no further from 0 than chance would be."""
    shares = {"a": {"x": 0.5, "y": 0.5}, "b": {"x": 0.5, "y": 0.5}, "c": {"x": 0.5, "y": 0.3, "z": 0.2}}
    for seed in range(3):
        found = slots(Quotas(plan(shares, seed)), 600)
        for one, other in (("a", "b"), ("a", "c"), ("b", "c")):
            pairs = Counter((slot[one], slot[other]) for slot in found)
            expected = {(v, w): 600 * p * q for v, p in shares[one].items() for w, q in shares[other].items()}
            chi = sum((pairs[pair] - e) ** 2 / e for pair, e in expected.items())
            assert chi < 2 * (len(shares[one]) - 1) * (len(shares[other]) - 1)


def test_the_order_of_values_cannot_be_foreseen():
    values = [slot["f"] for slot in slots(Quotas(plan({"f": {"a": 0.5, "b": 0.5}})), 400)]
    firsts = values[::2]
    assert 140 > firsts.count("a") > 60
    assert values != [slot["f"] for slot in slots(Quotas(plan({"f": {"a": 0.5, "b": 0.5}}, seed=1)), 400)]


def test_a_slot_has_its_value_whatever_was_asked_before_and_whatever_the_attempt():
    here = plan({"f": {"a": 0.7, "b": 0.3}, "g": {2: 0.5, "x": 0.5}})
    late, early = Quotas(here), Quotas(here)
    assert late.at(50) == [early.at(slot) for slot in range(51)][50]
    maker = makers(here)["f"]
    assert len({maker.make(Place(7, attempt), {}) for attempt in range(9)}) == 1
    assert [maker.make(Place(slot, 0), {}) for slot in range(50)] == [early.at(slot)["f"] for slot in range(50)]


def test_fields_without_a_quota_have_no_stratum():
    free = Plan.model_validate({"goal": "g", "fields": {"f": {"make": "category", "values": ["a"]}}})
    assert Quotas(free).at(5) == {}
    assert Quotas(free).scheduled == ()


def test_a_quota_of_a_field_that_depends_on_another_keeps_its_conditions():
    given = {"issue": {"by": "product", "given": {"app": {"crash": 3, "bill": 1}, "box": {"broken": 1, "bill": 1}}}}
    shares = {"product": {"app": 0.6, "box": 0.4}, "issue": {"crash": 0.3, "broken": 0.25, "bill": 0.45}}
    found = slots(Quotas(plan(shares, given=given)), 1000)
    assert furthest([slot["product"] for slot in found], shares["product"]) < 1 + 1e-6
    assert furthest([slot["issue"] for slot in found], shares["issue"]) < 4
    pairs = Counter((slot["product"], slot["issue"]) for slot in found)
    assert not pairs["app", "broken"] + pairs["box", "crash"]


def test_what_a_quota_depends_on_is_scheduled_too():
    given = {"issue": {"by": "product", "given": {"app": {"crash": 1, "bill": 1}}}}
    product = {"make": "category", "values": {"app": 3, "box": 1}}
    here = plan({"issue": {"crash": 0.5, "bill": 0.5}}, given=given, product=product)
    quotas = Quotas(here)
    assert quotas.scheduled == ("product", "issue")
    found = slots(quotas, 400)
    assert furthest([slot["product"] for slot in found], {"app": 0.75, "box": 0.25}) < 1 + 1e-6
    made = makers(here, quotas=quotas)
    assert all(made["issue"].make(Place(s, 0), found[s]) == found[s]["issue"] for s in range(40))


def written(shares):
    schema = {"type": "object", "properties": {"mood": {"enum": ["calm", "cross", 1, True]}}}
    fields = {
        "s": {"make": "structured", "prompt": "p", "schema": schema},
        "mood": {"make": "expression", "value": "s.mood"},
    }
    return Quotas(Plan.model_validate({"goal": "g", "fields": fields, "quotas": {"mood": shares}}))


def test_there_is_room_until_a_value_has_its_share():
    quotas = written({"calm": 0.5, "cross": 0.25, 1: 0.25})
    assert quotas.scheduled == ()
    assert quotas.targets("mood", 10) == {"calm": 5, "cross": 3, "1": 2, "true": 0}
    assert quotas.has_room("mood", "calm", {"calm": 4}, 10)
    assert not quotas.has_room("mood", "calm", {"calm": 5}, 10)
    assert not quotas.has_room("mood", True, {}, 10)
    assert quotas.has_room("mood", 1, {}, 10)
    assert not quotas.has_room("mood", "furious", {}, 10)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=4, max_size=4).filter(sum), st.integers(1, 5000))
def test_targets_sum_to_all_rows(weights, n):
    names = ["calm", "cross", "1", "true"]
    shares = {name: w / sum(weights) for name, w in zip(names, weights, strict=True)}
    targets = written(shares).targets("mood", n)
    assert sum(targets.values()) == n
    assert all(abs(targets[name] - n * share) < 1 + 1e-6 for name, share in shares.items())
    assert math.isclose(np.sum([*shares.values()]), 1)
