"""Writing: one token after another, in blocks of rows, each with random numbers of its own."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from parhelion.text.contract import Drawing
from parhelion.text.transformer.copying import RUN
from parhelion.text.transformer.learned import Learned
from parhelion.text.transformer.windows import NOTHING, Tokens

MOST_ROWS = 512  # of a block
MEMORY = 1 << 28  # numbers that a block may keep of the tokens before
LONGEST_CHARACTER = 4  # bytes, and so tokens
LEFT = 8  # tokens that are not taken because they would make a copy
TINY = 1e-300  # more than nothing
COLDEST = 1e-3  # any colder, only the likeliest token would be drawn too


@dataclass(frozen=True)
class Writer:
    """What it takes to write."""

    learned: Learned
    drawing: Drawing

    @property
    def guided(self) -> bool:
        return (self.learned.manner.focus > 0 or self.learned.manner.tries > 1) and sum(self.learned.layout.sizes) > 0

    @property
    def block(self) -> int:
        """Rows written at once. What is written depends on it, so that it depends on nothing but the model."""
        kept = (
            2
            * self.learned.net.shape.layers
            * self.learned.net.shape.width
            * self.learned.layout.window
            * (1 + self.guided)
        )
        return max(1, min(MOST_ROWS, MEMORY // kept))

    @cached_property
    def characters(self) -> npt.NDArray[np.int64]:
        """How many characters each token is; the end is none."""
        return np.array([*self.learned.vocabulary.characters, 0])

    def write(self, known: Tokens, most: npt.NDArray[np.float64], rng: np.random.Generator) -> list[str | None]:
        """A text for each row of the tokens of a context; None where it did not end in time. most: (n,) nats that a
        text can tell of its context."""
        tries = self.learned.manner.tries if self.guided else 1
        size = max(1, self.block // tries)
        starts = range(0, len(known), size)
        seeds = rng.integers(2**63, size=len(starts))
        made: list[str | None] = []
        with torch.inference_mode():
            for start, seed in zip(starts, seeds, strict=True):
                some = slice(start, start + size)
                made += _Block(self, np.repeat(known[some], tries, axis=0), int(seed)).write(most[some])
        return made


class _Block:
    """Rows being written; all that still are have as many tokens.

    going: the rows whose ends are still to come. drawn: for each token so far, that of every row. lengths, characters:
    of each row's text so far. given_up: rows that did not end in time. telling: nats that each tells of its context.
    luck: what else decides which is taken (the largest of such sums is a draw: Gumbel 1954).
    """

    def __init__(self, writer: Writer, known: Tokens, seed: int) -> None:
        self.writer, self.learned, self.known = writer, writer.learned, known
        self.layout = writer.learned.layout
        self.chance = torch.Generator().manual_seed(seed)
        self.going = np.arange(len(known))
        self.drawn: list[Tokens] = []
        self.lengths, self.characters = np.zeros((2, len(known)), np.int64)
        self.given_up = np.zeros(len(known), bool)
        self.telling = np.zeros(len(known))
        self.luck = -np.log(-np.log(torch.rand(len(known), generator=self.chance, dtype=torch.float64).numpy() + TINY))

    def write(self, most: npt.NDArray[np.float64]) -> list[str | None]:
        past, read, window = None, self._front(self.layout.start, 0), 0
        while len(self.going):
            thoughts, past = self.learned.net(self._tensor(read), past)
            window += read.shape[1]
            stay = self._draw(*self._scores(thoughts[:, -1]))
            self.going = self.going[stay]
            if window == self.layout.window:
                past, read, window = None, self._front(self.layout.going_on, self.layout.overlap), 0
            else:
                past = past if stay.all() else [layer.take(self._tensor(self._twice(stay))) for layer in past]
                read = self._twice(self.drawn[-1][self.going, None])
        return self._chosen(self._texts(), most)

    def _tensor(self, array: npt.NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.learned.net.device)

    def _front(self, first: int, overlap: int) -> Tokens:
        """What is read at the beginning of a window: the context, and the last tokens of the window before."""
        known = self.known[self.going]
        if self.writer.guided:
            known = np.vstack([known, np.broadcast_to(self.layout.untold, known.shape)])
        before = [self._twice(drawn[self.going, None]) for drawn in self.drawn[len(self.drawn) - overlap :]]
        return np.hstack([np.full((len(known), 1), first), known, *before])

    def _twice(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What is read is read once more without its context where a text is guided by it."""
        return np.concatenate([rows, rows]) if self.writer.guided else rows

    def _scores(self, thoughts: Tensor) -> tuple[Tensor, Tensor | None]:
        """What to draw by, and how much each token tells of the context.

        Guidance without a classifier (Ho and Salimans 2022): what the context made likelier is made more so.
        """
        scores = self.learned.net.scores(thoughts)
        if not self.writer.guided:
            return scores, None
        told, untold = scores.log_softmax(-1).chunk(2)
        return told + self.learned.manner.focus * (told - untold), told - untold

    def _draw(self, scores: Tensor, telling: Tensor | None) -> npt.NDArray[np.bool_]:
        """Draw the next token of every row that is going; which of them go on."""
        drawn = np.full(len(self.known), self.layout.end)
        drawn[self.going] = self._original(scores)
        if telling is not None:
            self.telling[self.going] += telling.cpu().numpy()[np.arange(len(self.going)), drawn[self.going]]
        self.drawn.append(drawn)
        self.lengths += drawn != self.layout.end
        self.characters += self.writer.characters[drawn]
        late = self.characters > self.writer.drawing.longest
        late |= self.lengths > LONGEST_CHARACTER * self.writer.drawing.longest
        self.given_up |= late
        stay: npt.NDArray[np.bool_] = (drawn != self.layout.end) & ~late & ~self._stopped()
        return stay[self.going]

    def _original(self, scores: Tensor) -> Tokens:
        """A token for every row that is going: one that makes the end of its text no copy, if one is found."""
        chances = torch.rand((1 + LEFT, len(self.known)), generator=self.chance, dtype=torch.float64).numpy()
        before = [np.full(len(self.known), NOTHING)] * (RUN - 1) + self.drawn
        ends = np.stack(before[len(before) - RUN + 1 :], axis=1)[self.going]
        drawn, asked = np.zeros(len(self.going), np.int64), np.arange(len(self.going))
        for chance in chances[:, self.going]:
            drawn[asked] = one_of(scores[asked], chance[asked], self.writer.drawing.temperature)
            asked = asked[self.learned.copying.held(np.column_stack([ends[asked], drawn[asked]]))]
            if not len(asked):
                break
            scores[asked, drawn[asked]] = -torch.inf
        return drawn

    def _stopped(self) -> npt.NDArray[np.bool_]:
        """Rows in which a text has just come to where it stops."""
        stopped = np.zeros(len(self.known), bool)
        if self.writer.drawing.stop:
            stops = [stop.encode() for stop in self.writer.drawing.stop]
            tail = np.stack(self.drawn[-max(map(len, stops)) :], 1)
            for row in self.going:
                spelled = self.learned.vocabulary.spelled(tail[row][tail[row] != self.layout.end])
                stopped[row] = any(stop in spelled for stop in stops)
        return stopped

    def _chosen(self, texts: list[str | None], most: npt.NDArray[np.float64]) -> list[str | None]:
        """Of all tries of a row one, as likely as the context is given the text: p(text | context) / p(text) over a
        constant is that (Bayes), and no context is likelier than certain."""
        telling = np.where([text is None for text in texts], -np.inf, self.telling).reshape(len(most), -1)
        luck = self.luck.reshape(telling.shape)
        best = (np.minimum(telling, most[:, None]) + luck).argmax(axis=1)
        return [texts[row * telling.shape[1] + one] for row, one in enumerate(best)]

    def _texts(self) -> list[str | None]:
        tokens = np.stack(self.drawn, 1)
        return [
            self._text(tokens[row, : self.lengths[row]]) if fine else None for row, fine in enumerate(~self.given_up)
        ]

    def _text(self, tokens: Tokens) -> str | None:
        text = self.learned.vocabulary.decode(tokens.tolist()) or ""
        for stop in self.writer.drawing.stop:
            text = text.partition(stop)[0]
        return text if text.strip() else None


def one_of(scores: Tensor, chances: npt.NDArray[np.float64], temperature: float) -> Tokens:
    """One token a row, drawn by its unnormalised logarithms. chances: (rows,) from 0 to 1, what to draw by.

    >>> one_of(torch.tensor([[0.0, 0.0], [0.0, -50.0]]), np.array([0.7, 0.99]), 1.0)
    array([1, 0])
    """
    likely = torch.softmax(scores.cpu() / max(temperature, COLDEST), -1).double().cumsum(-1)
    asked = torch.from_numpy(chances)[:, None] * likely[:, -1:]
    drawn: Tokens = torch.searchsorted(likely, asked, right=True)[:, 0].clamp(max=likely.shape[1] - 1).numpy()
    return drawn
