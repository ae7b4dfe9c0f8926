"""The scores of detection and what they mean, in words."""

from collections.abc import Iterator

from parhelion.evaluation.case import Case
from parhelion.evaluation.detection.measured import Measured
from parhelion.evaluation.detection.neighbours import Rated
from parhelion.evaluation.detection.tested import FoldedAuc
from parhelion.evaluation.scores import Score

COPY = "A copy of the training rows would win it."
MARGINS = "It sees columns one by one: columns drawn independently of each other would win it."
BELOW = "Far below 0.5 is not good either: it happens where synthetic rows are altered copies of single real ones."
FLAWED = (
    "Nearest neighbours weigh all columns alike and lose their meaning in many columns; all metrics of this kind in "
    "use are known to fail sanity checks (arXiv 2505.22450). Weak evidence: read it beside its reference only."
)
CUT = "No held-out rows were given: the generator may have learned from these rows."
REPEATED = 0.2  # share of rows equal to others, from which an AUC is said to be blind

DELONG = "DeLong, fold by fold; for the classifier as it was learned"
WILSON = "Wilson's interval; rows taken as independent"


def scores(case: Case, found: Measured) -> tuple[Score, ...]:
    return (*_boosted(case, found), _logistic(case, found), _propensity(found), *_support(found))


def _boosted(case: Case, found: Measured) -> Iterator[Score]:
    unseen, train, reference = found.unseen, found.train, found.reference
    blind = _blind(found)
    yield _auc(
        Score(
            key="detection.unseen",
            title="Told from unseen rows",
            value=None,
            meaning="How well a strong classifier tells synthetic rows from real rows that the generator never saw: "
            "0.5 is a coin toss, 1 is always.",
            warning=_sentences(COPY, BELOW, blind, CUT if case.cut else ""),
        ),
        unseen.auc if unseen else None,
        reference.auc if reference else None,
        found.why,
    )
    yield _auc(
        Score(
            key="detection.train",
            title="Told from training rows",
            value=None,
            meaning="How well the same classifier tells synthetic rows from the rows that the generator learned from: "
            "0.5 is a coin toss, 1 is always.",
            warning=_sentences(
                "A copy of the training rows has exactly 0.5 here: a row and its copy share a fold, so that nothing "
                "can be learned from either; only the privacy part sees copies. A little below 0.5 is usual: synthetic "
                "rows share the chance traits of the very rows that they were learned from.", BELOW, blind,
            ),
        ),
        train.auc if train else None,
        reference.auc if reference else None,
        found.why,
    )  # fmt: skip


def _blind(found: Measured) -> str:
    repeated = found.unseen.sides.repeated if found.unseen else 0.0
    if repeated <= REPEATED:
        return ""
    return (
        f"{100 * repeated:.0f} % of these rows equal another, and equal rows are always in one fold: how often each "
        "kind of row occurs is hardly seen here, but by the fidelity of columns and pairs."
    )


def _logistic(case: Case, found: Measured) -> Score:
    return _auc(
        Score(
            key="detection.logistic",
            title="Told by a simple classifier",
            value=None,
            meaning="How well a logistic regression, which weighs each column by itself, tells synthetic rows from "
            "unseen real ones: 0.5 is a coin toss, 1 is always.",
            warning=_sentences(MARGINS, COPY, BELOW, CUT if case.cut else ""),
        ),
        found.logistic.auc if found.logistic else None,
        found.logistic_reference.auc if found.logistic_reference else None,
        found.why,
    )


def _auc(score: Score, value: FoldedAuc | None, reference: FoldedAuc | None, why: str) -> Score:
    """AUCs are the better the nearer to their reference, on either side."""
    always = {"better": "reference", "ideal": 0.5, "unit": "AUC"}
    if value is None or reference is None:
        return score.model_copy(update=always | {"untold": why})
    told = {"value": value.value, "reference": reference.value, "interval": value.interval, "spread": DELONG}
    return score.model_copy(update=always | told)


def _propensity(found: Measured) -> Score:
    told, reference = found.propensity, found.propensity_reference
    return Score(
        key="detection.propensity",
        title="Propensity error (pMSE ratio)",
        value=told.ratio if told else None,
        reference=reference.ratio if reference else None,
        interval=told.interval if told else None,
        spread="noncentral chi-square" if told else "",
        better="lower",
        ideal=1.0,
        unit="times",
        meaning="How far a simple classifier's probabilities are from a coin toss, as a multiple of what chance alone "
        "brings about: 1 is nothing but chance.",
        warning=_sentences(MARGINS, COPY, "It grows with the number of rows compared."),
        untold="" if told else found.why or "no column has terms that vary",
    )


def _support(found: Measured) -> Iterator[Score]:
    told = found.support
    why = found.why or "too few rows for neighbourhoods"
    yield _share(
        Score(
            key="detection.precision",
            title="Precision",
            value=None,
            meaning="The share of synthetic rows that lie where unseen real rows lie, by nearest neighbours.",
            warning=f"{COPY} {FLAWED}",
        ),
        told.precision if told else None, why,
    )  # fmt: skip
    yield _share(
        Score(
            key="detection.recall",
            title="Recall",
            value=None,
            meaning="The share of unseen real rows that lie where synthetic rows lie: how much of reality's variety "
            "is there.",
            warning=f"{COPY} A few far-off synthetic rows with wide neighbourhoods raise it. {FLAWED}",
        ),
        told.recall if told else None, why,
    )  # fmt: skip
    yield _share(
        Score(
            key="detection.authenticity",
            title="Authenticity",
            value=None,
            meaning="The share of synthetic rows that are farther from their nearest training row than that row is "
            "from its own nearest neighbour.",
            warning=f"Random noise would win it, and it does not show who is at risk: the attacks do. {FLAWED}",
        ),
        told.authenticity if told else None, why,
    )  # fmt: skip


def _share(score: Score, rated: Rated | None, why: str) -> Score:
    always = {"better": "higher", "ideal": 1.0, "unit": "share"}
    if rated is None:
        return score.model_copy(update=always | {"untold": why})
    value, reference = rated
    told = {"value": value.share, "reference": reference.share, "interval": value.interval(), "spread": WILSON}
    return score.model_copy(update=always | told)


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
