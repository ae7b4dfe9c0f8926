"""Spherical k-means of texts by their features, in compiled kernels (Dhillon & Modha 2001)."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath=True)
def nearest(features, starts, rows, weights, centres, out):
    """The topic of each row whose centre is most like it: centres (F, K), weights (F,) of features."""
    likeness = np.empty(centres.shape[1], np.float32)
    for i in range(len(rows)):
        likeness[:] = 0.0
        for j in range(starts[rows[i]], starts[rows[i] + 1]):
            f = features[j]
            centre = centres[f]
            for k in range(len(likeness)):
                likeness[k] += weights[f] * centre[k]
        out[i] = np.argmax(likeness)


@njit(cache=True, nogil=True)
def gather(features, starts, rows, weights, topics, centres):
    """The centres of topics: the directions of their texts' means."""
    centres[:] = 0.0
    for i in range(len(rows)):
        first, last = starts[rows[i]], starts[rows[i] + 1]
        square = np.float32(0.0)
        for j in range(first, last):
            square += weights[features[j]] ** 2
        if square > 0.0:
            for j in range(first, last):
                centres[features[j], topics[i]] += weights[features[j]] / np.sqrt(square)
    lengths = np.zeros(centres.shape[1], np.float32)
    for f in range(centres.shape[0]):
        for k in range(len(lengths)):
            lengths[k] += centres[f, k] ** 2
    for k in range(len(lengths)):
        if lengths[k] > 0.0:
            centres[:, k] /= np.sqrt(lengths[k])
