"""Everything that was measured, before it is put in words."""

from dataclasses import dataclass

from parhelion.evaluation.detection.figures import Clue, Example
from parhelion.evaluation.detection.neighbours import Support
from parhelion.evaluation.detection.propensity import Propensity
from parhelion.evaluation.detection.tested import Tested


@dataclass(frozen=True)
class Measured:
    """None and nothing where it cannot be told; then `why` says so.

    unseen, train: gradient boosting, synthetic from held-out and from train rows. reference: train from held-out rows.
    rows: of each table that classifiers looked at. rounds: trees. leaves: of each at most.
    """

    rows: int
    rounds: int
    leaves: int
    why: str = ""
    unseen: Tested | None = None
    train: Tested | None = None
    reference: Tested | None = None
    logistic: Tested | None = None
    logistic_reference: Tested | None = None
    propensity: Propensity | None = None
    propensity_reference: Propensity | None = None
    support: Support | None = None
    clues: tuple[Clue, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def apart(self) -> bool:
        """Does the classifier tell synthetic from held-out rows more surely than chance would?"""
        return self.unseen is not None and self.unseen.auc.interval[0] > 0.5
