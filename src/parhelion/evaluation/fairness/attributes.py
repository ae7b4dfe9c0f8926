"""All that is found of one sensitive column, or of two together, as figures."""

from dataclasses import dataclass

import numpy as np

from parhelion.evaluation.fairness.figures import Attribute, Group
from parhelion.evaluation.fairness.groups import Grouping
from parhelion.evaluation.fairness.outcomes import Rates, Treated, gap
from parhelion.evaluation.fairness.quality import Distances, Scored, figure
from parhelion.evaluation.fairness.representation import Represented
from parhelion.evaluation.scores import Figure, Three


@dataclass(frozen=True)
class Found:
    """What is found of the groups of one grouping; None where there is no outcome, no model, too few rows."""

    grouping: Grouping
    represented: Represented
    treated: Treated | None
    distances: Distances | None
    scored: Scored | None


def attribute(found: Found, *, given: bool) -> Attribute:
    treated = found.treated
    return Attribute(
        columns=found.grouping.columns,
        given=given,
        groups=tuple(_group(found, place) for place in range(len(found.grouping.names))),
        left_out=found.grouping.left_out,
        representation=found.represented.distance,
        parity=treated.parity if treated else None,
        model_parity=gap(treated.positive) if treated else None,
        opportunity=gap(treated.true_positive) if treated else None,
    )


def _group(found: Found, place: int) -> Group:
    here, treated = found.represented, found.treated
    train, synthetic, holdout = (float(each) for each in here.shares[:, place])
    return Group(
        name=found.grouping.names[place],
        rows=int(here.counts[0, place]),
        share=Three(train=train, synthetic=synthetic, holdout=holdout),
        interval=(float(here.low[place]), float(here.high[place])),
        outcome=treated.of(place) if treated else None,
        positive_rate=_rate(treated.positive, place) if treated else None,
        true_positive_rate=_rate(treated.true_positive, place) if treated else None,
        distance=figure(found.distances, place),
        score=found.scored.figure(place) if found.scored else None,
    )


def _rate(pair: tuple[Rates, Rates] | None, place: int) -> Figure | None:
    if pair is None or not np.all([each.told[place] for each in pair]):
        return None
    return Figure(value=float(pair[1].mean[place]), reference=float(pair[0].mean[place]))
