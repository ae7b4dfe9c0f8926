"""Whether held-out rows were held out at all."""

import numpy as np

from parhelion.errors import DataError
from parhelion.evaluation.case import Case
from parhelion.evaluation.rows import alike, alone

_BEYOND = 0.5  # share of held-out rows among the real ones, beyond that of real rows that have their like


def check_kept_out(case: Case) -> None:
    """DataError where most held-out rows are rows that were learned from: copies would look as harmless as any row.

    Rows of few possible values are often the same; how often, the real rows tell among themselves.

    >>> from parhelion.evaluation.reading import case_of
    >>> import pyarrow as pa
    >>> real, few = pa.table({"n": range(200)}), pa.table({"n": [1, 2] * 100})
    >>> check_kept_out(case_of(few, few, few))
    >>> check_kept_out(case_of(real, real, real.slice(50)))
    Traceback (most recent call last):
    parhelion.errors.DataError: 150 of 150 held-out rows are among the real rows; expected rows that were not learned \
from; leave out of the real rows what is held out, or give no held-out rows
    """
    if case.cut or not case.columns:
        return
    rows = alike(case)
    there = np.isin(rows.holdout, rows.train)
    if there.mean() > _BEYOND + (1 - alone(rows.train).mean()):
        raise DataError(
            f"{there.sum():,} of {len(there):,} held-out rows are among the real rows; expected rows that were not "
            "learned from; leave out of the real rows what is held out, or give no held-out rows"
        )
