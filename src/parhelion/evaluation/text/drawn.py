"""The texts that are looked at, of each table, as words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.case import Case
from parhelion.evaluation.scores import Counts

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LONGEST = 5_000  # characters of a text that are looked at, but for copies
_CHARACTERS = {False: 4_000_000, True: 600_000}  # of a table; in a quick look
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff"
WORD = rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’][^\W{_UNSPACED}]+)*"
"""A word; of scripts that leave no blanks between words, a character."""
_TOKEN = re.compile(rf"{WORD}|[^\w\s]")


@dataclass(frozen=True)
class Tokens:
    """Words and signs of texts as codes. codes: of all texts, one after the other. starts: (n + 1,) of each text."""

    codes: Codes
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def first(self, texts: int) -> "Tokens":
        """Of the first so many texts."""
        texts = min(texts, len(self))
        return Tokens(self.codes[: self.starts[texts]], self.starts[: texts + 1])

    @property
    def text(self) -> Ints:
        """(tokens,) which text each is of."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def grams(self, length: int) -> tuple[Ints, Ints]:
        """Every sequence of so many tokens within a text, as a hash of 64 bits, and the text that it is of."""
        ends = len(self.codes) - length + 1
        if ends < 1:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        text = self.text
        within = text[:ends] == text[length - 1 :]
        hashes = np.zeros(ends, np.uint64)
        for place in range(length):
            hashes = (hashes ^ self.codes[place : place + ends].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            hashes ^= hashes >> np.uint64(29)
        return hashes.view(np.int64)[within], text[:ends][within]


@dataclass(frozen=True)
class Side:
    """Texts of one table, in random order. rows: their numbers in the table. whole: as they are; texts: their first
    `LONGEST` characters."""

    rows: Ints
    whole: pa.Array
    texts: pa.Array
    tokens: Tokens

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def written(self) -> list[str]:
        found: list[str] = self.texts.to_pylist()
        return found


@dataclass(frozen=True)
class Drawn:
    """A text column. words: what the codes of tokens mean. counts: texts in each table that are not blank."""

    case: Case
    name: str
    train: Side
    synthetic: Side
    holdout: Side
    words: tuple[str, ...]
    counts: Counts

    @property
    def size(self) -> int:
        """Texts that all three tables have, at least."""
        return min(len(self.train), len(self.synthetic), len(self.holdout))

    @cached_property
    def texts_with(self) -> Ints:
        """(words,) how many of the real texts have each word."""
        found = np.zeros(len(self.words), np.int64)
        for side in (self.train, self.holdout):
            pairs = np.unique(side.tokens.text * max(len(self.words), 1) + side.tokens.codes)
            found += np.bincount(pairs % max(len(self.words), 1), minlength=len(self.words))
        return found

    @cached_property
    def shared(self) -> Bools:
        """(words,) which of them enough real texts have, so that they may be shown."""
        return self.texts_with >= self.case.config.protect

    def rng(self, part: str) -> np.random.Generator:
        return self.case.rng(f"text.{part}.{self.name}")


def drawn(case: Case, name: str) -> Drawn:
    """As many texts of each table as may be looked at, of those that are not blank."""
    rng = case.rng(f"text.{name}")
    known = [_known(values) for values in case.values(name)]
    chosen = [_chosen(values, rows, case, rng) for values, rows in zip(case.values(name), known, strict=True)]
    whole = [values.take(pa.array(rows)) for values, rows in zip(case.values(name), chosen, strict=True)]
    texts = [pc.utf8_slice_codeunits(each, 0, LONGEST) for each in whole]
    tokens, words = tokenised([each.to_pylist() for each in texts])
    train, synthetic, holdout = (Side(*each) for each in zip(chosen, whole, texts, tokens, strict=True))
    return Drawn(
        case,
        name,
        train,
        synthetic,
        holdout,
        words,
        Counts(**dict(zip(Counts.model_fields, map(len, known), strict=True))),
    )


def _known(values: pa.Array) -> Ints:
    """The texts that are neither missing nor blank."""
    blank = pc.equal(pc.utf8_trim_whitespace(values), "")
    return np.flatnonzero(~np.asarray(pc.fill_null(blank, True)))


def _chosen(values: pa.Array, rows: Ints, case: Case, rng: np.random.Generator) -> Ints:
    """At most so many texts, and not more of them than there are characters to be read."""
    order = rng.permutation(rows)[: case.limits.learned]
    lengths = np.minimum(np.asarray(pc.utf8_length(values.take(pa.array(order)))), LONGEST)
    within = np.cumsum(lengths) <= _CHARACTERS[case.config.quick]
    return np.asarray(order[: max(int(within.sum()), 1)], np.int64)


def tokenised(tables: Sequence[Sequence[str]]) -> tuple[list[Tokens], tuple[str, ...]]:
    """Words and signs, in small letters.

    >>> (tokens,), words = tokenised([["Don't, don't!", "東京"]])
    >>> words, tokens.codes.tolist(), tokens.starts.tolist()
    (("don't", ',', '!', '東', '京'), [0, 1, 0, 2, 3, 4], [0, 4, 6])
    """
    found = [[_TOKEN.findall(text.lower()) for text in texts] for texts in tables]
    flat = pa.array(list(chain.from_iterable(chain.from_iterable(found))), pa.string()).dictionary_encode()
    codes = np.asarray(flat.indices, np.int32)
    made, start = [], 0
    for texts in found:
        starts = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)]).astype(np.int64)
        made.append(Tokens(codes[start : start + starts[-1]], starts))
        start += int(starts[-1])
    return made, tuple(flat.dictionary.to_pylist())
