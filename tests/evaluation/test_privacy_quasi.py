"""Quasi-identifiers: how many share them, and who is found again."""

import pyarrow as pa
import pytest
from people_drawn import case_of, people

from parhelion.evaluation.privacy import measure
from parhelion.evaluation.privacy.uniqueness import uniqueness

KINDS = {"zip": "category", "age": "number", "ill": "category"}


def rows(*lines):
    return pa.table(dict(zip(KINDS, map(list, zip(*lines, strict=True)), strict=True)))


def test_groups_are_counted():
    train = rows(("a", 1.0, "y"), ("a", 1.0, "n"), ("b", 1.0, "y"), ("a", 2.0, "y"), ("a", 1.0, "y"))
    case = case_of(train, train.slice(0, 3), train, KINDS, quasi=("zip", "age"), target=("ill",))
    _, (real, made) = uniqueness(case)
    assert real.columns == ("zip", "age")
    assert (real.smallest, real.alone, real.below_5, real.below_10, real.diversity) == (1, 0.4, 1.0, 1.0, 1)
    assert (made.table, made.smallest, made.alone) == ("synthetic", 1, pytest.approx(1 / 3))
    assert real.matched == 0.5  # ("b", 1) is among the synthetic rows, ("a", 2) is not
    assert made.matched is None


def test_diversity_is_that_of_the_least_diverse_group():
    train = rows(("a", 1.0, "y"), ("a", 1.0, "n"), ("b", 1.0, "y"), ("b", 1.0, None))
    _, (real, _) = uniqueness(case_of(train, train, train, KINDS, quasi=("zip",), target=("ill",)))
    assert real.smallest == 2
    assert real.diversity == 2


def test_without_names_nothing_is_told():
    told, found = uniqueness(case_of(people(20, 0), people(20, 1), people(20, 2)))
    assert told.scores == ()
    assert found == ()


def test_unique_people_of_a_copy_are_found_again():
    train, holdout = people(1000, 0), people(1000, 1)
    found = measure(case_of(train, train, holdout, quasi=("age", "born"), quick=True))
    score = {each.key: each for each in found.scores}["privacy.unique"]
    assert score.value == 1.0
    assert score.reference < 0.5
    assert any("quasi-identifiers of 100 %" in finding for finding in found.findings)


def test_nobody_alone_is_said_so():
    train = rows(("a", 1.0, "y"), ("a", 1.0, "n"))
    told, _ = uniqueness(case_of(train, train, train, KINDS, quasi=("zip",)))
    assert told.scores[0].untold == "no train row is alone with its quasi-identifiers"
