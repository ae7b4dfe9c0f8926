"""A guide: how much a text looks like what it was written for.

A sequence of words is written word by word, and forgets what it is about. A softmax regression on the words and pairs
of a whole text knows; a text is taken with the probability that it gives to the text's label, and else drawn again.
So the law of texts is p(text | label) p(label | text) over a constant, which is what classifier-free guidance draws
from (Ho & Salimans 2022), here by rejection.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.text.ngram import _guide
from parhelion.text.ngram._steer import Guide
from parhelion.text.ngram.learning import Grams, Stream

Array = npt.NDArray[Any]

_ROOM = 1 << 24
_CLASSES = 4096
_FEWEST = 60
_MOST_TEXTS = 100_000
_EPOCHS = 12
_STEP = 2.0
_GAIN = 0.02
"""A column that tells less than this share of its entropy guides nothing."""


class Featured(NamedTuple):
    """features: of all texts, one after the other; text i has starts[i]:starts[i + 1]. rows: see Guide. many: features
    there are."""

    features: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    many: int


class Head(NamedTuple):
    """A regression of one column. top: see Guide. gain: the share of the column's entropy that it tells, on texts that
    it did not learn from."""

    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    top: float
    gain: float


def features_of(stream: Stream, grams: Grams, classes: int) -> Featured:
    """The words and, in histories of two, pairs of words of texts; the most usual ones, where they are many."""
    orders = min(2, len(grams.ends) - 1)
    body = ~stream.starts & (stream.words != stream.size - 1)
    both = np.stack([grams.ends[o] for o in range(orders)], axis=1)
    both[~body] = -1
    uses = np.bincount(both[both >= 0], minlength=1)
    known = np.flatnonzero(uses)
    known = known[np.argsort(-uses[known], kind="stable")][: max(64, _ROOM // max(classes, 1))]
    rows = np.full(len(uses), -1, np.int32)
    rows[np.sort(known)] = np.arange(len(known))
    features = np.where(both >= 0, rows[both], -1)
    used = features >= 0
    counts = np.bincount(stream.rows, weights=used.sum(1), minlength=int(stream.rows[-1]) + 1).astype(np.int64)
    return Featured(features[used].astype(np.int64), np.cumsum([0, *counts.tolist()]), rows, len(known))


def head_of(seen: Featured, labels: Array, classes: int, rng: np.random.Generator) -> Head | None:
    """The regression of one column's codes; None where texts tell nothing of it."""
    texts = rng.permutation(len(labels))[:_MOST_TEXTS]
    if len(texts) < _FEWEST or not 2 <= classes <= _CLASSES or classes * seen.many > 2 * _ROOM:
        return None
    kept_out, learned = np.split(texts, [max(20, len(texts) // 10)])
    weights, bias = np.zeros((seen.many, classes), np.float32), np.zeros(classes, np.float32)
    squares = np.full(seen.many + 1, 0.01, np.float32)
    out = np.empty((len(kept_out), classes), np.float32)
    best: tuple[float, Any] = (np.inf, None)
    for turn in range(_EPOCHS):
        rows = learned[rng.permutation(len(learned))]
        _guide.epoch(seen.features, seen.starts, labels, rows, _STEP * (1 - turn / _EPOCHS), weights, bias, squares)
        _guide.score_rows(seen.features, seen.starts, kept_out, weights, bias, out)
        loss, scale = min((_loss(out * s, labels[kept_out]), s) for s in _SCALES)
        if loss < best[0]:
            best = loss, (weights * scale, bias * scale, out * scale)
    loss, (weights, bias, out) = best
    entropy = _entropy(labels, classes)
    posterior = np.exp(_log_posterior(out, labels[kept_out]))
    top = float(np.log(np.quantile(posterior, 0.9)))
    gain = 1 - loss / entropy if entropy > 0 else 0.0
    certain = entropy - loss > 3 * np.log(posterior).std() / np.sqrt(len(kept_out))
    return Head(_half(weights), _half(bias), top, gain) if gain > _GAIN and certain else None


_SCALES = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25)


def _half(values: Array) -> npt.NDArray[np.float32]:
    """As the model file keeps them, so that a loaded engine draws what this one draws."""
    return np.clip(values, -1000, 1000).astype(np.float16).astype(np.float32)


def _log_posterior(out: Array, labels: Array) -> Array:
    own = out[np.arange(len(labels)), labels]
    top = out.max(1)
    posterior: Array = own - top - np.log(np.exp(out - top[:, None]).sum(1))
    return posterior


def _loss(out: Array, labels: Array) -> float:
    return -float(_log_posterior(out, labels).mean())


def _entropy(labels: Array, classes: int) -> float:
    share = np.bincount(labels, minlength=classes) / len(labels)
    share = share[share > 0]
    return -float((share * np.log(share)).sum())


def guide_of(seen: Featured, heads: list[Head], strength: float) -> Guide:
    """The guide of all columns that have a head."""
    if not heads:
        return no_guide()
    return Guide(
        seen.rows, np.concatenate([head.weights for head in heads], axis=1), np.concatenate([h.bias for h in heads]),
        np.cumsum([0, *(len(head.bias) for head in heads)]), np.array([head.top for head in heads]), strength,
    )  # fmt: skip


def no_guide() -> Guide:
    """Where nothing guides."""
    return Guide(
        np.zeros(0, np.int32), np.zeros((0, 0), np.float32), np.zeros(0, np.float32), np.zeros(1, np.int64),
        np.zeros(0), 0.0,
    )  # fmt: skip
