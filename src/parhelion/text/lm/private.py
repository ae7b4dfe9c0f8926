"""Learning an adapter with differential privacy (DP-SGD, Abadi et al. 2016), where one person counts as one example.

What is guaranteed: the adapter's weights are (epsilon, delta)-differentially private with respect to adding or removing
one person with all of their texts and contexts (owners of the corpus; where nobody is named, each text is a person).
That holds for whoever sees the weights, and for whatever is written with them, however much of it:

- at each step every person is drawn by chance, independently of all others (Poisson sampling at rate q);
- the gradients of a drawn person's texts are averaged, and the average is cut to length C, whatever the texts are;
- to their sum, normal noise of standard deviation sigma * C is added in each coordinate, also where nobody was drawn,
  and the result is divided by the number of persons expected, not drawn;
- sigma is what Rényi accounting (Mironov 2017; Mironov, Talwar and Zhang 2019; opacus) needs for q, all the steps and
  delta to stay below epsilon. Learning that is interrupted gives no adapter.

Who is drawn, which of their texts, and the noise come from the system's entropy and never from the seed: noise that can
be computed again hides nothing. So learning with dp_epsilon is not repeated by its seed; sampling is.

What is not covered: the number of persons (it is in q and delta); the base, which has read other people's texts; what
else a model file holds: how the other columns are drawn, the words of labels, what is made up for personal values and
their counts, the longest length, and fingerprints of originals (leave them out where an engine is `private`); and
options chosen by trying several on the same texts. The noise is of PCG64 (128 bits of entropy, not a cryptographic
generator), drawn in double precision and rounded to single after it was added; attacks on the last bits of floating
point (Mironov 2012) are not defended against further.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import torch
from opacus.accountants import RDPAccountant
from opacus.accountants.utils import get_noise_multiplier
from torch import Tensor, nn

from parhelion.errors import ConfigError
from parhelion.text.lm.adapter import matrices
from parhelion.text.lm.budget import Budget
from parhelion.text.lm.config import LmConfig
from parhelion.text.lm.gradients import Watch, cut
from parhelion.text.lm.learning import Progress, pace, prepared, take
from parhelion.text.lm.scoring import Adapted, Spelled, surprise

Rows = list[int]
# Whole orders cost little to compute; broken ones matter where epsilon is large.
_ORDERS = [1.5, 2.25, 2.5, 2.75, 3.5, *map(float, range(2, 64)), 80.0, 96.0, 128.0, 256.0, 512.0]


def budget(config: LmConfig, owners: npt.NDArray[np.int64]) -> Budget:
    """The noise that keeps learning from these owners within what the user allows. Raises ConfigError where none
    does."""
    assert config.dp_epsilon is not None
    persons = len(np.unique(owners))
    rate, steps, delta = min(config.batch / persons, 1.0), config.steps(persons), config.delta(persons)
    if delta * persons >= 1:
        raise ConfigError(
            f"dp_delta is {delta:g}, and there are {persons:,} persons: a delta of 1 / {persons:,} or more allows to "
            "show somebody's texts as they are; choose a smaller one, or leave it out"
        )
    noise = _noise(config.dp_epsilon, delta, rate, steps)
    per = "text" if persons == len(owners) else "person"
    spent = epsilon(noise, rate, steps, delta)
    return Budget(epsilon=spent, delta=delta, noise=noise, clip=config.clip, rate=rate, steps=steps, per=per)


def epsilon(noise: float, rate: float, steps: int, delta: float) -> float:
    """What steps with so much noise spend."""
    accountant = RDPAccountant()
    accountant.history = [(noise, rate, steps)]
    with _bounds_may_be_loose():
        return max(float(accountant.get_epsilon(delta, alphas=_ORDERS)), 0.0)


def learn(
    adapted: Adapted,
    texts: Sequence[Spelled],
    owners: npt.NDArray[np.int64],
    config: LmConfig,
    spending: Budget,
    *,
    secret: np.random.Generator,
    progress: Progress,
) -> None:
    """Fit the model's adapter to texts. secret: what nobody can draw again."""
    layers = list(matrices(adapted.model).values())
    optimizer = prepared(adapted.model, config)
    persons = _rows_of(owners)
    for step in range(spending.steps):
        progress(step, spending.steps)
        drawn = _drawn(persons, spending.rate, config.texts_per_person, secret)
        sums = [torch.zeros(layer.weight.shape, device=adapted.where) for layer in layers]
        for together in _passes(drawn, texts, config.tokens_at_once):
            told = gradients(adapted, [[texts[row] for row in rows] for rows in together], layers)
            sums = [total + one for total, one in zip(sums, cut(told, spending.clip), strict=True)]
        for layer, total in zip(layers, sums, strict=True):
            layer.weight.grad = _noised(total, spending, secret) / (spending.rate * len(persons))
        take(optimizer, config.learning_rate * pace(step, spending.steps))
    progress(spending.steps, spending.steps)


def gradients(adapted: Adapted, persons: Sequence[Sequence[Spelled]], layers: Sequence[nn.Linear]) -> list[Tensor]:
    """For each layer (persons, out, in): the gradient of each person's loss, the mean over their texts of the mean
    nats of a token."""
    own = torch.tensor([place for place, texts in enumerate(persons) for _ in texts], device=adapted.where)
    shares = torch.tensor(
        [1 / len(text.text) / len(texts) for texts in persons for text in texts], device=adapted.where
    )
    with Watch(layers, own, len(persons)) as watch:
        costs = surprise(adapted, [text for texts in persons for text in texts], learning=True)
        return watch.gradients((costs.sum(1) * shares).sum())


def _noise(allowed: float, delta: float, rate: float, steps: int) -> float:
    try:
        with _bounds_may_be_loose():
            return float(
                get_noise_multiplier(
                    target_epsilon=allowed, target_delta=delta, sample_rate=rate, steps=steps, accountant="rdp",
                    epsilon_tolerance=min(0.01, 0.01 * allowed), alphas=_ORDERS,
                )
            )  # fmt: skip
    except ValueError as error:
        raise ConfigError(
            f"dp_epsilon {allowed:g} cannot be kept over {steps:,} steps at delta {delta:.2g}, whatever the noise; "
            "allow more, or learn for fewer epochs"
        ) from error


def _noised(total: Tensor, spending: Budget, secret: np.random.Generator) -> Tensor:
    noise = secret.normal(0.0, spending.noise * spending.clip, tuple(total.shape))
    return (total.double().cpu() + torch.from_numpy(noise)).to(total)


def _rows_of(owners: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """The rows of each person."""
    order = np.argsort(owners, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(owners[order])) + 1)


def _drawn(persons: Sequence[npt.NDArray[np.int64]], rate: float, most: int, secret: np.random.Generator) -> list[Rows]:
    """The rows of each person of one step: every person with the same chance, whoever else is drawn."""
    chosen = np.flatnonzero(secret.random(len(persons)) < rate)
    return [secret.permutation(persons[int(person)])[:most].tolist() for person in chosen]


def _passes(drawn: Sequence[Rows], texts: Sequence[Spelled], tokens_at_once: int) -> Iterator[list[Rows]]:
    """Persons that go through the model together: of texts of like lengths, and nobody's in two passes."""
    together: list[Rows] = []
    lengths = [max(len(texts[row]) for row in rows) for rows in drawn]
    for person in sorted(range(len(drawn)), key=lengths.__getitem__):
        waiting = sum(map(len, together)) + len(drawn[person])
        if together and waiting * lengths[person] > tokens_at_once:
            yield together
            together = []
        together.append(drawn[person])
    if together:
        yield together


@contextmanager
def _bounds_may_be_loose() -> Iterator[None]:
    """opacus says where a finer choice of orders would give a smaller epsilon; what it computes holds all the same."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Optimal order is the (largest|smallest) alpha")
        yield
