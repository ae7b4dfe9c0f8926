"""Fairness: is every group there, treated alike, and imitated as well as the others?"""

from collections.abc import Sequence

from parhelion.evaluation.case import Case
from parhelion.evaluation.fairness.attributes import Found, attribute
from parhelion.evaluation.fairness.figures import Fairness
from parhelion.evaluation.fairness.findings import findings, notes
from parhelion.evaluation.fairness.groups import Grouping, groupings
from parhelion.evaluation.fairness.outcomes import outcome, treated
from parhelion.evaluation.fairness.quality import bins, distances, scored
from parhelion.evaluation.fairness.representation import represented
from parhelion.evaluation.fairness.sensitive import sensitive
from parhelion.evaluation.fairness.told import scores
from parhelion.evaluation.utility import Predicted
from parhelion.schema import Column

__all__ = ["Fairness", "measure"]

_NONE = "no sensitive column was given, and none is known by its name; name one by --sensitive, or sensitive= in Python"


def measure(case: Case, predicted: Predicted | None) -> Fairness:
    """Groups of the sensitive columns. predicted: the outcome and what models predict of it, where utility has them."""
    columns, given = sensitive(case)
    groups = groupings(case, columns)
    every = _found(case, groups, predicted)
    unit = _unit(predicted)
    return Fairness(
        outcome=outcome(predicted.target).words if predicted else "",
        attributes=tuple(attribute(each, given=given) for each in every),
        scores=scores(every, unit, _why(columns, every), _without(predicted)),
        findings=tuple(findings(every, unit)),
        notes=tuple(notes(case, columns, every, given=given, crossed=len(groups) > len(columns))),
    )


def _found(case: Case, groups: Sequence[Grouping], predicted: Predicted | None) -> list[Found]:
    if not groups:
        return []
    of = outcome(predicted.target) if predicted else None
    columns, rng = bins(case), case.rng("fairness")
    return [
        Found(
            each,
            represented(each, rng),
            treated(each, of, predicted, len(groups), rng) if of and predicted else None,
            distances(each, columns, rng),
            scored(each, predicted) if predicted else None,
        )
        for each in groups
    ]


def _unit(predicted: Predicted | None) -> str:
    """Of predictions within a group."""
    if predicted is None:
        return "AUC"
    classes = len(predicted.target.classes)
    return "R²" if not classes else "AUC" if classes == 2 else "accuracy"


def _why(columns: Sequence[Column], every: Sequence[Found]) -> str:
    """Why there are no groups."""
    if every:
        return ""
    return "the sensitive columns make no two groups" if columns else _NONE


def _without(predicted: Predicted | None) -> str:
    """Why there is no outcome, or no model of it."""
    if predicted is None:
        return "there is no outcome, for want of a target that can be predicted"
    if predicted.train is None or predicted.synthetic is None:
        return f"no model of {predicted.target.name} could be learned"
    return ""
