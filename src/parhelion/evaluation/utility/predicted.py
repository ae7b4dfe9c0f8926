"""What models predict for the held-out rows: what fairness needs of utility."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Predicted:
    """Predictions of the first target for held-out rows, by a model learned from train rows and one from synthetic
    rows.

    target: the column. rows: which held-out rows (those whose target is known). truth: for two classes 1 where the row
    is of `positive`, else 0; for a number, its values; for more classes the class, as a code. positive: the class that
    counts as the outcome (of two classes the rarer one among train rows), None for numbers and more classes.
    train, synthetic: probabilities of `positive`, or predicted numbers, or predicted classes as codes; None where no
    model could be learned.
    """

    target: str
    positive: str | None
    rows: npt.NDArray[np.int64]
    truth: npt.NDArray[np.float64]
    train: npt.NDArray[np.float64] | None
    synthetic: npt.NDArray[np.float64] | None
