"""Utility: does work done on synthetic rows carry over to real ones?"""

from parhelion.evaluation.case import Case
from parhelion.evaluation.features import features
from parhelion.evaluation.utility.figures import Utility
from parhelion.evaluation.utility.findings import findings, notes
from parhelion.evaluation.utility.predicted import Predicted
from parhelion.evaluation.utility.targets import Refused, Target, targets
from parhelion.evaluation.utility.tasks import predicted, task
from parhelion.evaluation.utility.told import scores
from parhelion.evaluation.utility.work import Work, work

__all__ = ["Predicted", "Utility", "measure"]


def measure(case: Case) -> tuple[Utility, Predicted | None]:
    """Utility, and the predictions of the first target that can be learned (None where there is none)."""
    found = targets(case)
    refused = [each for each in found if isinstance(each, Refused)]
    works = _works(case, [each for each in found if isinstance(each, Target)])
    utility = Utility(
        tasks=tuple(task(each) for each in works),
        scores=tuple(scores(works, "" if works else _why(refused), quick=case.config.quick)),
        findings=tuple(findings(works)),
        notes=tuple(notes(case, works, refused)),
    )
    return utility, predicted(works[0]) if works else None


def _works(case: Case, targets: list[Target]) -> list[Work]:
    if not targets:
        return []
    every = features(case)
    return [work(case, each, every.without(each.name)) for each in targets]


def _why(refused: list[Refused]) -> str:
    """Why nothing is predicted."""
    if refused:
        return "; ".join(f"{each.name} {each.why}" for each in refused)
    return "no column has values that could be predicted"
