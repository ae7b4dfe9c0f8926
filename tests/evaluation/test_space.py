import numpy as np
import pyarrow as pa
import pytest

from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.space import Points, nearest, space
from parhelion.schema import Table


def case_of(train, synthetic, holdout, **kinds):
    columns = [{"name": name, "kind": kind} for name, kind in kinds.items()]
    schema = Table.model_validate({"name": "rows", "columns": columns})
    return Case(schema, *(pa.table(each) for each in (train, synthetic, holdout)), cut=False, config=EvaluateConfig())


def random_points(rng, rows, numbers, categories):
    return Points(
        rng.normal(size=(rows, numbers)).astype(np.float32),
        rng.integers(0, 4, (rows, categories)).astype(np.int32),
    )


def one_hot(points):
    hot = [np.eye(4)[column] for column in points.categories.T]
    return np.hstack([points.numbers.astype(float), *hot])


@pytest.mark.parametrize(("numbers", "categories"), [(3, 4), (3, 0), (0, 4)])
def test_distances_are_euclidean_over_one_hot_columns(numbers, categories):
    rng = np.random.default_rng(0)
    queries, points = (random_points(rng, rows, numbers, categories) for rows in (300, 700))
    distances, indices = nearest(queries, points, 5)
    every = np.linalg.norm(one_hot(queries)[:, None] - one_hot(points)[None], axis=2)
    assert distances == pytest.approx(np.sort(every, axis=1)[:, :5], abs=1e-5)
    assert np.take_along_axis(every, indices, axis=1) == pytest.approx(distances, abs=1e-5)


def test_of_points_equally_far_the_first_comes_first():
    points = Points(np.zeros((600, 1), np.float32), np.zeros((600, 0), np.int32))
    assert nearest(points.take(np.arange(2)), points, 3)[1].tolist() == [[0, 1, 2]] * 2


def test_fewer_points_than_asked_for_are_all_given():
    points = Points(np.zeros((2, 1), np.float32), np.zeros((2, 0), np.int32))
    assert nearest(points, points, 5)[0].shape == (2, 2)
    assert nearest(points, points.take(np.zeros(2, bool)))[0].shape == (2, 0)


def test_without_columns_all_points_are_one():
    nothing = Points(np.zeros((3, 0), np.float32), np.zeros((3, 0), np.int32))
    distances, indices = nearest(nothing, nothing, 2)
    assert distances.tolist() == [[0, 0]] * 3
    assert indices.tolist() == [[0, 1]] * 3


def test_missing_numbers_stand_at_the_mean_and_are_a_category():
    case = case_of({"a": [1.0, 3.0, None]}, {"a": [2.0]}, {"a": [2.0]}, a="number")
    found = space(case)
    assert found.train.numbers[:, 0].tolist() == pytest.approx([-1.2247449, 1.2247449, 0])
    assert nearest(found.synthetic, found.train.take(np.array([2])))[0].tolist() == [[pytest.approx(np.sqrt(2))]]


@pytest.mark.parametrize("odd", [float("inf"), 1e300, -float("inf"), 1e-300])
def test_odd_numbers_leave_distances_finite_and_a_copy_at_none(odd):
    case = case_of({"a": [odd, 1.0, 2.0]}, {"a": [odd, 1.0, None]}, {"a": [odd, 1.0]}, a="number")
    found = space(case)
    assert np.isfinite(nearest(found.train, found.synthetic, 3)[0]).all()
    assert nearest(found.holdout, found.synthetic)[0].tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize("values", [[None, None], [5.0, 5.0]])
def test_columns_without_variation_are_no_trouble(values):
    column = pa.array(values, pa.float64())
    case = case_of({"a": column}, {"a": pa.array([5.0, 7.0])}, {"a": column}, a="number")
    assert np.isfinite(nearest(space(case).synthetic, space(case).train)[0]).all()


def test_columns_are_chosen_by_name():
    rows = {"a": [1.0, 2.0], "b": ["x", "y"], "c": ["one text", "another"]}
    case = case_of(rows, rows, rows, a="number", b="category", c="text")
    assert space(case).train.numbers.shape == (2, 1)
    assert space(case).train.categories.shape == (2, 1)
    assert space(case, ["b"]).train.numbers.shape == (2, 0)
