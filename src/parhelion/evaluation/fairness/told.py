"""The scores of fairness, each beside its reference, or why it cannot be told."""

from collections.abc import Sequence

import numpy as np

from parhelion.evaluation.fairness.attributes import Found
from parhelion.evaluation.fairness.outcomes import Change, Treated, restless, widened
from parhelion.evaluation.fairness.quality import Worst, farthest, least_predicted, noise
from parhelion.evaluation.fairness.representation import Represented, lost
from parhelion.evaluation.rates import sure
from parhelion.evaluation.scores import Figure, Score

_FEW = "no two groups have enough rows in every table"
_ALL_GROUPS = "standard error, as wide as holds for all groups at once"
_COPY = "A mere copy of the train rows would win it."


def scores(every: Sequence[Found], unit: str, why: str, without: str) -> tuple[Score, ...]:
    """why: why there is no group at all; without: why there is no outcome, or no model; unit: of predictions."""
    treated = [each.treated for each in every if each.treated]
    return (
        _representation([each.represented for each in every], why),
        _lost([each.represented for each in every], why),
        _parity(treated, why or without or _FEW),
        _opportunity(treated, why or without or _no_opportunity(treated)),
        _worst_group(worst_group(every), why or "no group has enough rows in every table"),
        _worst_prediction(worst_prediction(every), unit, why or without or "no group has enough held-out rows"),
    )


def _representation(every: Sequence[Represented], why: str) -> Score:
    """Of the attribute that is farthest beyond its reference."""
    worst = max(every, key=lambda each: each.distance.excess) if every else None
    return Score(
        key="fairness.representation",
        title=f"Shares of groups ({_columns(worst.grouping.columns)})" if worst else "Shares of groups",
        value=worst.distance.value if worst else None,
        reference=worst.distance.reference if worst else None,
        interval=worst.interval if worst else None,
        spread="bootstrap standard error, over synthetic rows" if worst else "",
        ideal=0.0,
        unit="share",
        meaning="The share of people who would have to change their group to give the groups their real sizes, for the "
        "sensitive column where it is worst.",
        warning=f"{_COPY} A small group can vanish and hardly change it: see the lost groups.",
        untold="" if worst else why,
    )


def _lost(every: list[Represented], why: str) -> Score:
    gone = len(list(lost(every)))
    return Score(
        key="fairness.lost",
        title="Groups that are lost",
        value=float(gone) if every else None,
        reference=0.0 if every else None,
        ideal=0.0,
        unit="groups",
        meaning="How many groups of people in the train rows have not one synthetic row, though chance alone would "
        "give them some.",
        warning=_COPY,
        untold="" if every else why,
    )


def most_changed(treated: Sequence[Treated]) -> tuple[Treated, Change, float] | None:
    """The attribute whose outcomes changed most beyond what held-out rows do, its change, and that of held-out rows."""
    found = [(each, each.changed, each.by_chance.value if each.by_chance else 0.0) for each in treated if each.changed]
    return max(found, key=lambda each: each[1].least - each[2], default=None)


def _parity(treated: Sequence[Treated], why: str) -> Score:
    """In the data: the gap that changed most, which a gap that is turned round has, too."""
    worst = most_changed(treated)
    found, changed, chance = worst or (None, None, 0.0)
    number = found is not None and not found.outcome.counted
    return Score(
        key="fairness.parity",
        title=f"Changed gap of the outcome ({_columns(found.grouping.columns)})"
        if found
        else "Changed gap of the outcome",
        value=changed.value if changed else None,
        reference=chance if changed else None,
        interval=changed.interval if changed else None,
        spread="standard error, as wide as holds for all pairs of groups at once" if changed else "",
        ideal=0.0,
        unit="standard deviations" if number else "share",
        meaning="How far the difference of the outcome between two groups has moved from what it is in the train rows, "
        "for the two groups that moved apart most surely.",
        warning=_COPY,
        untold="" if worst else why,
    )


def most_widened(treated: Sequence[Treated]) -> tuple[Treated, Figure, float] | None:
    """The attribute whose gap of true positive rates grew most surely, and how far chance reaches."""
    wider, z = restless([each.strayed for each in treated]), sure(len(treated))
    found = [(each, gap[0], wider * z * gap[1]) for each in treated for gap in [widened(each)] if gap]
    return max(found, key=lambda each: each[1].excess - each[2], default=None)


def _opportunity(treated: Sequence[Treated], why: str) -> Score:
    worst = most_widened(treated)
    found, figure, reach = worst or (None, None, 0.0)
    return Score(
        key="fairness.opportunity",
        title=f"Equal opportunity ({_columns(found.grouping.columns)})" if found else "Equal opportunity",
        value=figure.value if figure else None,
        reference=figure.reference if figure else None,
        interval=_around(figure.value, reach, 0, 1) if figure else None,
        spread="standard error, paired with the reference, as wide as holds for all columns at once" if figure else "",
        ideal=0.0,
        unit="share",
        meaning="Among people who really have the outcome, how much more often a model learned from synthetic rows "
        "finds it in one group than in another; the reference is the model learned from train rows.",
        warning="A model that decides the same for everybody would win it.",
        untold="" if worst else why,
    )


def _no_opportunity(treated: Sequence[Treated]) -> str:
    return _FEW if all(each.outcome.counted for each in treated) else "the outcome is a number, which no model finds"


def worst_group(every: Sequence[Found]) -> Worst | None:
    """By columns within the group."""
    known = [each.distances for each in every if each.distances]
    return farthest(known, noise(known), sure(sum(int(np.isfinite(each.value).sum()) for each in known)))


def worst_prediction(every: Sequence[Found]) -> Worst | None:
    """By predictions within the group."""
    known = [each.scored for each in every if each.scored]
    wider = restless([each.strayed for each in known])
    return least_predicted(known, wider, sure(sum(int(np.isfinite(each.value).sum()) for each in known)))


def _worst_group(worst: Worst | None, why: str) -> Score:
    return Score(
        key="fairness.worst_group",
        title=f"The group imitated worst ({worst.grouping.called(worst.group)})"
        if worst
        else "The group imitated worst",
        value=worst.value if worst else None,
        reference=worst.reference if worst else None,
        interval=_around(worst.value, sure(worst.tests) * worst.error, 0, 1) if worst else None,
        spread=_ALL_GROUPS if worst else "",
        ideal=0.0,
        unit="share",
        meaning="How far, on average, the columns of one group are from those of its held-out rows, for the group "
        "whose distance is most surely above that of its train rows; so a minority cannot hide in an average.",
        warning=f"{_COPY} Columns drawn independently within each group would, too.",
        untold="" if worst else why,
    )


def _worst_prediction(worst: Worst | None, unit: str, why: str) -> Score:
    return Score(
        key="fairness.worst_prediction",
        title=f"The group predicted worst ({worst.grouping.called(worst.group)})"
        if worst
        else "The group predicted worst",
        value=worst.value if worst else None,
        reference=worst.reference if worst else None,
        interval=_around(worst.value, sure(worst.tests) * worst.error, -np.inf, 1) if worst else None,
        spread=_ALL_GROUPS if worst else "",
        better="higher",
        ideal=1.0,
        unit=unit,
        meaning="How well a model learned from synthetic rows predicts people of one group, for the group where it is "
        "most surely worse than the model learned from train rows.",
        warning=_COPY,
        untold="" if worst else why,
    )


def _around(value: float, reach: float, least: float, most: float) -> tuple[float, float]:
    return max(least, value - reach), min(most, value + reach)


def _columns(columns: Sequence[str]) -> str:
    return " and ".join(columns)
