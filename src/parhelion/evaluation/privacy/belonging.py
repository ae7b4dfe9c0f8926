"""The scores of membership: can it be told who was in the training data?"""

from collections.abc import Iterator

from parhelion.evaluation.privacy.drawn import FEWEST, Drawn
from parhelion.evaluation.privacy.membership import Tried, suspicious
from parhelion.evaluation.privacy.told import UNSEEN, Finding, Told, untold
from parhelion.evaluation.roc import roc
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import percent

STANDARD = (
    Score(
        key="privacy.membership", title="Who was in the data", value=None, unit="AUC", ideal=0.5,
        meaning="How often an attacker who is shown one person who was in the training data and one who was not tells "
        "which is which: 0.5 is a coin's toss, 1 is always. The stronger of two attacks.",
    ),
    Score(
        key="privacy.distance", title="Membership by distance", value=None, unit="AUC", ideal=0.5,
        meaning="The same by an attacker who looks whether a synthetic row is unusually near to the person.",
    ),
    Score(
        key="privacy.density", title="Membership by density ratio", value=None, unit="AUC", ideal=0.5,
        meaning="The same by an attacker (DOMIAS) who learns where synthetic rows are denser than people are.",
    ),
    Score(
        key="privacy.tpr", title="Members who stand out", value=None, unit="share", ideal=0.01,
        meaning="The share of the people in the training data whom an attacker names who wrongly names only 1 % of "
        "those who were not in it; somebody who guesses names 1 % of both.",
        warning="An average such as the AUC can look harmless while a few people are known; look here as well.",
    ),
)  # fmt: skip


def told_belonging(tried: list[Tried], drawn: Drawn) -> Told:
    """tried: both attacks, the distance attack first; none where they could not be tried."""
    if drawn.case.cut:
        return untold(STANDARD, UNSEEN)
    if not tried:
        smallest = min(drawn.members, len(drawn.others), len(drawn.reference))
        return untold(STANDARD, f"an attack needs {FEWEST} rows of each side at least; there are {smallest}")
    strongest = max(tried, key=lambda each: each.auc.value - each.reference)
    scores = [_auc(score, each) for score, each in zip(STANDARD[:3], [strongest, *tried], strict=True)]
    return Told((*scores, _tpr(tried)), tuple(_findings(tried, strongest)), tuple(_notes(tried, drawn)))


def _auc(score: Score, tried: Tried) -> Score:
    return score.model_copy(
        update={
            "value": tried.auc.value, "reference": tried.reference, "interval": tried.auc.interval,
            "spread": "DeLong et al. 1988",
        }
    )  # fmt: skip


def _sharpest(tried: list[Tried]) -> Tried:
    return max(tried, key=lambda each: roc(each.members, each.others).at(0.01))


def _tpr(tried: list[Tried]) -> Score:
    sharpest = _sharpest(tried)
    curve = roc(sharpest.members, sharpest.others)
    value = curve.told_at(0.01)
    if value is None:
        why = f"1 % of the {curve.others:,} held-out rows tried is too few to set a threshold by; 500 are needed"
        return untold(STANDARD[3:], why).scores[0]
    return STANDARD[3].model_copy(
        update={
            "value": value, "reference": 0.01, "interval": curve.interval_at(0.01),
            "spread": "Wilson's intervals of true and false positives together",
        }
    )  # fmt: skip


def _findings(tried: list[Tried], strongest: Tried) -> Iterator[Finding]:
    found, reference = strongest.auc, strongest.reference
    if found.interval[0] > reference + 0.01:
        yield Finding(
            2 * (found.value - 0.5),
            f"Who was in the training data can be told from who was not: AUC {found.value:.3f} by the "
            f"{strongest.attack} attack, where {reference:.3f} would be chance.",
        )
    sharpest = _sharpest(tried)
    curve = roc(sharpest.members, sharpest.others)
    for rate in (0.001, 0.01):
        value = curve.told_at(rate)
        if value is not None and sharpest.reference == 0.5 and curve.interval_at(rate)[0] > 1.25 * rate:
            yield Finding(
                0.2 + value,
                f"Some people stand out: the {sharpest.attack} attack names {percent(value)} of those in the training "
                f"data where it wrongly names {percent(rate)} of others, {value / rate:,.0f} times as many.",
            )
            return


def _notes(tried: list[Tried], drawn: Drawn) -> Iterator[str]:
    first = tried[0]
    yield (
        f"membership: {len(first.members):,} train rows against {len(first.others):,} held-out rows; "
        f"{len(drawn.reference):,} other held-out rows show what is usual; the attacker knows "
        f"{len(drawn.space.synthetic):,} synthetic rows. The reference of an AUC is 0.5 by definition"
    )
    for each in tried:
        if each.unlearned is not None and suspicious(each.unlearned):
            yield (
                "held-out rows are of another kind than train rows: with other train rows in place of the synthetic "
                f"ones the {each.attack} attack has an AUC of {each.unlearned.value:.3f}, which is its reference then"
            )
