"""The options of the `trees` engine."""

from pydantic import BaseModel, ConfigDict, Field


class TreesConfig(BaseModel):
    """How the trees grow. The defaults were chosen by the scores of `benchmarks/`, on the tables named there.

    penalty: nats that a cut must gain.
    class_penalty: nats that it must gain besides for each class of the target after the first: cutting pure noise gains
        about half a nat a class (the chi-squared law of a likelihood ratio, Wilks 1938).
    target_bonus: nats that a cut on a kept column (the prediction target) counts besides, so that what other
        columns tell about it is kept before what they tell about each other.
    min_leaf: rows that each side of a cut keeps at least; None: one in 500 rows, from 10 to 20.
    smoothing: pseudo-rows with which a leaf's histogram is drawn towards its parent's.
    copula_penalty: nats that a predictor must gain to be taken into a leaf's copula.
    bins: bins in which a predictor is seen.
    classes: classes of the target between which cuts are chosen, at most; and rows_per_class: rows for each of them.
    predictors: predictors of one column at most; with more columns before it, the most informative are taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    penalty: float = Field(default=5.0, ge=0)
    class_penalty: float = Field(default=0.5, ge=0)
    target_bonus: float = Field(default=4.0, ge=0)
    min_leaf: int | None = Field(default=None, ge=1)
    smoothing: float = Field(default=1.0, ge=0)
    copula_penalty: float = Field(default=3.0, ge=0)
    bins: int = Field(default=64, ge=2, le=256)
    classes: int = Field(default=32, ge=2, le=128)
    rows_per_class: int = Field(default=10, ge=1)
    predictors: int = Field(default=64, ge=1)

    def smallest_leaf(self, rows: int) -> int:
        """The rows of a leaf at least, when learning from so many.

        >>> [TreesConfig().smallest_leaf(rows) for rows in (300, 1_000_000)], TreesConfig(min_leaf=5).smallest_leaf(300)
        ([10, 20], 5)
        """
        return self.min_leaf or min(max(rows // 500, 10), 20)
