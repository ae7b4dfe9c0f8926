"""All of detection, from three tables to figures."""

from dataclasses import replace

from parhelion.evaluation.case import Case
from parhelion.evaluation.detection.boosting import Boosting
from parhelion.evaluation.detection.clues import clues, examples
from parhelion.evaluation.detection.figures import Detection, Test
from parhelion.evaluation.detection.findings import findings
from parhelion.evaluation.detection.logistic import Logistic, design
from parhelion.evaluation.detection.measured import Measured
from parhelion.evaluation.detection.neighbours import support
from parhelion.evaluation.detection.notes import notes
from parhelion.evaluation.detection.propensity import propensity
from parhelion.evaluation.detection.sides import FEWEST, Drawn, draw, sides
from parhelion.evaluation.detection.tested import Task, Tested, told_apart
from parhelion.evaluation.detection.told import scores
from parhelion.evaluation.threads import one_thread

_FULL, _QUICK = (100, 63), (25, 31)  # trees, and leaves of each


def measure(case: Case) -> Detection:
    """Can synthetic rows be told from real ones, and by what?

    >>> import numpy as np, pyarrow as pa
    >>> from parhelion.evaluation.config import EvaluateConfig
    >>> from parhelion.schema import NumberColumn, Table
    >>> draw = np.random.default_rng(0).normal
    >>> train, made, unseen = (pa.table({"age": draw(mean, 10, 500)}) for mean in (40, 55, 40))
    >>> table = Table(name="people", columns=(NumberColumn(name="age"),))
    >>> figures = measure(Case(table, train, made, unseen, cut=False, config=EvaluateConfig()))
    >>> figures.scores[0].key, round(figures.scores[0].value, 1), figures.clues[0].column
    ('detection.unseen', 0.8, 'age')
    """
    found = _measured(case)
    return Detection(
        scores=scores(case, found),
        findings=findings(case, found),
        notes=notes(case, found),
        tests=tuple(_tests(found)),
        clues=found.clues,
        examples=found.examples,
    )


def _measured(case: Case) -> Measured:
    rounds, leaves = _QUICK if case.config.quick else _FULL
    drawn = draw(case, case.rng("detection.rows"))
    nothing = Measured(drawn.size, rounds, leaves)
    if not case.columns:
        return replace(nothing, why="no column has values that can be compared")
    found = replace(nothing, support=support(case, case.rng("detection.support")))
    if drawn.size < FEWEST:
        few = f"a table has {drawn.size} rows; to tell tables apart takes at least {FEWEST} of each"
        return replace(found, why=few)
    return _explained(case, drawn, _classified(case, drawn, found))


def _classified(case: Case, drawn: Drawn, found: Measured) -> Measured:
    rng = case.rng("detection.folds")
    unseen, train = sides(drawn, "holdout", "synthetic", rng), sides(drawn, "train", "synthetic", rng)
    reference = sides(drawn, "holdout", "train", rng)
    boosting, logistic = Boosting(unseen.categorical, found.rounds, found.leaves, case.config.seed), Logistic()
    terms, terms_of_reference = design(unseen), design(reference)
    done = told_apart(
        [
            Task(unseen, unseen.values, boosting),
            Task(train, train.values, boosting),
            Task(reference, reference.values, boosting),
            Task(unseen, terms, logistic),
            Task(reference, terms_of_reference, logistic),
        ]
    )
    with one_thread():
        errors = propensity(terms, unseen.second), propensity(terms_of_reference, reference.second)
    return replace(
        found, unseen=done[0], train=done[1], reference=done[2], logistic=done[3], logistic_reference=done[4],
        propensity=errors[0], propensity_reference=errors[1],
    )  # fmt: skip


def _explained(case: Case, drawn: Drawn, found: Measured) -> Measured:
    if found.unseen is None or not found.apart:
        return found
    rng = case.rng("detection.clues")
    with one_thread():
        return replace(
            found,
            clues=clues(found.unseen, drawn.features.names, case.limits.asked, rng),
            examples=examples(case, drawn, found.unseen, rng),
        )


def _tests(found: Measured) -> list[Test]:
    named = (
        ("holdout", "gradient boosting", found.unseen, found.reference),
        ("train", "gradient boosting", found.train, found.reference),
        ("holdout", "logistic regression", found.logistic, found.logistic_reference),
    )
    return [
        _test(against, classifier, test, reference, found.rows)
        for against, classifier, test, reference in named
        if test is not None and reference is not None
    ]


def _test(against: str, classifier: str, test: Tested, reference: Tested, rows: int) -> Test:
    auc = test.auc
    return Test.model_validate(
        {
            "against": against,
            "classifier": classifier,
            "auc": auc.value,
            "interval": auc.interval,
            "reference": reference.auc.value,
            "rows": rows,
            "curve": test.curve(),
        }
    )
