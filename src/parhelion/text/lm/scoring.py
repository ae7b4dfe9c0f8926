"""How likely the model finds texts: what is learned from, and what is told.

Texts of different lengths stand in one batch, filled up at the end: what comes later changes nothing for what comes
before, so no mask of attention is needed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (as all the world calls it)

from parhelion.text.lm.spelling import Spelling

_NOT_COUNTED = -100


@dataclass(frozen=True)
class Adapted:
    """A base with an adapter. where: on what it computes."""

    model: nn.Module
    spelling: Spelling
    where: torch.device


class Spelled(NamedTuple):
    """One text's tokens: what is known before it, and its own, the end included (unless it was cut)."""

    prompt: list[int]
    text: list[int]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.text)


def surprise(adapted: Adapted, spelled: Sequence[Spelled], *, learning: bool = False) -> Tensor:
    """(rows, tokens) nats that each token of the texts costs; 0 for the tokens of prompts and behind texts.

    A token that texts are never written with (a character that the tokenizer does not know) costs infinitely many; 0 in
    learning.
    """
    model, spelling, where = adapted.model, adapted.spelling, adapted.where
    longest = max(map(len, spelled))
    tokens = torch.full((len(spelled), longest), spelling.end)
    targets = torch.full((len(spelled), longest), _NOT_COUNTED)
    for row, (prompt, text) in enumerate(spelled):
        tokens[row, : len(prompt) + len(text)] = torch.tensor(prompt + text)
        targets[row, len(prompt) : len(prompt) + len(text)] = torch.tensor(text)
    logits = model(input_ids=tokens[:, :-1].to(where), use_cache=False).logits.float()
    allowed = logits.masked_fill(torch.from_numpy(spelling.forbidden).to(where), -torch.inf)
    wanted = targets[:, 1:]
    if learning:
        wanted = wanted.masked_fill(torch.from_numpy(spelling.forbidden)[wanted.clamp(min=0)], _NOT_COUNTED)
    wanted = wanted.to(where)
    return F.cross_entropy(
        allowed.flatten(0, 1), wanted.flatten(), reduction="none", ignore_index=_NOT_COUNTED
    ).view_as(wanted)


def passes(lengths: Sequence[int], tokens_at_once: int) -> Iterator[list[int]]:
    """Rows that go through the model together: of like lengths, and of so many tokens (or one row).

    >>> list(passes([5, 1, 5, 2], 6))
    [[1, 3], [0], [2]]
    """
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and (len(rows) + 1) * lengths[row] > tokens_at_once:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def log_likelihood(adapted: Adapted, spelled: Sequence[Spelled], tokens_at_once: int) -> npt.NDArray[np.float64]:
    """(n,) nats of p(text | context), of the spelling that the tokenizer gives a text."""
    told = np.zeros(len(spelled))
    with torch.no_grad():
        for rows in passes([len(one) for one in spelled], tokens_at_once):
            costs = surprise(adapted, [spelled[row] for row in rows])
            told[rows] = -costs.double().sum(1).cpu().numpy()
    return told
