"""What models predict for the held-out rows: what fairness needs of utility."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.utility.targets import Target


@dataclass(frozen=True)
class Predicted:
    """Predictions of the first target for held-out rows, by models learned from train rows, from synthetic rows, and
    from train rows drawn again, which shows how much chance there is in learning.

    target: the target, with its values in all three tables. rows: which held-out rows (those whose target is known).
    truth: of two classes 1 where the row is of the positive one, else 0; of more, the class as a code; or the number.
    train, synthetic, again: probabilities of the positive class of two, predicted classes of more, or numbers; None
    where no model could be learned.
    """

    target: Target
    rows: npt.NDArray[np.int64]
    truth: npt.NDArray[np.float64]
    train: npt.NDArray[np.float64] | None
    synthetic: npt.NDArray[np.float64] | None
    again: npt.NDArray[np.float64] | None

    @property
    def positive(self) -> str | None:
        """The class that counts as the outcome (see `Target.positive`); None for numbers."""
        return self.target.classes[self.target.positive] if self.target.classes else None
