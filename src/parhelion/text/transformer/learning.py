"""Learning: Muon and AdamW, a learning rate that falls along a cosine, and of all weights those kept that held-out
texts liked best."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (as all the world calls it)

from parhelion.errors import DataError
from parhelion.text.transformer.config import TransformerConfig
from parhelion.text.transformer.muon import Muon
from parhelion.text.transformer.net import OUTER, Net
from parhelion.text.transformer.windows import NOTHING, Batch, Layout, Row, batches, starts

UNTOLD = 0.1  # the share of the texts, and of the columns of others, of which nothing is told while learning
WARM = 0.05  # the share of learning in which the learning rate rises
LOOKS, PATIENCE = 20, 5  # times that the held-out texts are looked at, and times in a row that nothing got better
SLOW_START = 0.1  # the share of the time
STEEPEST = 1.0  # the longest gradient
MUON = 5.0  # learning rates of Muon for one of AdamW


@dataclass(frozen=True)
class Course:
    """What is learned, and how often: `passes` over the rows, so many tokens a `batch`."""

    rows: Sequence[Row]
    held: Sequence[Row]
    layout: Layout
    passes: int
    batch: int
    config: TransformerConfig

    @property
    def batches(self) -> int:
        """Of one pass."""
        return len(starts(np.sort([len(row.tokens) for row in self.rows]), self.batch))


@dataclass
class Best:
    """The best weights so far, by the nats a token of the held-out texts."""

    net: Net
    loss: float = math.inf
    looks: int = 0  # since it was the best
    weights: dict[str, Tensor] = field(default_factory=dict)

    def see(self, loss: float) -> None:
        self.looks += 1
        if loss < self.loss:
            self.loss, self.looks = loss, 0
            self.weights = {name: value.detach().clone() for name, value in self.net.state_dict().items()}


def learn(net: Net, course: Course, rng: np.random.Generator, progress: Callable[[int, int], None]) -> float:
    """Teach a net. Nats a token of the held-out texts at their fewest; infinity where none are held out."""
    with _chances(net, rng):
        best = _learn(net, course, rng, progress)
    if course.held:
        best.see(loss_of(net, course.held, course.batch))
        net.load_state_dict(best.weights)
    return best.loss


def _learn(net: Net, course: Course, rng: np.random.Generator, progress: Callable[[int, int], None]) -> Best:
    steps = course.passes * course.batches
    looks = {round(steps * look / LOOKS) for look in range(1, LOOKS)} if course.held else set()
    best, begun, optimizers = Best(net), time.monotonic(), Optimizers(net, course.config)
    for step, batch in enumerate(_shuffled(course, rng)):
        done = done_of(step / steps, (time.monotonic() - begun) / (60 * course.config.minutes))
        if done >= 1 or best.looks >= PATIENCE:
            break
        optimizers.step(_loss(net, _blanked(batch, course)), rate(done))
        progress(step + 1, steps)
        if step + 1 in looks:
            best.see(loss_of(net, course.held, course.batch))
    progress(steps, steps)
    return best


def done_of(steps: float, time: float) -> float:
    """How much of learning is done, by the share of the steps and of the time: the clock counts only where it will not
    do for all steps, not for a slow start.

    >>> done_of(0.0, 0.01), done_of(0.5, 0.3), done_of(0.1, 0.2)
    (0.0, 0.5, 0.2)
    """
    return time if time > max(steps, SLOW_START) else steps


def rate(done: float) -> float:
    """The learning rate, of its highest, when so much of learning is done: it rises, then falls along a cosine.

    >>> [round(rate(done), 2) for done in (0.024, 0.5, 1.0)]
    [0.5, 0.5, 0.0]
    """
    return min(1.0, (done + 1e-3) / WARM) * (1 + math.cos(math.pi * done)) / 2


@contextmanager
def _chances(net: Net, rng: np.random.Generator) -> Iterator[None]:
    """torch's own random numbers, seeded by `rng` inside, and outside as they were."""
    device = net.device
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(int(rng.integers(2**63)))
        yield


class Optimizers:
    """Muon for the matrices inside, AdamW for all else."""

    def __init__(self, net: Net, config: TransformerConfig) -> None:
        self.net, self.highest = net, config.learning_rate
        inner = [weights for name, weights in net.weights.items() if name not in OUTER]
        self.muon = Muon(inner, config.weight_decay)
        self.adamw = torch.optim.AdamW(
            [net.weights[name] for name in OUTER], weight_decay=0.0, betas=(0.9, 0.98), fused=True
        )

    def step(self, loss: Tensor, rate: float) -> None:
        """rate: the learning rate, of its highest."""
        self.net.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), STEEPEST)
        self.muon.step(MUON * rate * self.highest)
        for group in self.adamw.param_groups:
            group["lr"] = rate * self.highest
        self.adamw.step()


def _shuffled(course: Course, rng: np.random.Generator) -> Iterator[Batch]:
    for _ in range(course.passes):
        yield from batches(course.rows, course.batch, rng)


def _blanked(batch: Batch, course: Course) -> Batch:
    """A batch with some of its tokens blanked, and some of its context not told."""
    layout, tokens = course.layout, batch.tokens.copy()
    text, known = tokens[:, layout.front :], tokens[:, 1 : layout.front]
    text[torch.rand(text.shape).numpy() < course.config.blanks] = layout.blank
    hidden = torch.rand(known.shape).numpy() < UNTOLD * (known.shape[1] > 1)
    hidden |= torch.rand((len(known), 1)).numpy() < UNTOLD
    known[:] = np.where(hidden, layout.untold, known)
    return batch._replace(tokens=tokens)


def _loss(net: Net, batch: Batch) -> Tensor:
    """Nats a token, as learning sees them: with dropout."""
    net.train()
    loss = -likelihoods(net, batch).sum() / max(1, int((batch.targets != NOTHING).sum()))
    net.eval()
    _finite(loss.item())
    return loss


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise DataError("the transformer engine lost its way (its loss is no number); expected a lower learning_rate")
    return loss


def likelihoods(net: Net, batch: Batch) -> Tensor:
    """(targets,) natural logarithm of the probability of each target that is not NOTHING, in the order they stand."""
    tokens, targets = (torch.from_numpy(array).to(net.device) for array in (batch.tokens, batch.targets))
    asked = targets != NOTHING
    with torch.autocast(net.device.type, torch.bfloat16, enabled=net.device.type == "cuda"):
        thoughts, _ = net(tokens)
        scores = net.scores(thoughts[asked])
    return -F.cross_entropy(scores, targets[asked], reduction="none")


def loss_of(net: Net, rows: Sequence[Row], tokens: int) -> float:
    """Nats a token."""
    with torch.inference_mode():
        total = sum(-float(likelihoods(net, batch).double().sum()) for batch in batches(rows, tokens))
    return _finite(total / max(1, sum(int((row.targets != NOTHING).sum()) for row in rows)))
