"""Scores of predictions, importances and regressions agree with those of scikit-learn, and with their formulas."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, log_loss, mean_absolute_error, r2_score, roc_auc_score

from parhelion.evaluation.utility.marks import calibration, interval, of_classes, of_numbers, ranked, weights
from parhelion.evaluation.utility.regression import linear, logistic

RNG = np.random.default_rng(0)
ROWS = 2000


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch):
    """A test draws the same whichever others were run before it, in whatever order they are dealt out."""
    monkeypatch.setattr(f"{__name__}.RNG", np.random.default_rng(0))


def drawn(classes):
    truth = RNG.integers(0, classes, ROWS)
    chances = RNG.dirichlet(np.ones(classes), ROWS) + 0.5 * np.eye(classes)[truth]
    return truth, chances / chances.sum(1, keepdims=True)


def test_two_classes_as_scikit_learn_has_them():
    truth, chances = drawn(2)
    chances = chances.round(2)  # with ties
    weight = weights(ROWS, 2, RNG)
    every, rare = of_classes(weight, truth, chances, 1)
    said = chances.argmax(1)
    assert every["AUC"][0] == pytest.approx(roc_auc_score(truth, chances[:, 1]))
    assert every["F1"][0] == pytest.approx(f1_score(truth, said, average="macro"))
    assert rare["average precision"][0] == pytest.approx(average_precision_score(truth, chances[:, 1]))
    assert rare["F1"][0] == pytest.approx(f1_score(truth, said))


def test_more_classes_are_each_against_the_others():
    truth, chances = drawn(4)
    every, _ = of_classes(weights(ROWS, 4, RNG), truth, chances, None)
    assert every["AUC"][0] == pytest.approx(roc_auc_score(truth, chances, multi_class="ovr"))
    assert every["log loss"][0] == pytest.approx(log_loss(truth, chances))


def test_numbers_as_scikit_learn_has_them():
    truth = RNG.normal(5, 2, ROWS)
    predicted = truth + RNG.normal(0, 1, ROWS)
    found = of_numbers(weights(ROWS, 0, RNG), truth, predicted)
    assert found["R2"][0] == pytest.approx(r2_score(truth, predicted))
    assert found["MAE"][0] == pytest.approx(mean_absolute_error(truth, predicted))
    assert found["RMSE"][0] == pytest.approx(np.sqrt(((truth - predicted) ** 2).mean()))
    assert np.isnan(of_numbers(weights(9, 0, RNG), np.ones(9), np.ones(9))["R2"]).all()


def test_a_bootstrap_sample_is_the_score_of_the_rows_drawn():
    truth, chances = drawn(2)
    weight = weights(ROWS, 2, RNG)
    auc, _ = ranked(weight, truth == 1, chances[:, 1])
    again = np.repeat(np.arange(ROWS), weight[3].astype(int))
    assert auc[3] == pytest.approx(roc_auc_score(truth[again], chances[again, 1]))


def test_intervals_are_as_wide_as_theory_says():
    low, high = interval(np.append(0.5, np.random.default_rng(1).normal(0.5, 0.1, 2000)))
    assert (low, high) == (pytest.approx(0.304, abs=0.01), pytest.approx(0.696, abs=0.01))
    assert interval(np.array([np.nan, 0.5, 0.5])) is None
    assert interval(np.array([0.99, 0.9, 1.1]), 0, 1)[1] == 1


def test_calibration_finds_probabilities_that_are_too_sure():
    chance = RNG.random(20_000)
    right = (RNG.random(20_000) < 0.5 + (chance - 0.5) / 2).astype(np.int64)
    chances = np.column_stack([1 - chance, chance])
    every, _ = of_classes(np.ones((1, 20_000), np.float32), right, chances, None)
    assert every["calibration error"][0] == pytest.approx(0.125, abs=0.01)
    curve = calibration(right, chances)
    assert len(curve) == 10
    assert curve[0][0] < curve[0][1]
    assert curve[-1][0] > curve[-1][1]


def test_logistic_regression_is_that_of_scikit_learn_with_errors_of_theory():
    terms = RNG.normal(0, 1, (ROWS, 3))
    truth = (terms @ [1.0, -0.5, 0.0] + RNG.logistic(0, 1, ROWS) > 0.3).astype(float)
    found = logistic(terms, truth)
    assert found.value == pytest.approx(LogisticRegression(C=1.0, tol=1e-9).fit(terms, truth).coef_[0], abs=1e-3)
    again = np.array([logistic(terms[rows], truth[rows]).value for rows in RNG.integers(0, ROWS, (100, ROWS))])
    assert found.error == pytest.approx(again.std(0), rel=0.3)
    assert found.conclusion.tolist()[:2] == [1, -1]


def test_regressions_stay_finite_where_terms_are_the_same_or_separate_the_classes():
    one = RNG.normal(0, 1, 300)
    found = logistic(np.column_stack([one, one, np.zeros(300)]), (one > 0).astype(float))
    assert np.isfinite(found.value).all()
    assert found.value[0] == pytest.approx(found.value[1])
    assert found.conclusion[2] == 0
    least = linear(np.column_stack([one, one]), 2 * one)
    assert least.value == pytest.approx([1, 1], abs=0.01)
