"""The parts of detection, each by itself, on what is known of it."""

import numpy as np
import pytest

from parhelion.evaluation.detection.boosting import Boosting
from parhelion.evaluation.detection.logistic import Logistic, design, probability
from parhelion.evaluation.detection.propensity import propensity
from parhelion.evaluation.detection.sides import FOLDS, Sides, folds
from parhelion.evaluation.detection.tested import Task, folded_auc, told_apart
from parhelion.evaluation.space import Points


def two_sides(values, rng, categorical=None):
    second = np.repeat([False, True], len(values) // 2)
    fold, repeated = folds(np.arange(len(values)).astype(np.uint64), second, rng)
    return Sides(
        values, second, fold, repeated, np.zeros(values.shape[1], bool) if categorical is None else categorical
    )


def test_identical_rows_share_a_fold():
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 400, 2000).astype(np.uint64)
    fold, repeated = folds(hashes, np.repeat([False, True], 1000), rng)
    assert all(len(set(fold[hashes == one])) == 1 for one in np.unique(hashes))
    assert repeated > 0.9


def test_folds_hold_as_many_rows_of_either_side():
    rng = np.random.default_rng(0)
    second = rng.random(3000) < 0.3
    fold, repeated = folds(np.arange(3000).astype(np.uint64), second, rng)
    counts = [np.bincount(fold[side], minlength=FOLDS) for side in (second, ~second)]
    assert all(np.ptp(each) <= 1 for each in counts)
    assert repeated == 0


def test_rows_of_which_there_are_very_many_are_dealt_out():
    fold, repeated = folds(np.zeros(1800, np.uint64), np.repeat([False, True], 900), np.random.default_rng(0))
    assert np.bincount(fold).tolist() == [600] * 3
    assert repeated == 0


def test_chance_in_how_often_rows_are_does_not_tell_sides_apart():
    rng = np.random.default_rng(6)
    learner, second = Boosting(np.zeros(1, bool), 50, 63, 0), np.repeat([False, True], 300)

    def auc():
        values = rng.integers(0, 12, (600, 1))
        fold, repeated = folds(values[:, 0].astype(np.uint64), second, rng)
        sides = Sides(values.astype(float), second, fold, repeated, learner.categorical)
        return told_apart([Task(sides, sides.values, learner)])[0].auc.value

    assert np.mean([auc() for _ in range(20)]) == pytest.approx(0.5, abs=0.02)


def test_halves_full_of_twins_are_not_told_apart_and_not_below_a_half():
    """What goes wrong where twins on two sides are in two folds: AUC far below 0.5."""
    rng = np.random.default_rng(1)
    one = rng.normal(0, 1, (1000, 4))
    values, second = np.vstack([one, one]), np.repeat([False, True], 1000)
    learner = Boosting(np.zeros(4, bool), 50, 63, 0)

    def auc(hashes):
        fold, repeated = folds(hashes, second, rng)
        return told_apart([Task(Sides(values, second, fold, repeated, learner.categorical), values, learner)])[
            0
        ].auc.value

    assert auc(np.tile(np.arange(1000), 2).astype(np.uint64)) == 0.5
    assert auc(np.arange(2000).astype(np.uint64)) < 0.3


def test_scores_of_different_folds_are_not_compared():
    second, fold = np.tile([False, True], 30), np.repeat([0, 1, 2], 20)
    scores = np.where(second, 1.0, 0.0) + 10.0 * fold
    assert folded_auc(scores, second, fold).value == 1
    assert folded_auc(np.zeros(60), second, fold).value == 0.5
    assert folded_auc(np.zeros(60), np.ones(60, bool), fold).value == 0.5


def test_logistic_regression_agrees_with_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(2)
    rows = rng.normal(0, 1, (800, 5))
    second = rng.random(800) < probability(rows @ np.array([1.0, -2.0, 0.5, 0, 0]))
    theirs = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(rows, second)
    ours = Logistic().learn(rows, second).log_odds(rows)
    assert ours == pytest.approx(theirs.decision_function(rows), abs=1e-3)


def test_logistic_regression_stays_finite_where_the_sides_are_apart():
    rows = np.repeat([[-1.0], [1.0]], 50, axis=0)
    weights = Logistic().learn(np.column_stack([rows, rows]), rows[:, 0] > 0).weights
    assert np.isfinite(weights).all()
    assert weights[1] == pytest.approx(weights[2])


def test_terms_hold_numbers_missing_marks_and_frequent_categories():
    rng = np.random.default_rng(3)
    number = np.where(rng.random(600) < 0.2, np.nan, rng.normal(0, 1, 600))
    category = np.where(rng.random(600) < 0.1, np.nan, rng.choice(3, 600).astype(float))
    sides = two_sides(np.column_stack([number, category, np.full(600, np.nan)]), rng, np.array([False, True, False]))
    terms = design(sides)
    assert terms.shape == (600, 2 + 3)
    assert terms.mean(0) == pytest.approx(0, abs=1e-9)
    assert terms.std(0) == pytest.approx(1)


def test_terms_of_many_columns_are_bounded():
    rng = np.random.default_rng(4)
    assert design(two_sides(rng.normal(0, 1, (40, 900)), rng)).shape[1] <= 200


def test_propensity_of_one_law_is_what_chance_expects():
    rng = np.random.default_rng(5)
    found = [propensity(rng.normal(0, 1, (400, 8)), np.repeat([False, True], 200)) for _ in range(200)]
    assert np.mean([each.ratio for each in found]) == pytest.approx(1, abs=0.12)
    assert np.mean([each.interval[0] <= 1 for each in found]) > 0.9
    assert propensity(np.zeros((40, 0)), np.repeat([False, True], 20)) is None


def test_neighbourhoods():
    from parhelion.evaluation.detection.neighbours import _authentic, _inside

    def points(places):
        return Points(np.array(places, np.float32)[:, None], np.zeros((len(places), 0), np.int32))

    real = points(np.arange(20))
    assert _inside(points([3.5, 50.0]), real).share == 0.5
    assert _authentic(points([3.0, 3.4, 30.0]), real).share == pytest.approx(1 / 3)
