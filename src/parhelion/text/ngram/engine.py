"""The engine: what was counted, ready to draw from."""

import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.text.contract import Context, Corpus, Drawing, Habits
from parhelion.text.ngram import _tokens, _walk, packing
from parhelion.text.ngram._lattice import Lattice
from parhelion.text.ngram._spell import Spelling
from parhelion.text.ngram._steer import Guide
from parhelion.text.ngram.classes import Classes
from parhelion.text.ngram.config import NgramConfig
from parhelion.text.ngram.contexts import Contexts
from parhelion.text.ngram.cutting import cut
from parhelion.text.ngram.fitting import fields_of
from parhelion.text.ngram.learning import Counts
from parhelion.text.ngram.topics import Topics
from parhelion.text.ngram.vocabulary import Vocabulary

Array = npt.NDArray[Any]
Progress = Callable[[int, int], None]

_BLOCK = 8192
_ROOM = 1 << 18
_DRAWS = 256


@dataclass(frozen=True)
class NgramEngine:
    """Texts word by word, given the words before and what is known (see `_lattice`), taken where the guide takes them.

    guided: the columns of the context that the guide's heads look at. width: columns of the context; topics are one
    more, drawn with each text. tries: see NgramConfig.
    """

    habits: ClassVar[Habits] = Habits(quick=True, counted=True)

    vocabulary: Vocabulary
    classes: Classes
    contexts: Contexts
    topics: Topics
    counts: Counts
    guide: Guide
    guided: tuple[int, ...]
    width: int
    borrow: float
    tries: int

    @classmethod
    def fit(cls, corpus: Corpus, config: NgramConfig, rng: np.random.Generator, progress: Progress) -> Self:
        """Count the words of a corpus, and learn to guide."""
        return cls(**fields_of(corpus, config, rng, progress))

    @property
    def note(self) -> str:
        """What the user should know: nothing, unless hardly a word could be shown."""
        if len(self.vocabulary) >= 50:
            return ""
        return f"only {len(self.vocabulary)} words are shared by enough people to be shown; texts of so few say little"

    def sample(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> pa.Array:
        """Texts for rows of context. Rows of the same context are drawn one after the other, so that the words that
        they choose from come as often as they should."""
        topical, drawing_rng = rng.spawn(2)
        nodes, labels = self._known(context.codes, self.topics.drawn(self._groups(context.codes), topical))
        order = np.lexsort(np.hstack([labels, nodes]).T)
        lattice = self._lattice if drawing.temperature == 1 else packing.lattice_of(self, drawing.temperature)
        blocks = [order[i : i + _BLOCK] for i in range(0, len(order), _BLOCK)]
        seeds = [int(own.integers(0, 1 << 63)) for own in drawing_rng.spawn(len(blocks))]
        with ThreadPoolExecutor(max(1, min(len(blocks), os.cpu_count() or 1))) as pool:
            parts = list(
                pool.map(
                    lambda block, seed: self._drawn(lattice, nodes[block], labels[block], drawing, seed), blocks, seeds
                )
            )
        if not parts:
            return pa.array([], pa.string())
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return pa.concat_arrays(parts).take(pa.array(back))

    def _groups(self, codes: Array) -> Array:
        """(n,) the groups that the topics of rows are drawn from."""
        first = [column for column in self.contexts.columns if column < self.width][:1]
        return codes[:, first[0]] if first else np.zeros(len(codes), np.int32)

    def _known(self, codes: Array, topics: Array) -> tuple[Array, Array]:
        """What is known of rows: the nodes of their contexts, and the labels of the guide's heads."""
        whole = np.column_stack([codes[:, : self.width], topics])
        labels = whole[:, list(self.guided)].astype(np.int64)
        return self.contexts.nodes(whole), np.ascontiguousarray(labels)

    @cached_property
    def _lattice(self) -> Lattice:
        return packing.lattice_of(self, 1.0)

    @cached_property
    def _spelling(self) -> Spelling:
        return self.vocabulary.spelling()

    @cached_property
    def _written(self) -> tuple[Array, Array]:
        return self.vocabulary.written()

    def _drawn(self, lattice: Lattice, nodes: Array, labels: Array, drawing: Drawing, seed: int) -> pa.Array:
        parts, done = [], 0
        lengths, ended = np.empty(len(nodes), np.int64), np.empty(len(nodes), np.bool_)
        room = max(_ROOM, 2 * (drawing.longest + 1))
        forms, glued = np.empty(room, np.int32), np.empty(room, np.bool_)
        while done < len(nodes):
            desk = _walk.desk(lattice, self.guide, drawing.longest, seed + done)
            rows = _walk.draw(
                lattice, self._spelling, self.guide, desk, nodes[done:], labels[done:], drawing.longest, self.tries,
                np.uint64(seed + done), forms, glued, lengths, ended,
            )  # fmt: skip
            parts.append(self._texts(forms, glued, lengths[:rows], ended[:rows], drawing))
            done += rows
        return pa.concat_arrays(parts)

    def _texts(self, forms: Array, glued: Array, lengths: Array, ended: Array, drawing: Drawing) -> pa.Array:
        data, starts = self._written
        tokens = int(lengths.sum())
        room = int(np.diff(starts)[forms[:tokens]].sum()) + tokens
        out, ends = np.empty(room, np.uint8), np.zeros(len(lengths) + 1, np.int32)
        size = _tokens.join(forms, glued, self._spelling.space, lengths, data, starts, out, ends[1:])
        texts = pa.StringArray.from_buffers(len(lengths), pa.py_buffer(ends), pa.py_buffer(out[:size]))
        whole = pa.array(ended)
        if drawing.stop:
            pattern = "(?s)(?:" + "|".join(map(re.escape, drawing.stop)) + ").*"
            short = pc.replace_substring_regex(texts, pattern, "")
            whole, texts = pc.or_(whole, pc.not_equal(short, texts)), short
        return pc.if_else(whole, texts, pa.scalar(None, pa.string()))

    def log_likelihood(self, texts: pa.Array, context: Context) -> npt.NDArray[np.float64]:
        """(n,) log p(text | context) of what is drawn at temperature 1.

        With a guide that takes a text with probability a(text), and t tries, p is that of the words times
        a (1 - (1 - Z)^t) / Z + (1 - Z)^t, where Z, the share of texts that it takes in a context, is measured on
        texts drawn.
        """
        groups = self._groups(context.codes)
        out = np.full(len(texts), -np.inf)
        for rows, topics, share in self.topics.all_of(groups):
            log = self._of_topic(texts.take(pa.array(rows)), context.codes[rows], topics)
            out[rows] = np.logaddexp(out[rows], log + np.log(share))
        return out

    def _of_topic(self, texts: pa.Array, codes: Array, topics: Array) -> Array:
        """(n,) log p(text | context, topic)."""
        tokens = cut(texts)
        words, forms = self.vocabulary.encode(tokens)
        nodes, labels = self._known(codes, topics)
        out, taken = np.empty(len(texts)), np.empty(len(texts))
        _walk.likelihood(
            self._lattice, self._spelling, self.guide, nodes, labels, words, forms, tokens.lengths, out, taken
        )
        if not self.guided:
            return out
        share = self._shares(nodes, labels)
        missed = (1 - share) ** self.tries
        whole: Array = out + np.log(np.exp(taken) * (1 - missed) / share + missed)
        return whole

    def _shares(self, nodes: Array, labels: Array) -> Array:
        """(n,) the share of the texts of each context that the guide takes."""
        both = np.hstack([nodes, labels])
        each, back = np.unique(both, axis=0, return_inverse=True)
        shares = np.array([self._share(row[: nodes.shape[1]], row[nodes.shape[1] :]) for row in each])
        of_rows: Array = shares[back]
        return of_rows

    def _share(self, nodes: Array, labels: Array) -> float:
        return float(
            _walk.share_taken(
                self._lattice,
                self._spelling,
                self.guide,
                _walk.desk(self._lattice, self.guide, 2000, 1),
                nodes.copy(),
                labels.copy(),
                _DRAWS,
                2000,
                np.uint64(1),
            )
        )

    def takes(self, sizes: Sequence[int]) -> bool:
        """Those that it knows codes of are as large; the topic's column is the last."""
        known = zip(self.contexts.columns, self.contexts.sizes, strict=True)
        return len(sizes) == self.width and all(sizes[i] == size for i, size in known if i < self.width)

    def state(self) -> dict[str, Any]:
        return packing.state_of(self)

    def arrays(self) -> dict[str, Array]:
        return packing.arrays_of(self)

    @classmethod
    def from_parts(cls, state: dict[str, Any], arrays: dict[str, Array]) -> Self:
        return cls(**packing.unpacked(state, arrays))
