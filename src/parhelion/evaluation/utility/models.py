"""Models that predict: gradient-boosted trees, the same for every set of rows that they learn from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_TREES = 100
_FAR = 1e300  # beyond it the middle of two values is no longer a number


@dataclass(frozen=True)
class Classifier:
    """Probabilities of classes. seen: the classes that the rows learned from had; all others have probability 0."""

    trees: Any
    seen: npt.NDArray[np.int64]
    size: int

    def predict(self, rows: Floats) -> Floats:
        """(rows, classes)."""
        found = np.zeros((len(rows), self.size))
        found[:, self.seen] = 1.0 if self.trees is None else _alone(self.trees.predict_proba, rows)
        return found


@dataclass(frozen=True)
class Regressor:
    """Numbers. The trees learn (y - centre) / scale, whatever the unit of y is."""

    trees: Any
    centre: float
    scale: float

    def predict(self, rows: Floats) -> Floats:
        return np.asarray(_alone(self.trees.predict, rows) * self.scale + self.centre, np.float64)


Model = Classifier | Regressor


def learn(rows: Floats, truth: Floats, categorical: Bools, classes: int, seed: int) -> Model:
    """A model of `truth`, given `rows`. classes: how many there are; 0 where numbers are predicted."""
    if not classes:
        return _regressor(rows, truth, categorical, seed)
    seen = np.unique(truth.astype(np.int64))
    if len(seen) == 1:
        return Classifier(None, seen, classes)
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  # scikit-learn takes a second to import

    trees = HistGradientBoostingClassifier(**_options(len(rows), len(seen), categorical, seed))
    return Classifier(_alone(trees.fit, rows, truth.astype(np.int64)), seen, classes)


def _regressor(rows: Floats, truth: Floats, categorical: Bools, seed: int) -> Regressor:
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415  # scikit-learn takes a second to import

    centre = float(np.median(truth))
    scale = float(np.abs(truth - centre).mean()) or 1.0
    trees = HistGradientBoostingRegressor(**_options(len(rows), 1, categorical, seed))
    return Regressor(_alone(trees.fit, rows, (truth - centre) / scale), centre, scale)


def _options(rows: int, classes: int, categorical: Bools, seed: int) -> dict[str, Any]:
    """Small trees: as good as larger ones at these sizes, in half the time. Many classes need a tree each a round."""
    rounds = _TREES if classes <= 2 else max(20, 3 * _TREES // classes)
    return {
        "max_iter": rounds,
        "learning_rate": 0.1 * min(3.0, _TREES / rounds),
        "max_leaf_nodes": 15,
        "min_samples_leaf": min(20, max(2, rows // 50)),
        "early_stopping": False,
        "categorical_features": categorical,
        "random_state": seed,
    }


def _alone(work: Any, rows: Floats, *more: Any) -> Any:
    """One thread: at these sizes threads wait for each other longer than they work, above all on a busy machine."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # it looks at what is loaded

    with threadpool_limits(1):
        return work(np.clip(rows, -_FAR, _FAR), *more)
