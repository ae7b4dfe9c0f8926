"""Single values that are real ones, in the columns whose values are to be made anew."""

from collections.abc import Iterator

from parhelion.evaluation.anew import ANEW, copied
from parhelion.evaluation.case import Case
from parhelion.evaluation.privacy.told import Finding, Told
from parhelion.evaluation.rates import Rate
from parhelion.evaluation.scores import Figure, Score
from parhelion.evaluation.shown import percent

COPIED_VALUES = Score(
    key="privacy.copied_values", title="Copied values", value=None, ideal=0.0, unit="share",
    meaning="Of the column of identifiers, personal values or free text where it is worst: the share of synthetic "
    "values that are real ones, beside the share of the values of people never seen.",
    warning="Common names, and numbers that count through a range, are the same by chance; what counts is the "
    "difference.",
)  # fmt: skip
_BY = 0.02


def copied_values(case: Case) -> Told:
    """Where no column is to be made anew, nothing can be copied: the score is 0, and a note says so."""
    found = {
        column.name: (figure, len(case.synthetic))
        for column in case.table.columns
        if column.kind in ANEW and (figure := copied(column, *case.values(column.name)))
    }
    if not found:
        none = COPIED_VALUES.model_copy(update={"value": 0.0, "reference": 0.0})
        return Told((none,), notes=("there are no identifiers, personal values or texts that could be copied",))
    worst, (figure, rows) = max(found.items(), key=lambda each: each[1][0].excess)
    rate = Rate(round(figure.value * rows), rows)
    told = {"value": figure.value, "reference": figure.reference, "interval": rate.interval(), "spread": "Wilson"}
    return Told((COPIED_VALUES.model_copy(update=told),), tuple(_found(worst, figure)))


def _found(name: str, figure: Figure) -> Iterator[Finding]:
    if figure.excess > _BY:
        yield Finding(
            0.3 + figure.excess,
            f"{percent(figure.value)} of the synthetic values of {name} are real ones; of those of people never seen "
            f"{percent(figure.reference)} are.",
        )
