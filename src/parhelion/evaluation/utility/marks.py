"""How good predictions are, on all rows and on bootstrap samples of them at once."""

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.scores import Interval

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]
Marks = dict[str, Floats]

BINS = 10
_SAMPLES, _CELLS = 100, 4_000_000
_SURE = 1e-6  # a probability is never taken as surer than this


def weights(rows: int, classes: int, rng: np.random.Generator) -> Weights:
    """How often each row is in each bootstrap sample: (1 + samples, rows); the first holds every row once."""
    samples = int(np.clip(_CELLS // max(rows * max(classes - 1, 1), 1), 40, _SAMPLES))
    drawn = rng.integers(0, rows, (samples, rows)) + np.arange(samples)[:, None] * rows
    counts = np.bincount(drawn.ravel(), minlength=samples * rows).reshape(samples, rows)
    return np.vstack([np.ones((1, rows), np.float32), counts.astype(np.float32)])


def interval(values: Floats, least: float = -np.inf, most: float = np.inf) -> Interval | None:
    """95 %: 1.96 bootstrap standard errors around the value, within bounds.

    values: of all rows first, then of the samples. None where the value, or that of most samples, cannot be told.
    """
    known = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or len(known) < len(values) / 2:
        return None
    low, high = values[0] - 1.96 * known.std(), values[0] + 1.96 * known.std()
    return float(np.clip(low, least, most)), float(np.clip(high, least, most))


def of_classes(weight: Weights, truth: Classes, chances: Floats, rarest: int | None) -> tuple[Marks, Marks]:
    """AUC (of more than two classes the mean of each against the others), F1 (macro), log loss, calibration error; and
    of one class against all others AUC, average precision and F1."""
    present, said = np.unique(truth), chances.argmax(1)
    which = present if chances.shape[1] > 2 else np.array([1])
    found = {int(one): ranked(weight, truth == one, chances[:, one]) for one in which if len(present) > 1}
    every = {
        "AUC": np.mean([auc for auc, _ in found.values()], axis=0) if found else np.full(len(weight), np.nan),
        "F1": f1(weight, truth, said, present).mean(0),
        "log loss": _mean(weight, -np.log(np.clip(chances[np.arange(len(truth)), truth], _SURE, 1))),
        "calibration error": _calibration_error(weight, truth, chances),
    }
    if rarest is None:
        return every, {}
    auc, precision = found.get(rarest) or ranked(weight, truth == rarest, chances[:, rarest])
    return every, {"AUC": auc, "average precision": precision, "F1": f1(weight, truth, said, np.array([rarest]))[0]}


def of_numbers(weight: Weights, truth: Floats, predicted: Floats) -> Marks:
    """R2, RMSE and MAE; R2 is NaN where the truth does not vary."""
    error, spread = truth - predicted, truth - truth.mean()
    squares = _mean(weight, error**2)
    variance = _mean(weight, spread**2) - _mean(weight, spread) ** 2
    varies = variance > 1e-12 * max(variance[0], 1e-300)
    return {
        "R2": 1 - np.divide(squares, variance, out=np.full(len(weight), np.nan), where=varies),
        "RMSE": np.sqrt(squares),
        "MAE": _mean(weight, np.abs(error)),
    }


def ranked(weight: Weights, truth: npt.NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    """AUC (ties count half) and average precision; NaN where a sample has one class only.

    >>> auc, precision = ranked(np.ones((1, 4), np.float32), np.array([True, False, True, False]),
    ...                         np.array([0.9, 0.8, 0.3, 0.3]))
    >>> float(auc[0]), round(float(precision[0]), 3)
    (0.625, 0.75)
    """
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=np.nan) != 0)
    taken = weight[:, order]
    every = np.add.reduceat(taken, starts, axis=1, dtype=np.float64)
    true = np.add.reduceat(taken * truth[order], starts, axis=1, dtype=np.float64)
    above, upto = np.cumsum(true, 1), np.cumsum(every, 1)
    positives, negatives = above[:, -1], upto[:, -1] - above[:, -1]
    wins = ((every - true) * (above - true / 2)).sum(1)
    gained = (true * above / np.maximum(upto, 1)).sum(1)
    return _share(wins, positives * negatives), _share(gained, positives)


def f1(weight: Weights, truth: Classes, predicted: Classes, which: Classes) -> Floats:
    """F1 of classes: (classes, samples); 0 where a class is neither there nor predicted."""
    is_, said = (truth[:, None] == which).astype(np.float32), (predicted[:, None] == which).astype(np.float32)
    both, all_ = (weight @ (is_ * said)).T, (weight @ (is_ + said)).T
    return np.asarray(2 * both / np.maximum(all_, 1e-9), np.float64)


def calibration(truth: Classes, chances: Floats) -> tuple[tuple[float, float, float], ...]:
    """(predicted, observed, share of rows) of bins of equally many rows, by the probability of the second class."""
    chance, right = chances[:, 1], truth == 1
    bins = _bins(chance)
    return tuple(
        (float(chance[bins == one].mean()), float(right[bins == one].mean()), float((bins == one).mean()))
        for one in np.unique(bins)
    )


def _calibration_error(weight: Weights, truth: Classes, chances: Floats) -> Floats:
    """How far predicted and observed shares are apart, over bins of rows: of the second of two classes; of more, of
    the class that is predicted (Guo et al. 2017)."""
    two = chances.shape[1] == 2
    chance = chances[:, 1] if two else chances.max(1)
    right = truth == 1 if two else truth == chances.argmax(1)
    in_bin = (_bins(chance)[:, None] == np.arange(BINS)).astype(np.float32)
    gaps = weight @ (in_bin * (chance - right)[:, None].astype(np.float32))
    return np.asarray(np.abs(gaps).sum(1) / weight.sum(1), np.float64)


def _bins(chance: Floats) -> Classes:
    """Equal numbers of rows a bin; equal probabilities share one."""
    cuts = np.quantile(chance, np.arange(1, BINS) / BINS)
    return np.asarray(np.searchsorted(cuts, chance, side="left"), np.int64)


def _mean(weight: Weights, values: Floats) -> Floats:
    return np.asarray(weight.astype(np.float64) @ values / weight.sum(1, dtype=np.float64))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0), np.float64)
