"""One column: how far its distribution is from that of held-out rows, or what else can be checked of it."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.codes import Coded, Codes, Floats
from parhelion.evaluation.figures import ColumnNearness, Figure, Measure, Three
from parhelion.evaluation.rows import beside, dense, kolmogorov_smirnov, shares, total_variation
from parhelion.schema import Column

_MEASURES: dict[Measure, Callable[[Floats, Floats], Floats]] = {
    "total variation": total_variation,
    "Kolmogorov-Smirnov": kolmogorov_smirnov,
}


def measure_of(column: Column) -> Measure | None:
    """How columns of a kind are compared; None where the values themselves say nothing."""
    match column.kind:
        case "category" | "boolean":
            return "total variation"
        case "number" | "date" | "datetime" | "duration" | "place":
            return "Kolmogorov-Smirnov"
        case _:
            return None


def compared(column: Column, measure: Measure, values: Coded, drawn: Codes) -> ColumnNearness:
    """A column whose distribution can be compared. drawn: the codes of all drawn sets."""
    return ColumnNearness(
        name=column.name,
        kind=column.kind,
        measure=measure,
        distance=beside(_MEASURES[measure], shares(*dense(drawn, values.size))),
        missing=Three(**{name: float((getattr(values, name) == 0).mean()) for name in Three.model_fields}),
    )


def checked(column: Column, train: pa.Array, synthetic: pa.Array, holdout: pa.Array) -> ColumnNearness:
    """A column whose values are made anew, or are all the same: what is missing, what is copied, what comes twice."""
    every = {"train": train, "synthetic": synthetic, "holdout": holdout}
    known = {name: values.drop_null() for name, values in every.items()}
    return ColumnNearness(
        name=column.name,
        kind=column.kind,
        missing=Three(**{name: values.null_count / len(values) for name, values in every.items()}),
        copied=_copied(known["train"], known["synthetic"], known["holdout"]),
        unique=Three(**{name: _unique(values) for name, values in known.items()}),
    )


def _copied(train: pa.Array, synthetic: pa.Array, holdout: pa.Array) -> Figure | None:
    if not len(synthetic) or not len(holdout):
        return None
    return Figure(value=_share_in(synthetic, train), reference=_share_in(holdout, train))


def _share_in(values: pa.Array, known: pa.Array) -> float:
    return float(pc.mean(pc.is_in(values, known)).as_py())


def _unique(values: pa.Array) -> float | None:
    return pc.count_distinct(values).as_py() / len(values) if len(values) else None
