"""The parts of the attacks, by hand."""

import numpy as np
import pyarrow as pa
import pytest
from people_drawn import case_of, people

from parhelion.evaluation.privacy.gower import mixed, nearest_in_views
from parhelion.evaluation.privacy.queries import Coding, by_chance, multivariate, univariate, unseen_successes
from parhelion.evaluation.privacy.singling_out import _codings
from parhelion.evaluation.rates import Rate, residual
from parhelion.evaluation.roc import auc, roc
from parhelion.evaluation.rows import alike


def test_a_query_is_answered_by_the_rows_it_describes():
    case = case_of(people(700, 0), people(600, 1), people(500, 2))
    train, synthetic, _ = _codings(case, alike(case))
    rng = np.random.default_rng(0)
    for queries in (
        univariate(synthetic, 50, rng),
        multivariate(synthetic, 50, 3, rng),
        by_chance(synthetic, 50, 3, rng),
    ):
        assert len(queries)
        values = train.codes[queries.columns]  # (queries, columns, rows)
        inside = (values >= queries.low[:, :, None]) & (values <= queries.high[:, :, None])
        expected = (inside != queries.other[:, :, None]).all(1).sum(1)
        assert train.answers(queries).tolist() == expected.tolist()
        assert ((train.answers(queries, most=1) == 1) == (expected == 1)).all()


def test_queries_single_out_a_synthetic_row_and_are_different():
    case = case_of(people(300, 0), people(600, 1), people(300, 2))
    synthetic = _codings(case, alike(case))[1]
    rng = np.random.default_rng(0)
    for queries in (univariate(synthetic, 80, rng), multivariate(synthetic, 80, 3, rng)):
        assert (synthetic.answers(queries) == 1).all()
        written = np.hstack([queries.columns, queries.low, queries.high])
        assert len(np.unique(written, axis=0)) == len(queries)


def test_queries_bound_numbers_on_the_side_away_from_the_median():
    codes = np.arange(1, 102, dtype=np.int32)[None, :]
    table = Coding(codes, np.array([102]), np.array([True]))
    found = multivariate(table, 10, 1, np.random.default_rng(0))
    assert sorted(zip(found.low.ravel().tolist(), found.high.ravel().tolist(), strict=True)) == [(1, 1), (101, 101)]


@pytest.mark.parametrize("sizes", [(400, 100), (400, 400), (100, 400)])
def test_unseen_successes_are_those_of_other_train_rows(sizes):
    rng = np.random.default_rng(0)
    weights = rng.random(100_000) / 100
    train, holdout = (rng.poisson(weights * size) for size in sizes)
    expected = (sizes[0] * weights * np.exp(-sizes[0] * weights)).mean()
    assert unseen_successes(train, holdout, sizes).mean() == pytest.approx(expected, rel=0.05)


def gower(a, b, view):
    total = 0.0
    for place, (x, y) in enumerate(zip([*a[0], *a[1]], [*b[0], *b[1]], strict=True)):
        if view[place]:
            number = place < len(a[0])
            total += (
                float(np.isnan(x) != np.isnan(y)) if number and np.isnan(x + y) else abs(x - y) if number else x != y
            )
    return total


def test_nearest_rows_in_views_are_nearest_by_gower():
    case = case_of(people(40, 0), people(300, 1), people(20, 2))
    train, synthetic, _ = mixed(case)
    views = ~np.eye(6, dtype=bool)
    views = np.vstack([views, np.arange(6) < 3])
    near = nearest_in_views(train, synthetic, views, 3)
    every = [list(zip(rows.numbers.astype(float), rows.categories, strict=True)) for rows in (train, synthetic)]
    for asked, row in enumerate(every[0]):
        for at, view in enumerate(views):
            distances = np.array([gower(row, other, view) for other in every[1]])
            assert distances[near[asked, at]] == pytest.approx(np.sort(distances)[:3], abs=1e-5)


def test_the_auc_and_its_error():
    rng = np.random.default_rng(0)
    members, others = rng.normal(0.5, 1, 400), rng.normal(0, 1, 300)
    found = auc(members, others)
    assert found.value == pytest.approx((members[:, None] > others[None]).mean())
    drawn = [auc(rng.normal(0.5, 1, 400), rng.normal(0, 1, 300)).value for _ in range(300)]
    assert found.error == pytest.approx(np.std(drawn), rel=0.2)


def test_ties_count_half_and_the_curve_mixes_them():
    same = np.zeros(50)
    assert auc(same, same).value == 0.5
    assert roc(same, same).at(0.3) == pytest.approx(0.3)
    assert roc(same, same).told_at(0.01) is None


def test_members_above_all_others_are_found_without_a_false_one():
    members, others = np.r_[np.full(10, 9.0), np.zeros(90)], np.zeros(1000)
    curve = roc(members, others)
    assert curve.at(0.0) == pytest.approx(0.1)
    assert curve.interval_at(0.01)[0] < curve.at(0.01) < curve.interval_at(0.01)[1]


@pytest.mark.parametrize(("main", "control"), [(0, 0), (100, 100), (100, 0), (0, 100)])
def test_risks_stay_between_0_and_1(main, control):
    value, (low, high) = residual(Rate(main, 100), Rate(control, 100))
    assert 0 <= low <= value <= high <= 1


def test_rows_are_the_same_by_all_their_values():
    table = pa.table({"a": [1.0, 1.0, None, None], "b": ["x", "y", "x", "x"]})
    found = alike(case_of(table, table.slice(1, 1), table.slice(3, 1), {"a": "number", "b": "category"}))
    assert len(set(found.train.tolist())) == 3
    assert found.synthetic[0] == found.train[1]
    assert found.holdout[0] == found.train[2] == found.train[3]
