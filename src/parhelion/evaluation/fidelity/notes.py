"""How fidelity was measured, in plain sentences."""

from collections.abc import Iterator, Sequence

from parhelion.evaluation.case import Case
from parhelion.evaluation.fidelity.told import Measured

_SHOWN = 10


def notes(case: Case, found: Measured) -> tuple[str, ...]:
    return tuple(_notes(case, found))


def _notes(case: Case, found: Measured) -> Iterator[str]:
    (holdout, rows), (few, joint) = found.rows
    yield f"{rows:,} train rows and as many synthetic rows were compared with {holdout:,} held-out rows"
    if found.pairs and (few, joint) != (holdout, rows):
        yield f"pairs and triples of columns were compared on {joint:,} rows and {few:,} held-out rows"
    if found.pairs:
        yield "for pairs of columns values were put in {} bins, for triples in {}".format(*found.bins)
    if len(found.pairs) < found.pairs_in_all:
        yield f"{len(found.pairs):,} of {found.pairs_in_all:,} pairs of columns were drawn at random and compared"
    if case.cut:
        yield (
            "no held-out rows were given: real rows were cut in halves, and the generator may have learned from both, "
            "so distances tell nothing of rows that it never saw"
        )
    unlike = [column.name for column in found.columns if column.distance is None]
    if unlike:
        yield f"no distance is told of identifiers, text, personal values and constants: {_listed(unlike)}"
    bare = [column.name for column in found.columns if column.distance is not None and column.chart is None]
    if bare:
        yield f"too few real values are known to draw these without showing single rows: {_listed(bare)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
