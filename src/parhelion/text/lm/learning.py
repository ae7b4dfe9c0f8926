"""Learning an adapter: steps over batches of texts, with AdamW (Loshchilov and Hutter 2019)."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from parhelion.text.lm.adapter import adapted_layers, matrices
from parhelion.text.lm.config import LmConfig
from parhelion.text.lm.scoring import Adapted, Spelled, passes, surprise

Progress = Callable[[int, int], None]
WARM = 0.1  # of the steps, in which the learning rate rises


def learn(
    adapted: Adapted, texts: Sequence[Spelled], config: LmConfig, rng: np.random.Generator, progress: Progress
) -> None:
    """Fit the model's adapter to texts, each of which counts as much as it has tokens."""
    steps = config.steps(len(texts))
    weights = [own.weight for own in matrices(adapted.model).values()]
    optimizer = prepared(adapted.model, config)
    for step, batch in zip(range(steps), _batches(len(texts), config.batch, rng), strict=False):
        progress(step, steps)
        optimizer.zero_grad()
        tokens = sum(len(texts[row].text) for row in batch)
        for rows in passes([len(texts[row]) for row in batch], config.tokens_at_once):
            costs = surprise(adapted, [texts[batch[row]] for row in rows], learning=True)
            torch.autograd.backward(costs.sum() / tokens)
        nn.utils.clip_grad_norm_(weights, config.clip)
        take(optimizer, config.learning_rate * pace(step, steps))
    progress(steps, steps)


def prepared(model: nn.Module, config: LmConfig) -> torch.optim.Optimizer:
    """What changes the adapter's weights; only in adapters is anything dropped out."""
    for layer in adapted_layers(model).values():
        layer.train()
    weights: list[Tensor] = [own.weight for own in matrices(model).values()]
    return torch.optim.AdamW(weights, lr=config.learning_rate, weight_decay=0.0)


def take(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """One step at a learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()


def pace(step: int, steps: int) -> float:
    """The learning rate of a step, as a share of the highest.

    >>> [round(pace(step, 20), 2) for step in (0, 1, 2, 10, 19)]
    [0.5, 1.0, 1.0, 0.56, 0.06]
    """
    warm = max(round(WARM * steps), 1)
    return (step + 1) / warm if step < warm else (steps - step) / max(steps - warm, 1)


def _batches(texts: int, size: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Rows for one step after the other: every text once, in random order, before any comes again."""
    left: list[int] = []
    size = min(size, texts)
    while True:
        if len(left) < size:
            left += rng.permutation(texts).tolist()
        yield left[:size]
        left = left[size:]
