"""The classifier two-sample test on texts (Lopez-Paz & Oquab 2017): words, pairs of words, and sequences of bytes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.evaluation.detection.findings import APART
from parhelion.evaluation.detection.sides import FOLDS, folds
from parhelion.evaluation.detection.tested import FoldedAuc, folded_auc
from parhelion.evaluation.privacy.told import Finding, Told
from parhelion.evaluation.scores import Score
from parhelion.evaluation.text._grams import gram_columns
from parhelion.evaluation.text.bytewise import as_bytes
from parhelion.evaluation.text.drawn import Bools, Drawn, Ints, Side
from parhelion.evaluation.text.figures import TellingWord
from parhelion.evaluation.text.learning import regression
from parhelion.evaluation.threads import one_thread

Floats = npt.NDArray[np.float64]

FEWEST = 20  # texts a side
_TEXTS = {False: 4_000, True: 1_000}  # of a side; in a quick look
_CHARACTERS = {False: 600_000, True: 150_000}  # of a side
_SIZE = 1 << 18  # columns that sequences of bytes, and words, are hashed to, each
_BYTES = (3, 5)
_SHOWN = 12
_PRIOR = 10.0  # texts that one is taken to have seen before
_SURE = 3.0  # standard deviations from which a word is said to tell
_SCORE = Score(
    key="text.detection", title="Told from unseen texts", value=None, better="reference", ideal=0.5, unit="AUC",
    meaning="How well a classifier tells synthetic texts from real ones that the generator never saw, by their words "
    "and letters: 0.5 is a coin toss, 1 is always.",
    warning="A copy of the training texts would win it.",
)  # fmt: skip


class Apart(NamedTuple):
    """log_odds: of the synthetic texts drawn, of being synthetic; those not asked about have none (NaN)."""

    told: Told
    words: tuple[TellingWord, ...]
    log_odds: Floats


def apart(drawn: Drawn) -> Apart:
    """Synthetic from held-out texts, and as reference train from held-out texts."""
    odds = np.full(len(drawn.synthetic), np.nan)
    if drawn.size < FEWEST:
        why = f"a table has {drawn.size} texts; to tell texts apart takes at least {FEWEST} of each"
        return Apart(Told((_SCORE.model_copy(update={"untold": why}),)), (), odds)
    size = _asked(drawn)
    with one_thread():
        test, found = _tested(drawn, drawn.synthetic, size)
        reference, _ = _tested(drawn, drawn.train, size)
    odds[:size] = found
    score = _SCORE.model_copy(
        update={
            "value": test.value, "reference": reference.value, "interval": test.interval,
            "spread": "DeLong, fold by fold; for the classifier as it was learned",
        }
    )  # fmt: skip
    words = telling(drawn)
    return Apart(Told((score,), tuple(_findings(test, reference, words)), (_note(size),)), words, odds)


def _note(size: int) -> str:
    return (
        f"a classifier was asked about {size:,} texts of each table, each in one of {FOLDS} folds that it had not "
        "learned from; identical texts share a fold"
    )


def _asked(drawn: Drawn) -> int:
    """As many texts of each side as there is time for."""
    quick, size = drawn.case.config.quick, drawn.size
    sides = (drawn.train, drawn.synthetic, drawn.holdout)
    size = min(size, _TEXTS[quick])
    within = [int((np.cumsum(_sizes(side)[:size]) <= _CHARACTERS[quick]).sum()) for side in sides]
    return max(min(within), FEWEST)


def _sizes(side: Side) -> Ints:
    return np.diff(as_bytes(side.texts).starts)


def _tested(drawn: Drawn, side: Side, size: int) -> tuple[FoldedAuc, Floats]:
    """How well texts are told from held-out ones; and their log odds of not being held-out ones."""
    texts = pa.concat_arrays([drawn.holdout.texts.slice(0, size), side.texts.slice(0, size)])
    second = np.repeat([False, True], size)
    rows = _weighed(_counts(drawn, side, size), texts)
    rng = drawn.rng("apart")
    fold, _ = folds(_hashes(texts), second, rng)
    odds = np.zeros(2 * size)
    for one in range(FOLDS):
        out = fold == one
        model = regression(int((~out).sum()), drawn.case.config.seed).fit(rows[~out], second[~out])
        odds[out] = model.decision_function(rows[out])
    return folded_auc(odds, second, fold), odds[size:]


def _hashes(texts: pa.Array) -> npt.NDArray[np.uint64]:
    """The same number for the same text."""
    return np.asarray(texts.dictionary_encode().indices, np.uint64)


def _counts(drawn: Drawn, side: Side, size: int) -> Any:
    """(texts, columns) how often a text has each word and each pair of words; sparse."""
    from scipy.sparse import csr_matrix, vstack  # noqa: PLC0415  # slow to import

    found = []
    for one in (drawn.holdout, side):
        tokens = one.tokens.first(size)
        grams = [tokens.grams(length) for length in (1, 2)]
        columns = np.concatenate([hashes % _SIZE for hashes, _ in grams])
        texts = np.concatenate([text for _, text in grams])
        found.append(csr_matrix((np.ones(len(texts), np.float32), (texts, columns)), (size, _SIZE)))
    return vstack(found, "csr")


def _weighed(words: Any, texts: pa.Array) -> Any:
    """TF-IDF of words and of sequences of bytes, each of length 1, side by side."""
    from scipy.sparse import hstack  # noqa: PLC0415  # slow to import
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415  # the same

    every = [TfidfTransformer(sublinear_tf=True).fit_transform(each) for each in (words, letters(texts))]
    return hstack(every, "csr")


def letters(texts: pa.Array) -> Any:
    """(texts, columns) how often a text has each sequence of 3 to 5 bytes, hashed; sparse."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # slow to import

    data, starts = as_bytes(texts)
    columns = np.zeros(len(data) * (_BYTES[1] - _BYTES[0] + 1), np.int64)
    counts = gram_columns(data, starts, *_BYTES, _SIZE, columns)
    places = np.concatenate([[0], np.cumsum(counts)])
    columns = columns[: places[-1]]
    found = csr_matrix((np.ones(len(columns), np.float32), columns, places), (len(texts), _SIZE))
    found.sum_duplicates()
    return found


def telling(drawn: Drawn) -> tuple[TellingWord, ...]:
    """Words that more, or fewer, synthetic texts have than real ones, the surest first: log odds over their standard
    error (Monroe et al. 2008, equation 16, on texts instead of words). Only words that enough real texts share."""
    size = drawn.size
    made, real = (_having(drawn, side, size) for side in (drawn.synthetic, drawn.holdout))
    prior = _PRIOR * np.maximum(drawn.texts_with, 0.5) / (len(drawn.train) + len(drawn.holdout) + 1)
    odds = [np.log((having + prior) / (size + _PRIOR - having - prior)) for having in (made, real)]
    sure = (odds[0] - odds[1]) / np.sqrt(1 / (made + prior) + 1 / (real + prior))
    sure[~(drawn.shared & _is_word(drawn))] = 0
    order = np.argsort(-np.abs(sure), kind="stable")[:_SHOWN]
    return tuple(
        TellingWord(word=drawn.words[at], synthetic=float(made[at] / size), real=float(real[at] / size))
        for at in order
        if abs(sure[at]) > _SURE
    )


def _having(drawn: Drawn, side: Side, size: int) -> Floats:
    """(words,) how many texts have each word."""
    tokens, many = side.tokens.first(size), max(len(drawn.words), 1)
    return np.bincount(np.unique(tokens.text * many + tokens.codes) % many, minlength=many).astype(np.float64)


def _is_word(drawn: Drawn) -> Bools:
    return np.array([word[0].isalnum() and not word.isdigit() for word in drawn.words], bool)


def _findings(test: FoldedAuc, reference: FoldedAuc, words: tuple[TellingWord, ...]) -> Iterator[Finding]:
    if test.interval[0] - max(reference.value, 0.5) <= APART:
        return
    by = ", ".join(f"“{word.word}”" for word in words[:4])
    yield Finding(
        (2 * test.value - 1) / 2,
        f"A classifier tells synthetic texts from unseen real ones with an AUC of {test.value:.2f}, where real texts "
        f"among themselves have {reference.value:.2f}" + (f"; words that tell are {by}" if by else ""),
    )
