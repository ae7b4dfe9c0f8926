"""The scores of utility, each beside its reference, or why it cannot be told."""

from collections.abc import Iterator

import numpy as np

from parhelion.evaluation.rates import wilson
from parhelion.evaluation.scores import Interval, Score
from parhelion.evaluation.utility.targets import Target
from parhelion.evaluation.utility.tasks import agreed, difference
from parhelion.evaluation.utility.work import Source, Work

_COPY = "A mere copy of the train rows would win it."
_PAIRED = "bootstrap over held-out rows, paired with the reference"
_LEARNED = f"{_PAIRED}; and models of train rows drawn again"
_QUICK = "left out of a quick look"
_UNITS = {"AUC": "AUC", "R2": "R²"}


def scores(works: list[Work], why: str, *, quick: bool) -> Iterator[Score]:
    """All scores, of the first target; why: what to say where there is none."""
    work = works[0] if works else None
    yield _predict(work, why)
    yield _agreement(work, why)
    yield from _conclusions(work, why)
    yield _augment(work, _QUICK if quick and work else why)
    yield _rarest(work, _QUICK if quick and work else why)
    if len(works) > 1:
        yield _others(works[1:])


def _title(target: Target) -> str:
    return f"Predictions of {target.name}" + ("" if target.given else " (nobody named a target)")


def _predict(work: Work | None, why: str) -> Score:
    value, reference, spread = _beside(work, "synthetic")
    return Score(
        key="utility.predict",
        title=_title(work.target) if work else "Predictions",
        value=value,
        reference=reference,
        interval=spread,
        spread=_LEARNED if spread else "",
        better="higher",
        ideal=1.0,
        unit=_UNITS[work.main] if work else "AUC",
        meaning="How well a model that learned from synthetic rows alone predicts real rows that nobody has seen; "
        "the reference is the same model, learned from as many real rows.",
        warning=_COPY,
        untold="" if value is not None else why if work is None else _no_score(work),
    )


def _no_score(work: Work) -> str:
    """Why the first score cannot be told."""
    if not work.names:
        return f"no column but {work.target.name} can be learned from"
    if not len(work.split.synthetic):
        return f"no synthetic row has a known value of {work.target.name}"
    if not len(work.split.holdout):
        return f"no held-out row has a value of {work.target.name} that train rows have"
    return f"the held-out rows all have the same value of {work.target.name}"


def _agreement(work: Work | None, why: str) -> Score:
    value = agreed(work, 1) if work else None
    return Score(
        key="utility.agreement",
        title="The same columns matter",
        value=value,
        reference=agreed(work, 2) if work and value is not None else None,
        interval=_fisher(value, len(work.names)) if work and value is not None else None,
        spread="Fisher's z, over columns" if value is not None else "",
        better="higher",
        ideal=1.0,
        meaning="Whether a model learned from synthetic rows relies on the same columns as one learned from real rows "
        "(rank correlation; 1: in the same order of importance).",
        warning=_COPY,
        untold="" if value is not None else why if work is None else _no_agreement(work),
    )


def _no_agreement(work: Work) -> str:
    return "no column matters to the model learned from real rows" if work.importances.size else _no_score(work)


def _fisher(value: float, columns: int) -> Interval | None:
    """Of a rank correlation (Fieller et al. 1957)."""
    if columns < 4 or abs(value) >= 1:
        return None
    reach = 1.96 * np.sqrt(1.06 / (columns - 3))
    return float(np.tanh(np.arctanh(value) - reach)), float(np.tanh(np.arctanh(value) + reach))


def _conclusions(work: Work | None, why: str) -> Iterator[Score]:
    same = work.conclusions if work else None
    untold = "" if same else why if work is None else "too few rows for a regression"
    share = same.agreeing(same.synthetic) if same else None
    low, high = wilson(np.array(share), len(same.names)) if same else (0.0, 0.0)
    yield Score(
        key="utility.conclusions",
        title="The same conclusions",
        value=share,
        reference=same.agreeing(same.holdout) if same else None,
        interval=(float(low), float(high)) if same else None,
        spread="Wilson, over coefficients" if same else "",
        better="higher",
        ideal=1.0,
        unit="share",
        meaning="The share of coefficients of a regression about which synthetic rows lead to the same conclusion as "
        "the train rows: more, less, or no difference that can be told.",
        warning=_COPY,
        untold=untold,
    )
    yield Score(
        key="utility.overlap",
        title="Overlap of intervals",
        value=same.overlapping(same.synthetic) if same else None,
        reference=same.overlapping(same.holdout) if same else None,
        better="higher",
        ideal=1.0,
        unit="share",
        meaning="How far the confidence intervals of those coefficients cover each other, on average (Karr et al. "
        "2006); between two samples of the same people it is about two thirds.",
        warning=_COPY,
        untold=untold,
    )


def _augment(work: Work | None, why: str) -> Score:
    value, reference, spread = _beside(work, "train + synthetic")
    return Score(
        key="utility.augment",
        title="Real and synthetic rows together",
        value=value,
        reference=reference,
        interval=spread,
        spread=_LEARNED if spread else "",
        better="higher",
        ideal=1.0,
        unit=_UNITS[work.main] if work else "AUC",
        meaning="How well a model predicts unseen real rows when synthetic rows are added to the real ones that it "
        "learns from; the reference is the model without them.",
        warning="A mere copy of the train rows changes nothing, and looks harmless.",
        untold="" if value is not None else why or (_no_score(work) if work else ""),
    )


def _rarest(work: Work | None, why: str) -> Score:
    mark = "average precision"
    gap = difference(work, "train + synthetic", mark) if work else None
    reference = float(work.tested["train"].of_rare[mark][0]) if work and gap else None
    told = gap is not None and reference is not None
    return Score(
        key="utility.rarest",
        title="The rarest class, with synthetic rows added",
        value=reference + gap[0] if gap and reference is not None else None,
        reference=reference,
        interval=_moved(reference, gap[1]) if gap and reference is not None else None,
        spread=_PAIRED if told else "",
        better="higher",
        ideal=1.0,
        meaning="How well the rarest class is found among unseen real rows when synthetic rows are added to the real "
        "ones (average precision); the reference is the model without them.",
        warning="A mere copy of the train rows changes nothing, and looks harmless.",
        untold="" if told else why or (_no_rarest(work) if work else ""),
    )


def _no_rarest(work: Work) -> str:
    return "the held-out rows of the rarest class are too few" if work.target.classes else "the target is a number"


def _others(works: list[Work]) -> Score:
    """The other target that fares worst."""
    told = [(work, value, reference) for work in works for value, reference, _ in [_beside(work, "synthetic")]]
    known = [each for each in told if each[1] is not None and each[2] is not None]
    worst = max(known, key=lambda each: (each[2] or 0) - (each[1] or 0)) if known else None
    spread = _beside(worst[0], "synthetic")[2] if worst else None
    return Score(
        key="utility.others",
        title=f"The worst of the other targets: {worst[0].target.name}" if worst else "The other targets",
        value=worst[1] if worst else None,
        reference=worst[2] if worst else None,
        interval=spread,
        spread=_LEARNED if spread else "",
        better="higher",
        ideal=1.0,
        unit=_UNITS[worst[0].main] if worst else "AUC",
        meaning="The same for the target, of all but the first, that synthetic rows serve worst.",
        warning=_COPY,
        untold="" if worst else "no other target can be learned",
    )


def _beside(work: Work | None, source: Source) -> tuple[float | None, float | None, Interval | None]:
    """A model's first score, that of the model learned from train rows, and the interval that their difference has."""
    if work is None:
        return None, None, None
    value, reference, gap = work.mark(source), work.mark("train"), difference(work, source)
    return value, reference, _moved(reference, gap[1]) if gap and reference is not None else None


def _moved(reference: float, gap: Interval) -> Interval:
    return min(1.0, reference + gap[0]), min(1.0, reference + gap[1])
