"""Diversity: different words, texts that are like each other, and near-duplicates."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.evaluation.privacy.told import Finding, Told
from parhelion.evaluation.rates import Rate, clearly_above
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import percent
from parhelion.evaluation.text._grams import signatures
from parhelion.evaluation.text.bytewise import as_bytes
from parhelion.evaluation.text.drawn import Bools, Drawn, Ints, Tokens

Floats = npt.NDArray[np.float64]

LIKE = 0.8  # of their sequences of bytes that near-duplicates have in common
_SALTS, _BAND, _BYTES = 64, 4, 5
_ASKED = {False: 1_000, True: 300}  # texts of a side whose likeness to each other is measured
_GRAMS = 4  # words of the longest sequences that BLEU counts
_LESS, _MORE = 0.9, 0.05  # distinct sequences, times real ones; self-BLEU beyond real ones
_NOTHING = 0.1  # stands for no match (smoothing method 1 of Chen & Cherry 2014)


def varied(drawn: Drawn) -> Told:
    """As many texts, or words, of each side."""
    scores = (*_distinct(drawn), _self_bleu(drawn))
    near, held = (_near(side.texts.slice(0, drawn.size), drawn) for side in (drawn.synthetic, drawn.train))
    duplicates = Score(
        key="text.duplicates", title="Near-duplicates", value=near.share, reference=held.share, ideal=0.0, unit="share",
        interval=near.interval(), spread="Wilson", meaning="The share of synthetic texts that have nearly the same "
        "text beside them (four fifths of all short sequences of letters, by MinHash), beside real texts.",
    )  # fmt: skip
    return Told((*scores, duplicates), tuple(_findings(scores, near, held)))


def _distinct(drawn: Drawn) -> Iterator[Score]:
    """Li et al. 2016, on equally many words."""
    sides = [drawn.synthetic.tokens.first(drawn.size), drawn.holdout.tokens.first(drawn.size)]
    most = min(len(each.codes) for each in sides)
    for length, said in ((1, "words"), (2, "pairs of words"), (3, "threes of words")):
        made, real = (_share_distinct(each, length, most) for each in sides)
        yield Score(
            key=f"text.distinct_{length}", title=f"Different {said}", value=made, reference=real, better="reference",
            unit="share", meaning=f"How many different {said} there are, as a share of all (distinct-{length}), beside "
            "as many words of unseen real texts: fewer is monotonous.",
        )  # fmt: skip


def _share_distinct(tokens: Tokens, length: int, most: int) -> float:
    grams = tokens.grams(length)[0][:most]
    return len(np.unique(grams)) / max(len(grams), 1)


def _self_bleu(drawn: Drawn) -> Score:
    size = min(drawn.size, _ASKED[drawn.case.config.quick])
    made, real = (self_bleu(side.tokens.first(size)) for side in (drawn.synthetic, drawn.holdout))
    return Score(
        key="text.self_bleu", title="Likeness to each other (self-BLEU)", value=made, reference=real,
        better="reference", meaning=f"How much of a synthetic text is in {size - 1:,} others of them (BLEU-{_GRAMS}): "
        "0 is nothing, 1 is everything; more than in real texts is monotonous.",
    )  # fmt: skip


def self_bleu(tokens: Tokens) -> float:
    """The mean BLEU of each text with all others as references (Zhu et al. 2018, arXiv 1802.01886; Papineni et al.
    2002).

    A sequence counts as often as the reference that has most of it: of the two texts with most, the one that is not
    asked about. So nothing is compared text by text.

    >>> from parhelion.evaluation.text.drawn import tokenised
    >>> same, other = (tokenised([texts])[0][0] for texts in (["a b c d"] * 2, ["a b c d", "e f g h"]))
    >>> self_bleu(same), round(self_bleu(other), 2)
    (1.0, 0.05)
    """
    if len(tokens) < 2:
        return 0.0
    precision = np.zeros(len(tokens))
    for length in range(1, _GRAMS + 1):
        hits, all_of = _clipped(tokens, length)
        precision += np.log(np.where(hits > 0, hits, _NOTHING) / np.maximum(all_of, 1)) / _GRAMS
    return float(np.mean(np.exp(np.minimum(precision, 0.0)) * _brevity(np.diff(tokens.starts))))


def _clipped(tokens: Tokens, length: int) -> tuple[Floats, Floats]:
    """(texts,) how many of a text's sequences another one has too, at most as often; and how many it has."""
    grams, texts = tokens.grams(length)
    _, codes = np.unique(grams, return_inverse=True)
    pairs, counts = np.unique(codes * len(tokens) + texts, return_counts=True)
    code, text = pairs // len(tokens), pairs % len(tokens)
    order = np.lexsort((-counts, code))
    code, text, counts = code[order], text[order], counts[order]
    first = np.flatnonzero(np.diff(code, prepend=-1))
    most, which = counts[first][code], text[first][code]
    after = np.minimum(first + 1, len(code) - 1)
    second = np.where((after > first) & (code[after] == code[first]), counts[after], 0)[code]
    hits = np.minimum(counts, np.where(which == text, second, most))
    size = len(tokens)
    return np.bincount(text, hits, size).astype(np.float64), np.bincount(text, counts, size).astype(np.float64)


def _brevity(lengths: Ints) -> Floats:
    """The penalty of texts shorter than the other that is nearest in length."""
    ordered = np.sort(lengths)
    place = np.searchsorted(ordered, lengths)
    below = ordered[np.maximum(place - 1, 0)]
    above = ordered[np.minimum(place + 1, len(ordered) - 1)]
    near = np.where(np.abs(above - lengths) <= np.abs(below - lengths), above, below)
    return np.exp(np.minimum(1 - near / np.maximum(lengths, 1), 0.0))


def _near(texts: pa.Array, drawn: Drawn) -> Rate:
    return Rate(int(near_duplicates(texts, drawn.rng("near")).sum()), len(texts))


def near_duplicates(texts: pa.Array, rng: np.random.Generator) -> Bools:
    """(n,) which texts have nearly the same one among the others: bands of MinHash (Broder 1997; Leskovec et al. 2014,
    chapter 3).

    >>> texts = pa.array(["the quick brown fox is here", "the quick brown fox is here!", "what else is there to say"])
    >>> near_duplicates(texts, np.random.default_rng(0)).tolist()
    [True, True, False]
    """
    data, starts = as_bytes(texts)
    found = np.full((len(texts), _SALTS), np.iinfo(np.uint64).max, np.uint64)
    salts = rng.integers(0, np.iinfo(np.uint64).max, _SALTS, np.uint64)
    signatures(data, starts, _BYTES, salts, found)
    near = np.zeros(len(texts), bool)
    for start in range(0, _SALTS, _BAND):
        keys = _keyed(found[:, start : start + _BAND])
        order = np.argsort(keys, kind="stable")
        one, other = order[:-1], order[1:]
        met = (keys[one] == keys[other]) & ((found[one] == found[other]).mean(1) >= LIKE)
        near[one[met]] = near[other[met]] = True
    return near


def _keyed(band: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    keys = np.zeros(len(band), np.uint64)
    for column in band.T:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
    return keys


def _findings(scores: Sequence[Score], near: Rate, held: Rate) -> Iterator[Finding]:
    pairs, bleu = scores[1], scores[3]
    if (pairs.value or 0.0) < _LESS * (pairs.reference or 0.0):
        yield Finding(
            0.3 * (1 - (pairs.value or 0.0) / (pairs.reference or 1.0)),
            f"Synthetic texts are monotonous: {percent(pairs.value or 0.0)} of their pairs of words are different "
            f"ones, where {percent(pairs.reference or 0.0)} of those of real texts are",
        )
    elif (bleu.value or 0.0) > (bleu.reference or 0.0) + _MORE:
        yield Finding(
            (bleu.value or 0.0) - (bleu.reference or 0.0),
            f"Synthetic texts are more like each other than real ones are: self-BLEU is {bleu.value:.2f}, where that "
            f"of real texts is {bleu.reference:.2f}",
        )
    if clearly_above(near, held, by=0.01):
        yield Finding(
            0.5 * near.share,
            f"{percent(near.share)} of synthetic texts are nearly the same as another one; of real texts "
            f"{percent(held.share)} are",
        )
