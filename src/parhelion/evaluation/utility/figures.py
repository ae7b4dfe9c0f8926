"""The figures of utility: does work done on synthetic rows carry over to real ones?"""

from typing import Literal

from pydantic import Field

from parhelion.evaluation.scores import Figures, Interval, Section

Learned = Literal["train", "synthetic", "train + synthetic"]


class Predictions(Figures):
    """How well one model predicts the held-out rows.

    learned_from: "train", "synthetic", "train + synthetic". scores: by name: "AUC", "F1" (macro), "log loss",
    "calibration error" for classes; "R2", "RMSE", "MAE" for numbers. intervals: of the same, 95 %, bootstrap over
    held-out rows.
    calibration: (predicted, observed, share of rows) in bins of the probability of the positive class; two classes
    only.
    rarest: of the rarest class that can be judged, against all others: "AUC", "average precision", "F1".
    """

    learned_from: Learned
    rows: int
    scores: dict[str, float]
    intervals: dict[str, Interval] = Field(default_factory=dict)
    calibration: tuple[tuple[float, float, float], ...] = ()
    rarest: dict[str, float] = Field(default_factory=dict)


class Importance(Figures):
    """How much a column matters to models learned from train rows and from synthetic rows: the drop of the score on the
    held-out rows when the column is shuffled."""

    column: str
    train: float
    synthetic: float


class Coefficient(Figures):
    """One coefficient of a linear (or logistic) regression learned on train rows and on synthetic rows, standardised;
    95 % intervals. agrees: both differ from 0 and have the same sign, or neither differs from 0. overlap: of the
    intervals, 0 to 1 (Karr et al. 2006)."""

    term: str
    train: float
    train_interval: Interval
    synthetic: float
    synthetic_interval: Interval
    agrees: bool
    overlap: float


class Task(Figures):
    """One target: what was predicted, by models learned on which rows, and whether conclusions are the same.

    models: learned from train, from synthetic, from both. classes: of a category, the most frequent first.
    agreement: rank correlation (Spearman) of the importances. conclusions: share of coefficients that agree. overlap:
    mean overlap of their intervals. difference: of the first score (AUC or R2), learned from synthetic rows minus
    learned from train rows, and its interval, both models judged on the same bootstrap samples.
    regressed: what the regression is about, in words; of more than two classes the most frequent one.
    """

    target: str
    kind: Literal["classes", "number"]
    given: bool
    classes: tuple[str, ...] = ()
    models: tuple[Predictions, ...]
    importances: tuple[Importance, ...] = ()
    agreement: float | None = None
    coefficients: tuple[Coefficient, ...] = ()
    conclusions: float | None = None
    overlap: float | None = None
    difference: float | None = None
    difference_interval: Interval | None = None
    regressed: str = ""


class Utility(Section):
    """Train on synthetic rows, test on real ones (Esteban et al. 2017), and what follows from it."""

    tasks: tuple[Task, ...] = ()
