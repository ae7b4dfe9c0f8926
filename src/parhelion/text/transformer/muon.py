"""Muon: steps whose matrices are made orthogonal, so that no direction is learned faster than the others (Jordan et al.
2024). It needs about half the steps of AdamW here."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # coefficients of the fifth-order iteration (Jordan et al. 2024)
ITERATIONS = 5
MOMENTUM = 0.95


class Muon:
    """Steps for matrices. weight_decay: the share of the weights that a step of length 1 takes away."""

    def __init__(self, matrices: Sequence[Tensor], weight_decay: float) -> None:
        self.matrices, self.weight_decay = matrices, weight_decay
        self.momenta = [torch.zeros_like(matrix) for matrix in matrices]

    def step(self, length: float) -> None:
        """One step along the gradients that the matrices hold."""
        with torch.no_grad():
            for matrix, momentum in zip(self.matrices, self.momenta, strict=True):
                gradient: Any = matrix.grad
                momentum.lerp_(gradient, 1 - MOMENTUM)
                ahead = gradient.lerp(momentum, MOMENTUM)
                longer = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
                matrix.mul_(1 - length * self.weight_decay)
                matrix.add_(orthogonal(ahead), alpha=-length * longer)


def orthogonal(matrix: Tensor) -> Tensor:
    """About the orthogonal matrix nearest to it: its singular values become about 1.

    >>> values = torch.linalg.svdvals(orthogonal(torch.diag(torch.tensor([3.0, 1.0]))))
    >>> [round(value, 1) for value in values.tolist()]
    [1.1, 0.8]
    """
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x: Tensor = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x
