"""How it was measured, and what was left out."""

from collections.abc import Iterator

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.detection.measured import Measured
from parhelion.evaluation.detection.neighbours import NEAREST
from parhelion.evaluation.detection.sides import FOLDS, WIDE
from parhelion.evaluation.features import CATEGORIES

_NAMED = 10


def notes(case: Case, found: Measured) -> tuple[str, ...]:
    return tuple(note for each in (_classifiers, _wide, _neighbours, _left_out, _cut) for note in each(case, found))


def _classifiers(_: Case, found: Measured) -> Iterator[str]:
    if found.unseen is None:
        return
    yield (
        f"classifiers looked at {found.rows:,} rows of each table: scikit-learn's histogram gradient boosting "
        f"({found.rounds} trees) and a logistic regression with a small ridge penalty, each asked about rows that it "
        "did not learn from; the reference is the same between training and held-out rows"
    )
    yield (
        f"identical rows share one of {FOLDS} folds, unless they are more than a hundredth of all; an AUC is the mean "
        "of the folds', and its interval leaves out how learning itself varies, which is much with few rows"
    )
    if not found.apart:
        yield (
            "synthetic rows were not told from held-out rows more surely than by chance, so no columns and no rows are "
            "shown that would give them away"
        )
    elif not found.examples:
        yield "no synthetic row is shown: none that gives itself away differs from all real rows"


def _neighbours(_: Case, found: Measured) -> Iterator[str]:
    if found.support is not None:
        yield (
            f"neighbours were looked for among {found.support.rows:,} rows of each table (for authenticity among "
            f"{found.support.known:,} training rows); a row's neighbourhood reaches to its {NEAREST}th neighbour"
        )


def _wide(case: Case, found: Measured) -> Iterator[str]:
    if found.unseen is not None and len(case.columns) > WIDE:
        yield f"with more than {WIDE} columns classifiers learn from fewer rows, by fewer and smaller trees"


def _left_out(case: Case, _: Measured) -> Iterator[str]:
    there = {column.name for column in case.columns}
    gone = [f"{column.name} ({column.kind})" for column in case.table.columns if column.name not in there]
    if gone:
        more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        yield f"classifiers and neighbours do not see {', '.join(gone[:_NAMED])}{more}: flaws in them go unnoticed here"
    for column in case.columns:
        if column.kind not in ORDERED and case.coded(column.name).size - 1 > CATEGORIES + 1:
            yield (
                f"of {column.name}, which has {case.coded(column.name).size - 1:,} categories, the rarest beyond the "
                f"{CATEGORIES} most frequent are one to the classifiers"
            )


def _cut(case: Case, _: Measured) -> Iterator[str]:
    if case.cut:
        yield "no held-out rows were given: training and held-out rows are two halves of the real rows"
