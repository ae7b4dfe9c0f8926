"""Values that are to be made anew (identifiers, personal values, free text): how many are real ones, and how many of
them would be by chance."""

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.scores import Figure
from parhelion.schema import Column

ANEW = ("identifier", "personal", "text")
_DIGITS = 18  # that a whole number of 64 bits holds


def copied(column: Column, train: pa.Array, synthetic: pa.Array, holdout: pa.Array) -> Figure | None:
    """The share of known synthetic values that are train values, beside that of held-out values; None where a table
    has none.

    Of identifiers that count through a range chance alone hits as many as the range is full: that share is then the
    reference.

    >>> from parhelion.schema import IdentifierColumn
    >>> ids = [pa.array([f"K-{at}" for at in rows]) for rows in (range(100), range(50, 150), range(900, 950))]
    >>> copied(IdentifierColumn(name="id"), *ids)
    Figure(value=0.5, reference=1.0)
    """
    train, synthetic, holdout = (values.drop_null() for values in (train, synthetic, holdout))
    if not len(synthetic) or not len(holdout):
        return None
    value, reference = (float(pc.mean(pc.is_in(values, train)).as_py()) for values in (synthetic, holdout))
    if column.kind == "identifier":
        reference = max(reference, _full(train))
    return Figure(value=value, reference=reference)


def _full(values: pa.Array) -> float:
    """The share of a range of numbers that is taken, 0 to 1; 0 where the values have no digits, or too many."""
    digits = pc.replace_substring_regex(values.cast(pa.string()), r"\D", "")
    if not len(digits) or not 0 < pc.max(pc.utf8_length(digits)).as_py() <= _DIGITS:
        return 0.0
    ends = pc.min_max(pc.if_else(pc.equal(digits, ""), None, digits).cast(pa.int64()))
    span = ends["max"].as_py() - ends["min"].as_py() + 1
    return float(min(pc.count_distinct(values).as_py() / span, 1.0))
