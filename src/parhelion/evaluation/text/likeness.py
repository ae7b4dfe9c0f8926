"""Fidelity: lengths, words, pairs of words and habits of writing, each beside held-out texts."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.fidelity.figures import Distribution
from parhelion.evaluation.privacy.told import Finding
from parhelion.evaluation.scores import Score, Three
from parhelion.evaluation.shown import percent
from parhelion.evaluation.text.drawn import Drawn, Ints, Side, Tokens
from parhelion.evaluation.text.figures import Trait

Floats = npt.NDArray[np.float64]

BINS = 16
_RANKS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_TOLD = 0.05  # beyond the reference, from which a distance is worth a sentence
_TIMES = 1.5
_COPY = "A copy of the training texts would win it."
_LENGTHS = (
    "How far the lengths of texts, in characters, are from those of unseen real texts (Kolmogorov-Smirnov): 0 is the "
    "same, 1 is nothing in common."
)
_OFTEN = (
    "How far {} are from being as frequent as in unseen real texts (Jensen-Shannon distance): 0 is the same, 1 is "
    "nothing in common. Real texts among themselves are far from 0 too, since most words are rare."
)


def scores(drawn: Drawn) -> Iterator[Score]:
    """Distances to held-out texts, of as many synthetic texts as train texts."""
    sides = [side.tokens.first(drawn.size) for side in (drawn.train, drawn.synthetic, drawn.holdout)]
    train, synthetic, holdout = (lengths(side)[: drawn.size] for side in (drawn.train, drawn.synthetic, drawn.holdout))
    yield _distance("length", "Lengths", _LENGTHS, _ks(synthetic, holdout), _ks(train, holdout))
    for many, (key, title) in enumerate((("words", "Words"), ("pairs", "Pairs of words")), 1):
        grams = [each.grams(many)[0] for each in sides]
        apart = (jensen_shannon(made, grams[2]) for made in (grams[1], grams[0]))
        yield _distance(key, title, _OFTEN.format(title.lower()), *apart)
    yield from _vocabulary(*sides)


def _distance(name: str, title: str, meaning: str, value: float, reference: float) -> Score:
    return Score(
        key=f"text.{name}", title=title, value=value, reference=reference, ideal=0.0, meaning=meaning,
        warning=_COPY,
    )  # fmt: skip


def _vocabulary(train: Tokens, synthetic: Tokens, holdout: Tokens) -> Iterator[Score]:
    """Of words as they come, not of different ones: a rare word weighs little."""
    yield Score(
        key="text.known", title="Words that real texts have", value=_among(synthetic, train),
        reference=_among(holdout, train), better="reference", ideal=None, unit="share",
        meaning="The share of words of synthetic texts that the texts learned from have too, beside that of unseen "
        "real texts: much less is gibberish, much more is nothing new.",
    )  # fmt: skip
    yield Score(
        key="text.coverage", title="Words of real texts that are there", value=_among(holdout, synthetic),
        reference=_among(holdout, train), better="higher", ideal=1.0, unit="share",
        meaning="The share of words of unseen real texts that synthetic texts have too: how much of the vocabulary is "
        "there.", warning=_COPY,
    )  # fmt: skip


def _among(words: Tokens, known: Tokens) -> float:
    return float(np.isin(words.codes, known.codes).mean()) if len(words.codes) else 0.0


def lengths(side: Side) -> Floats:
    """Characters of whole texts."""
    return np.asarray(pc.utf8_length(side.whole), np.float64)


def _ks(one: Floats, other: Floats) -> float:
    """The largest difference of two distribution functions.

    >>> _ks(np.array([1.0, 2.0]), np.array([1.0, 2.0])), _ks(np.array([1.0]), np.array([2.0]))
    (0.0, 1.0)
    """
    every = np.unique(np.concatenate([one, other]))
    below = [np.searchsorted(np.sort(values), every, "right") / len(values) for values in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


def jensen_shannon(one: Ints, other: Ints) -> float:
    """The square root of the divergence in bits, 0 to 1 (Endres & Schindelin 2003).

    >>> jensen_shannon(np.array([1, 2]), np.array([2, 1])), jensen_shannon(np.array([1]), np.array([2]))
    (0.0, 1.0)
    """
    if not len(one) or not len(other):
        return float(len(one) != len(other))
    _, codes = np.unique(np.concatenate([one, other]), return_inverse=True)
    size = int(codes.max()) + 1
    p, q = (np.bincount(each, minlength=size) / len(each) for each in (codes[: len(one)], codes[len(one) :]))
    middle = (p + q) / 2
    bits = sum(float((each[each > 0] * np.log2(each[each > 0] / middle[each > 0])).sum()) for each in (p, q))
    return float(np.sqrt(min(max(bits / 2, 0.0), 1.0)))


def zipf(drawn: Drawn) -> tuple[tuple[int, Three], ...]:
    """The share of all words that the word of each rank has."""
    size = drawn.size
    shares = [_ranked(side.tokens.first(size)) for side in (drawn.train, drawn.synthetic, drawn.holdout)]
    most = max((len(each) for each in shares), default=0)
    found = []
    for rank in (rank for rank in _RANKS if rank <= most):
        train, synthetic, holdout = (float(each[rank - 1]) if rank <= len(each) else None for each in shares)
        found.append((rank, Three(train=train, synthetic=synthetic, holdout=holdout)))
    return tuple(found)


def _ranked(tokens: Tokens) -> Floats:
    counts = np.unique(tokens.codes, return_counts=True)[1]
    return np.sort(counts)[::-1] / max(len(tokens.codes), 1)


def lengths_drawn(drawn: Drawn) -> Distribution | None:
    """Lengths as a chart, between quantiles of real texts, so that no single text is seen in it."""
    train, synthetic, holdout = (lengths(side) for side in (drawn.train, drawn.synthetic, drawn.holdout))
    real = np.concatenate([train, holdout])
    if len(real) < 2 * drawn.case.config.protect:
        return None
    low, high = (float(np.floor(end)) for end in np.quantile(real, [0.01, 0.98]))
    edges = np.unique(np.round(np.linspace(low, max(high, low + 1) + 1, BINS + 1)))
    shares = [tuple(_binned(each, edges).tolist()) for each in (train, holdout, synthetic)]
    names = tuple(f"{edge:,.0f}" for edge in edges)
    return Distribution(
        edges=tuple(edges.tolist()), labels=names, train=shares[0], holdout=shares[1], synthetic=shares[2]
    )


def _binned(values: Floats, edges: Floats) -> Floats:
    return np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / max(len(values), 1)


_HABITS = {
    "end in a full stop": r"\.\s*$", "end in a question mark": r"[?？؟]\s*$",
    "end in an exclamation mark": r"[!！]\s*$",
    "begin with a capital": r"^\W*\p{Lu}", "have no capital at all": r"^\P{Lu}*$", "have a digit": r"\p{Nd}",
    "have an emoji": r"[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}]", "have more than one line": r"\n",
}  # fmt: skip


def traits(drawn: Drawn) -> tuple[Trait, ...]:
    """What texts are like, on average."""
    sides = (drawn.train, drawn.synthetic, drawn.holdout)
    found = [Trait(name="characters", means=_means([float(lengths(side).mean()) for side in sides]))]
    words = [len(side.tokens.codes) / max(len(side), 1) for side in sides]
    found.append(Trait(name="words and signs", means=_means(words)))
    for name, pattern in _HABITS.items():
        shares = [_share(side.texts, pattern) for side in sides]
        if any(shares):
            found.append(Trait(name=name, means=_means(shares), share=True))
    return tuple(found)


def _share(texts: pa.Array, pattern: str) -> float:
    return float(pc.mean(pc.match_substring_regex(texts, pattern)).as_py() or 0.0)


def _means(values: list[float]) -> Three:
    return Three(train=values[0], synthetic=values[1], holdout=values[2])


def findings(found: dict[str, Score], habits: tuple[Trait, ...]) -> Iterator[Finding]:
    said = {
        "text.length": "The lengths of synthetic texts", "text.words": "How often words come in synthetic texts",
        "text.pairs": "How often pairs of words come in synthetic texts",
    }  # fmt: skip
    for key, what in said.items():
        score = found[key]
        if score.value is not None and score.reference is not None and _apart(score.value, score.reference):
            yield Finding(
                0.5 * (score.value - score.reference),
                f"{what} {'are' if key == 'text.length' else 'is'} {score.value:.2f} from unseen real texts, where "
                f"other real texts are {score.reference:.2f} away",
            )
    yield from _habits(habits)


def _apart(value: float, reference: float) -> bool:
    return value - reference > _TOLD and (value > _TIMES * reference or value - reference > 2 * _TOLD)


def _habits(habits: tuple[Trait, ...]) -> Iterator[Finding]:
    """The habit of writing that is farthest off."""
    worst, gap = None, 2 * _TOLD
    for habit in (habit for habit in habits if habit.share):
        made, real = habit.means.synthetic or 0.0, habit.means.holdout or 0.0
        if abs(made - real) > gap:
            worst, gap = habit, abs(made - real)
    if worst is not None:
        yield Finding(
            gap / 3,
            f"{percent(worst.means.synthetic or 0.0)} of synthetic texts {worst.name}; of unseen real texts "
            f"{percent(worst.means.holdout or 0.0)} do",
        )
