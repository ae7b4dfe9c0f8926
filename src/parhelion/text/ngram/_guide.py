"""Softmax regression on sparse features by AdaGrad, in compiled kernels (Duchi, Hazan & Singer 2011)."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath=True)
def _scores(weights, bias, features, start, stop, out):
    out[:] = bias
    if stop == start:
        return np.float32(0.0)
    x = np.float32(1.0 / np.sqrt(stop - start))
    for j in range(start, stop):
        row = weights[features[j]]
        for c in range(len(out)):
            out[c] += x * row[c]
    return x


@njit(cache=True, nogil=True, fastmath=True)
def _soften(out):
    top = out.max()
    total = np.float32(0.0)
    for c in range(len(out)):
        out[c] = np.exp(out[c] - top)
        total += out[c]
    for c in range(len(out)):
        out[c] /= total


@njit(cache=True, nogil=True, fastmath=True)
def epoch(features, starts, labels, rows, step, weights, bias, squares):
    """One round over these rows. squares: (F + 1,) sums of squared gradients of each feature's weights, bias last."""
    out = np.empty(len(bias), np.float32)
    for i in rows:
        start, stop = starts[i], starts[i + 1]
        x = _scores(weights, bias, features, start, stop, out)
        _soften(out)
        out[labels[i]] -= np.float32(1.0)
        square = np.float32(0.0)
        for c in range(len(out)):
            square += out[c] * out[c]
        squares[-1] += square
        rate = np.float32(step / np.sqrt(squares[-1]))
        for c in range(len(out)):
            bias[c] -= rate * out[c]
        for j in range(start, stop):
            f = features[j]
            squares[f] += square * x * x
            rate = np.float32(step * x / np.sqrt(squares[f]))
            row = weights[f]
            for c in range(len(out)):
                row[c] -= rate * out[c]


@njit(cache=True, nogil=True)
def score_rows(features, starts, rows, weights, bias, out):
    """(len(rows), C) scores."""
    for i in range(len(rows)):
        _scores(weights, bias, features, starts[rows[i]], starts[rows[i] + 1], out[i])
