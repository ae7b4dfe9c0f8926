"""Was this text learned from? A likelihood ratio attack (Carlini et al. 2022; for texts, Mattern et al. 2023)."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.privacy.told import UNSEEN, Finding, Told, untold
from parhelion.evaluation.roc import Auc, Roc, auc, roc
from parhelion.evaluation.scores import Score
from parhelion.evaluation.text.drawn import Drawn
from parhelion.evaluation.text.scorer import Scorer
from parhelion.overlap import normal

Floats = npt.NDArray[np.float64]

FEWEST = 40  # held-out texts: half of them to ask about, half to know what texts are like
RATE = 0.01  # of others that are wrongly accused
_BYTES = {False: 1_000_000, True: 250_000}  # that a scorer learns from
_DRIFT = 3.0  # standard errors
_SCORES = (
    Score(
        key="text.membership", title="Whose texts were learned from", value=None, ideal=0.5, unit="AUC",
        meaning="How well an attacker tells texts that were learned from apart from others, by how much likelier the "
        "synthetic texts make them: 0.5 is a coin toss, 1 is always.",
        warning="A small model of short sequences of letters does the asking; a larger one may find more.",
    ),
    Score(
        key="text.tpr", title="Texts found while hardly ever wrong", value=None, ideal=RATE, unit="share",
        meaning="The share of texts learned from that the same attacker finds while wrongly accusing 1 % of others.",
    ),
)  # fmt: skip


class Attacked(NamedTuple):
    told: Told
    curve: tuple[tuple[float, float], ...] = ()


def membership(drawn: Drawn) -> Attacked:
    """Members are train texts, others are half of the held-out ones; the other half is what an attacker knows of texts
    in general."""
    if drawn.case.cut:
        return Attacked(untold(_SCORES, UNSEEN))
    if len(drawn.holdout) < FEWEST or len(drawn.train) < FEWEST // 2:
        return Attacked(untold(_SCORES, f"it needs {FEWEST} held-out texts at least; there are {len(drawn.holdout)}"))
    quick = drawn.case.config.quick
    train, synthetic, holdout = (
        normal(side.texts) for side in (drawn.train, drawn.synthetic, drawn.holdout)
    )  # fmt: skip
    half = len(holdout) // 2
    others, known = holdout.slice(0, half), holdout.slice(half)
    members = train.slice(0, min(drawn.case.limits.asked, len(train)))
    learned = Scorer.of(_within(synthetic, _BYTES[quick]))
    general = Scorer.of(_within(known, _BYTES[quick]))
    ratios = [_ratio(learned, general, texts) for texts in (members, others)]
    found = auc(*ratios)
    chance = _unlearned(train, others, general, quick=quick) if _suspicious(found) else None
    return _told(found, chance, roc(*ratios), (len(members), half))


def _unlearned(train: pa.Array, others: pa.Array, general: Scorer, *, quick: bool) -> Auc:
    """The same attack with half of the train texts in place of the synthetic ones, asked about the other half: what of
    the AUC comes from held-out texts being of another kind, and not from anything the generator gave away."""
    half = len(train) // 2
    known = Scorer.of(_within(train.slice(half), _BYTES[quick]))
    return auc(*(_ratio(known, general, texts) for texts in (train.slice(0, min(half, len(others))), others)))


def _suspicious(found: Auc) -> bool:
    return abs(found.value - 0.5) > max(_DRIFT * found.error, 0.02)


def _within(texts: pa.Array, most: int) -> pa.Array:
    """The first of them, so many bytes."""
    read = np.cumsum(np.asarray(pc.binary_length(texts)))
    return texts.slice(0, max(int((read <= most).sum()), 1))


def _ratio(learned: Scorer, general: Scorer, texts: pa.Array) -> Floats:
    """How much likelier each text is to one who read the synthetic texts, a byte: long texts weigh no more."""
    gained = learned.log_likelihood(texts) - general.log_likelihood(texts)
    return np.asarray(gained / (np.asarray(pc.binary_length(texts)) + 1))


def _told(found: Auc, chance: Auc | None, curve: Roc, asked: tuple[int, int]) -> Attacked:
    (members, others), reference = asked, chance.value if chance is not None and _suspicious(chance) else 0.5
    told = {"value": found.value, "reference": reference, "interval": found.interval, "spread": "DeLong"}
    scores = [_SCORES[0].model_copy(update=told)]
    rate = curve.told_at(RATE)
    if rate is None:
        scores += untold(_SCORES[1:], f"{others} texts are too few to tell what is 1 % of them").scores
    else:
        told = {"value": rate, "reference": RATE, "interval": curve.interval_at(RATE), "spread": "Wilson"}
        scores.append(_SCORES[1].model_copy(update=told))
    note = (
        f"membership: {members:,} texts learned from and {others:,} that were not, scored by the difference of two "
        "interpolated models of bytes (Witten-Bell, contexts of 8), one learned from the synthetic texts, one from "
        "other held-out texts"
    )
    return Attacked(Told(tuple(scores), tuple(_findings(found, reference)), (note,)), curve.points)


def _findings(found: Auc, reference: float) -> Iterator[Finding]:
    if found.value - reference > max(_DRIFT * found.error, 0.02):
        chance = "0.5 is a coin toss" if reference == 0.5 else f"texts of another kind alone would give {reference:.2f}"
        yield Finding(
            found.value,
            f"Who asks how likely the synthetic texts make a text tells those learned from apart from others with an "
            f"AUC of {found.value:.2f}, where {chance}",
        )
