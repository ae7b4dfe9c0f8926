"""Models that predict: gradient-boosted trees, the same for every set of rows that they learn from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.utility.targets import FAR

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Classifier:
    """Probabilities of classes: what the trees say of those seen; without trees their shares of the rows learned from.

    seen: the classes that those rows had; all others have probability 0.
    """

    trees: Any
    seen: npt.NDArray[np.int64]
    shares: Floats

    def predict(self, rows: Floats) -> Floats:
        """(rows, classes)."""
        found = np.tile(self.shares, (len(rows), 1))
        if self.trees is not None:
            found[:, self.seen] = self.trees.predict_proba(_bounded(rows))
        return found


@dataclass(frozen=True)
class Regressor:
    """Numbers. The trees learn (y - centre) / scale, whatever the unit of y is."""

    trees: Any
    centre: float
    scale: float

    def predict(self, rows: Floats) -> Floats:
        return np.asarray(self.trees.predict(_bounded(rows)) * self.scale + self.centre, np.float64)


Model = Classifier | Regressor


@dataclass(frozen=True)
class Learner:
    """Learns the same way from any rows. classes: how many there are; 0 where numbers are predicted. trees: of a model
    of two classes, or of numbers. categorical: which columns are codes."""

    categorical: Bools
    classes: int
    trees: int
    seed: int

    def learn(self, rows: Floats, truth: Floats) -> Model:
        """A model of `truth`, given `rows`."""
        return self._classifier(rows, truth.astype(np.int64)) if self.classes else self._regressor(rows, truth)

    def _classifier(self, rows: Floats, truth: npt.NDArray[np.int64]) -> Classifier:
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  # it takes a second to import

        seen, shares = np.unique(truth), np.bincount(truth, minlength=self.classes) / len(truth)
        if len(seen) == 1 or len(seen) > len(rows) / 2:
            return Classifier(None, seen, shares)
        trees = HistGradientBoostingClassifier(**self._options(len(rows), len(seen)))
        return Classifier(trees.fit(_known(rows), truth), seen, shares)

    def _regressor(self, rows: Floats, truth: Floats) -> Regressor:
        from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415  # the same

        centre = float(np.median(truth))
        scale = float(np.abs(truth - centre).mean()) or 1.0
        trees = HistGradientBoostingRegressor(**self._options(len(rows), 1))
        return Regressor(trees.fit(_known(rows), (truth - centre) / scale), centre, scale)

    def _options(self, rows: int, classes: int) -> dict[str, Any]:
        """Small trees: as good as larger ones at these sizes, in half the time. Many classes need a tree each a round,
        so they get fewer rounds of longer steps."""
        rounds = self.trees if classes <= 2 else max(20, 2 * self.trees // classes)
        return {
            "max_iter": rounds,
            "learning_rate": 0.1 * min(3.0, self.trees / rounds),
            "max_leaf_nodes": 15,
            "min_samples_leaf": min(20, max(2, rows // 50)),
            "early_stopping": False,
            "categorical_features": self.categorical,
            "random_state": self.seed,
        }


def _bounded(rows: Floats) -> Floats:
    return np.clip(rows, -FAR, FAR)


def _known(rows: Floats) -> Floats:
    """Rows to learn from: the trees refuse a column without any value, so such a column is 0 in all of them."""
    return np.where(np.isnan(rows).all(0), 0.0, _bounded(rows))
