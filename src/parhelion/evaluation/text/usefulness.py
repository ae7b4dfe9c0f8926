"""Utility: the scores of what was learned from texts, and what is bad about it."""

from collections.abc import Iterator, Sequence
from typing import Any

from parhelion.evaluation.privacy.told import Finding, Told, untold
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import percent
from parhelion.evaluation.text.drawn import Drawn
from parhelion.evaluation.text.figures import Labelling
from parhelion.evaluation.text.labels import MOST, Refused, labels
from parhelion.evaluation.text.learning import Tried, labelling, tried

_BOOTSTRAP = "bootstrap over held-out texts, both models judged on the same ones"
UTILITY = (
    Score(
        key="text.utility", title="Labels learned from synthetic texts", value=None, better="higher", ideal=1.0,
        unit="share", meaning="How often a model that learned from synthetic texts gives unseen real texts the right "
        "label, as a share of how often one that learned from as many real texts does.",
        warning="A copy of the training texts would win it.",
    ),
    Score(
        key="text.accuracy", title="Right labels", value=None, better="higher", ideal=1.0, unit="share",
        meaning="How often a model that learned from synthetic texts gives unseen real texts the right label, beside "
        "one that learned from as many real texts.",
        warning="Where one label is much commoner than the others, always saying it is often right too.",
    ),
    Score(
        key="text.f1", title="Right labels, every label alike", value=None, better="higher", ideal=1.0, unit="share",
        meaning="The same as F1 score, the mean over labels: a rare label weighs as much as a common one.",
    ),
)  # fmt: skip
_BAD = 0.9  # of real texts' accuracy


def useful(drawn: Drawn) -> tuple[Told, tuple[Labelling, ...]]:
    """What labels can be learned from synthetic texts, of each label column."""
    asked = labels(drawn)
    notes = [f"{each.column} is no label: it {each.why}" for each in asked if isinstance(each, Refused)]
    found: list[Tried] = []
    for each in asked:
        result = each.why if isinstance(each, Refused) else tried(drawn, each)
        if isinstance(result, Tried):
            found.append(result)
        elif not isinstance(each, Refused):
            notes.append(result)
    chosen = _chosen(found, notes)
    if not chosen:
        why = "no column is known as a label that texts could be classified by"
        return untold(UTILITY, why)._replace(notes=tuple(notes)), ()
    figures = tuple(labelling(each) for each in chosen)
    notes.append(
        f"models learned from {figures[0].rows:,} texts each: TF-IDF of words and pairs of words (sublinear), logistic "
        "regression (C = 10, by stochastic gradient), tested on held-out texts"
    )
    return Told(_scores(figures), tuple(_findings(drawn, figures)), tuple(notes)), figures


def _chosen(found: Sequence[Tried], notes: list[str]) -> list[Tried]:
    """Those that were named; else the ones that real texts tell best."""
    if any(each.labels.given for each in found):
        return list(found)
    vain = [each.labels.column for each in found if not each.learnable]
    if vain:
        notes.append(f"real texts do not tell {', '.join(vain)}, which is no label of theirs then")
    good = [each for each in found if each.learnable]
    return sorted(good, key=lambda each: each.majority - float(each.real.hits[0]))[:MOST]


def _scores(found: Sequence[Labelling]) -> tuple[Score, ...]:
    """Of the first label column: the one named first, or that real texts tell best."""
    one = found[0]
    told: tuple[dict[str, Any], ...] = (
        {"value": one.ratio, "reference": 1.0, "interval": one.ratio_interval, "spread": _BOOTSTRAP},
        {
            "value": one.accuracy_synthetic, "reference": one.accuracy_real, "spread": _BOOTSTRAP,
            "interval": one.accuracy_synthetic_interval,
        },
        {"value": one.f1_synthetic, "reference": one.f1_real},
    )  # fmt: skip
    return tuple(score.model_copy(update=update) for score, update in zip(UTILITY, told, strict=True))


def _findings(drawn: Drawn, found: Sequence[Labelling]) -> Iterator[Finding]:
    for one in found:
        if one.ratio_interval[1] < _BAD:
            yield Finding(
                min(1 - one.ratio, 0.9),
                f"A model that learned {one.column} from the synthetic texts of {drawn.name} is right on "
                f"{percent(one.accuracy_synthetic)} of unseen real texts, where one that learned from real texts is on "
                f"{percent(one.accuracy_real)}{_lost(one)}",
            )


def _lost(one: Labelling) -> str:
    gone = [label.name for label in one.labels if label.f1_real - label.f1_synthetic > 0.3][:3]
    return f"; worst at {', '.join(gone)}" if gone else ""
