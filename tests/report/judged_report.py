"""Small reports whose figures are given."""

from parhelion.evaluation.detection.figures import Detection
from parhelion.evaluation.fairness.figures import Fairness
from parhelion.evaluation.fidelity.figures import Fidelity
from parhelion.evaluation.privacy.figures import Privacy
from parhelion.evaluation.report import Compared, Report
from parhelion.evaluation.rules_kept import Rules
from parhelion.evaluation.scores import Counts, Score
from parhelion.evaluation.thresholds import Thresholds
from parhelion.evaluation.utility.figures import Utility
from parhelion.evaluation.verdicts import judge

MEMBERSHIP = Score(
    key="privacy.membership", title="Membership attack", value=0.53, reference=0.5, interval=(0.51, 0.57), ideal=0.5,
    unit="AUC", meaning="How well an attacker tells who was in the data.", warning="Weak where there are few rows.",
)  # fmt: skip
COLUMNS = Score(
    key="fidelity.columns", title="Columns", value=0.02, reference=0.01, interval=(0.018, 0.022),
    meaning="How far columns are from real ones.",
)  # fmt: skip
DETECTION = Score(
    key="detection.unseen", title="Detection", value=0.9, reference=0.5, interval=(0.8, 0.95), unit="AUC",
    meaning="How well rows are told from real ones.",
)  # fmt: skip
PREDICT = Score(
    key="utility.predict", title="Prediction", value=0.6, reference=0.91, better="higher", unit="AUC",
    meaning="How well models predict.",
)  # fmt: skip
UNTOLD = Score(key="privacy.tpr", title="Surest guesses", value=None, untold="no hold-out was given", meaning="Who.")
GROUPS = Score(
    key="fairness.representation", title="Groups", value=0.02, reference=0.01, unit="share", meaning="Who is missing."
)


def judged_report(kinds, *, rows=3, synthetic="made.csv", strict=False, scores=None, **compared):
    """A report on columns of these kinds; `scores`: those that take the place of the usual ones."""
    told = {score.key: score for score in (MEMBERSHIP, UNTOLD, COLUMNS, DETECTION, PREDICT, GROUPS, *(scores or ()))}
    parts = {
        name: tuple(score for key, score in told.items() if key.startswith(f"{name}."))
        for name in ("fidelity", "detection", "utility", "privacy", "fairness", "rules")
    }
    thresholds = Thresholds.default().model_copy(update={"strict": strict})
    about = {
        "real": "real.csv", "synthetic": synthetic, "holdout": "unseen.csv", "kinds": kinds, "target": (),
        "counts": Counts(train=100, synthetic=rows, holdout=50), "sensitive": (), "cut": False, "quick": False,
        "seed": 7,
    }  # fmt: skip
    return Report(
        parhelion="0.1.0", compared=Compared(**{**about, **compared}), verdict=judge(told, thresholds), worst=(),
        headline=tuple(parts[name][0] for name in ("fidelity", "detection", "utility", "privacy")),
        fidelity=Fidelity(scores=parts["fidelity"]), detection=Detection(scores=parts["detection"]),
        utility=Utility(scores=parts["utility"]), privacy=Privacy(scores=parts["privacy"]),
        fairness=Fairness(scores=parts["fairness"]), rules=Rules(scores=parts["rules"]),
    )  # fmt: skip
