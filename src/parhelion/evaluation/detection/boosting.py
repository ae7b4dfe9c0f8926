"""Gradient boosting that tells two tables apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from parhelion.evaluation.detection.sides import Bools, Floats


@dataclass(frozen=True)
class Boosted:
    """trees: None where there was one side alone, or no column to learn from."""

    trees: Any

    def log_odds(self, rows: Floats) -> Floats:
        """Of belonging to the second table."""
        if self.trees is None:
            return np.zeros(len(rows))
        return np.asarray(self.trees.decision_function(rows), np.float64)


@dataclass(frozen=True)
class Boosting:
    """Learns boosted trees (scikit-learn's). rounds: trees.

    A hundred trees of 63 leaves tell samples of trees engines apart as well as LightGBM's 200 of 31 do, in three
    quarters of the time that 200 of 31 take here.
    """

    categorical: Bools
    rounds: int
    seed: int

    def learn(self, rows: Floats, second: Bools) -> Boosted:
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  # it takes a second to import

        if not rows.shape[1] or second.all() or not second.any():
            return Boosted(None)
        trees = HistGradientBoostingClassifier(
            max_iter=self.rounds,
            learning_rate=0.1,
            max_leaf_nodes=63,
            min_samples_leaf=min(20, max(2, len(rows) // 50)),
            early_stopping=False,
            categorical_features=self.categorical,
            random_state=self.seed,
        )
        return Boosted(trees.fit(rows, second))
