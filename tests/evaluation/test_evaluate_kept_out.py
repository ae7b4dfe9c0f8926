"""Held-out rows that were learned from prove nothing, and are refused."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.errors import DataError
from parhelion.evaluation import evaluate


def rows(seed, values=10_000):
    rng = np.random.default_rng(seed)
    return pa.table({"a": rng.integers(values, size=200), "b": rng.integers(values, size=200)})


def test_the_training_rows_are_no_held_out_rows():
    with pytest.raises(DataError, match="200 of 200 held-out rows are among the real rows; expected rows that were"):
        evaluate(rows(0), rows(0), rows(0), quick=True)


def test_rows_that_are_often_the_same_may_be_held_out():
    assert not evaluate(rows(0, 3), rows(1, 3), rows(2, 3), quick=True).compared.cut
