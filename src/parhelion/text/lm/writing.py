"""Writing texts: tokens drawn one after the other, many texts at a time.

Texts whose prompts have the same number of tokens are written together, so that nothing has to be filled up and any
architecture can do it. Each text has its own stream of chances within its block, which the ends of others do not move.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from transformers import DynamicCache

from parhelion.errors import ModelFileError
from parhelion.text.contract import Drawing
from parhelion.text.lm.scoring import Adapted

LOOK = 8  # tokens between looks at whether a text holds a stop, or is too long


def write(
    adapted: Adapted,
    prompts: Sequence[list[int]],
    drawing: Drawing,
    rng: np.random.Generator,
    *,
    most: int,
    at_once: int,
) -> list[str | None]:
    """A masked text for each prompt; None where it did not end. most: tokens of a text. at_once: texts of a block."""
    written: list[str | None] = [None] * len(prompts)
    blocks = list(_blocks(prompts, at_once))
    for rows, chances in zip(blocks, rng.spawn(len(blocks)), strict=True):
        block = Block(adapted, [prompts[row] for row in rows], drawing, chances)
        for row, text in zip(rows, block.write(most), strict=True):
            written[row] = text
    return written


class Block:
    """Texts that are being written together. over: those that are not gone on with; ended: of these, those that ended
    by themselves."""

    def __init__(
        self, adapted: Adapted, prompts: Sequence[list[int]], drawing: Drawing, rng: np.random.Generator
    ) -> None:
        self.model, self.spelling, self.drawing, self.rng = adapted.model, adapted.spelling, drawing, rng
        self.barred = torch.from_numpy(self.spelling.forbidden).to(adapted.where)
        self.prompts = torch.tensor(list(prompts), device=adapted.where)
        self.tokens: list[list[int]] = [[] for _ in prompts]
        self.over = np.zeros(len(prompts), bool)
        self.ended = np.zeros(len(prompts), bool)

    def write(self, most: int) -> list[str | None]:
        batch = np.arange(len(self.tokens))
        given, past = self.prompts, None
        with torch.no_grad():
            for step in range(1, min(most, self.spelling.room(self.prompts.shape[1])) + 1):
                out = self.model(input_ids=given, past_key_values=past, use_cache=True)
                drawn = self._draw(out.logits[:, -1], batch)
                self._add(batch, drawn)
                if step % LOOK == 0:
                    self._look()
                if self.over.all():
                    break
                past, kept = _smaller(out.past_key_values, ~self.over[batch])
                batch, drawn = batch[kept], drawn[kept]
                given = torch.from_numpy(drawn).to(self.prompts)[:, None]
        return [self._text(row) for row in range(len(self.tokens))]

    def _draw(self, logits: Tensor, batch: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """A token for each row of the batch."""
        chance = self.rng.random(len(self.tokens))[batch]
        heat = logits.double().masked_fill(self.barred, -torch.inf) / max(self.drawing.temperature, 1e-3)
        sums = heat.softmax(1).cumsum(1)
        if not torch.isfinite(sums[:, -1]).all():
            raise ModelFileError("the model is damaged or was altered: its adapter makes no numbers; fit it anew")
        aims = torch.from_numpy(chance).to(sums)[:, None] * sums[:, -1:]
        token = torch.searchsorted(sums, aims, right=True).clamp(max=sums.shape[1] - 1)
        drawn: npt.NDArray[np.int64] = token[:, 0].cpu().numpy()
        return drawn

    def _add(self, batch: npt.NDArray[np.int64], drawn: npt.NDArray[np.int64]) -> None:
        for row, token in zip(batch, drawn, strict=True):
            if self.over[row]:
                continue
            if token == self.spelling.end:
                self.over[row] = self.ended[row] = True
            else:
                self.tokens[row].append(int(token))

    def _look(self) -> None:
        """End texts that hold a stop, and give up those that have become too long."""
        slack = max(map(len, self.drawing.stop), default=0)
        for row in np.flatnonzero(~self.over):
            text = self.spelling.read(self.tokens[row])
            self.over[row] = len(text) > self.drawing.longest + slack or any(s in text for s in self.drawing.stop)

    def _text(self, row: int) -> str | None:
        text = self.spelling.read(self.tokens[row])
        cuts = [place for place in map(text.find, self.drawing.stop) if place >= 0]
        if not self.ended[row] and not cuts:
            return None
        whole = text[: min(cuts, default=None)]
        return whole if whole.strip() and len(whole) <= self.drawing.longest else None


def _blocks(prompts: Sequence[list[int]], at_once: int) -> Iterator[list[int]]:
    """Rows whose prompts are equally long, so many at once."""
    of_length: dict[int, list[int]] = {}
    for row, prompt in enumerate(prompts):
        of_length.setdefault(len(prompt), []).append(row)
    for rows in of_length.values():
        for start in range(0, len(rows), at_once):
            yield rows[start : start + at_once]


def _smaller(past: Any, open_rows: npt.NDArray[np.bool_]) -> tuple[Any, npt.NDArray[np.int64]]:
    """What the model remembers of the rows worth going on with: all, until half of them have ended."""
    kept = np.flatnonzero(open_rows)
    if type(past) is not DynamicCache or 2 * len(kept) > len(open_rows):
        return past, np.arange(len(open_rows))
    past.batch_select_indices(torch.from_numpy(kept))
    return past, kept
