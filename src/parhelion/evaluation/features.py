"""Columns as numbers that classifiers and attacks read: the same for all three tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.codes import Coded

Floats = npt.NDArray[np.float64]
CATEGORIES = 250  # codes of a category: scikit-learn's histograms hold 255


@dataclass(frozen=True)
class Features:
    """train, synthetic, holdout: (rows, columns). Missing is NaN in all columns.

    Numbers, places and durations are as they are (durations and moments in seconds, dates in days). Categories and
    booleans are codes 0 to at most 250, frequent ones first, by the rows of all three tables; the rarest share the
    last.
    categorical: which columns hold such codes.
    """

    names: tuple[str, ...]
    categorical: npt.NDArray[np.bool_]
    train: Floats
    synthetic: Floats
    holdout: Floats

    def without(self, *names: str) -> "Features":
        """The same without some columns."""
        keep = [place for place, name in enumerate(self.names) if name not in names]
        return Features(
            tuple(self.names[place] for place in keep), self.categorical[keep],
            self.train[:, keep], self.synthetic[:, keep], self.holdout[:, keep],
        )  # fmt: skip


Rows = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]


def features(case: Case, names: Sequence[str] | None = None, rows: Rows | None = None) -> Features:
    """The features of the columns named, by default of all that can be compared.

    rows: those of train, synthetic and holdout that are wanted, by default all. What is frequent is counted in them:
    of tables of equal size, none gives itself away by the codes of its rare categories.
    """
    chosen = [case.table.column(name) for name in names] if names is not None else list(case.columns)
    counts = (case.counts.train, case.counts.synthetic, case.counts.holdout)
    wanted: Rows = rows or (np.arange(counts[0]), np.arange(counts[1]), np.arange(counts[2]))
    columns = [
        numbers(*(each.take(pa.array(own)) for each, own in zip(case.values(column.name), wanted, strict=True)))
        if column.kind in ORDERED
        else frequent(_of_rows(case.coded(column.name), wanted))
        for column in chosen
    ]
    train, synthetic, holdout = (
        np.column_stack([column[table] for column in columns]) if columns else np.zeros((len(own), 0))
        for table, own in enumerate(wanted)
    )
    return Features(
        tuple(column.name for column in chosen),
        np.array([column.kind not in ORDERED for column in chosen], bool),
        train, synthetic, holdout,
    )  # fmt: skip


def _of_rows(column: Coded, rows: Rows) -> Coded:
    train, synthetic, holdout = rows
    return replace(
        column, train=column.train[train], synthetic=column.synthetic[synthetic], holdout=column.holdout[holdout]
    )


def numbers(*arrays: pa.Array) -> list[Floats]:
    """Values of an ordered kind as floats: moments in seconds since 1970, dates in days, durations in seconds."""
    return [_floats(array) for array in arrays]


def _floats(array: pa.Array) -> Floats:
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        scale = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
        return _floats(array.cast(pa.int64())) / scale
    if pa.types.is_date32(kind):
        return _floats(array.cast(pa.int32()))
    cast = array.cast(pa.float64(), safe=False)
    return np.asarray(pc.fill_null(cast, float("nan")).to_numpy(zero_copy_only=False), np.float64)


def frequent(column: Coded, most: int = CATEGORIES) -> list[Floats]:
    """Codes of a category, the most frequent first; missing is NaN.

    >>> from parhelion.evaluation.codes import coded
    >>> train, *_ = frequent(coded(pa.array(["b", "a", "b", None]), pa.array(["b"]), pa.array(["a"])))
    >>> train
    array([ 0.,  1.,  0., nan])
    """
    tables = (column.train, column.synthetic, column.holdout)
    shares = sum(np.bincount(codes, minlength=column.size) / max(len(codes), 1) for codes in tables)
    order = np.argsort(-np.asarray(shares)[1:], kind="stable") + 1
    code = np.full(column.size, np.nan)
    code[order] = np.minimum(np.arange(len(order)), most)
    return [code[codes] for codes in tables]
