"""The figures of detection: can a classifier tell synthetic rows from real ones, and by what?"""

from typing import Literal

from parhelion.evaluation.scores import Figures, Interval, Section


class Test(Figures):
    """One classifier two-sample test (Lopez-Paz & Oquab 2017), out of fold; identical rows share a fold, unless they
    are more than a hundredth of all.

    against: the real rows that the synthetic ones were told from. auc: 0.5 is best. reference: the same classifier
    between train rows and held-out rows. rows: of each side. curve: points of the ROC curve (false, true positive
    rate).
    """

    __test__ = False  # no test of pytest

    against: Literal["holdout", "train"]
    classifier: Literal["gradient boosting", "logistic regression"]
    auc: float
    interval: Interval
    reference: float | None
    rows: int
    curve: tuple[tuple[float, float], ...] = ()


class Clue(Figures):
    """A column that the classifier used: how much its AUC falls when the column's values are shuffled (permutation
    importance, out of fold)."""

    column: str
    drop: float


class Example(Figures):
    """A synthetic row that the classifier was surest of: its number (from 0), its probability of being synthetic, its
    values as text by column, the telling columns first; missing ones are empty, and values that few real rows share are
    not told. Of many columns not all are there."""

    row: int
    probability: float
    values: dict[str, str]
    telling: tuple[str, ...] = ()


class Detection(Section):
    """Whole rows: classifier two-sample tests, propensity, precision and recall of the support."""

    tests: tuple[Test, ...] = ()
    clues: tuple[Clue, ...] = ()
    examples: tuple[Example, ...] = ()
