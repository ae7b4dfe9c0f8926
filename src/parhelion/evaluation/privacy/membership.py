"""Attacks that tell members (train rows) from others (held-out rows)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import sample
from parhelion.evaluation.features import Floats, features
from parhelion.evaluation.privacy.drawn import Drawn
from parhelion.evaluation.privacy.figures import Membership
from parhelion.evaluation.roc import Auc, auc, roc
from parhelion.evaluation.space import Points, nearest
from parhelion.evaluation.threads import one_thread

Attack = Literal["distance", "density ratio"]
_ALMOST_NONE = 1e-6  # stands for no distance, which has no logarithm
_FAR = 1e300
_DRIFT = 3.0  # standard errors from 0.5 at which an attack is said to work


@dataclass(frozen=True)
class Tried:
    """An attack and what came of it.

    members, others: the scores, high for those who look like members. unlearned: the AUC of the same attack with other
    train rows in place of the synthetic rows, where that is needed: what of the AUC comes from held-out rows being of
    another kind than train rows, and not from anything the generator gave away.
    """

    attack: Attack
    members: Floats
    others: Floats
    auc: Auc
    unlearned: Auc | None

    @property
    def reference(self) -> float:
        """0.5 by definition, unless held-out rows are of another kind."""
        return self.unlearned.value if self.unlearned is not None and suspicious(self.unlearned) else 0.5

    @property
    def figure(self) -> Membership:
        curve = roc(self.members, self.others)
        return Membership(
            attack=self.attack,
            auc=self.auc.value,
            interval=self.auc.interval,
            tpr={"1 %": curve.told_at(0.01), "0.1 %": curve.told_at(0.001)},
            members=len(self.members),
            others=len(self.others),
            curve=curve.points,
        )


def suspicious(found: Auc) -> bool:
    return abs(found.value - 0.5) > max(_DRIFT * found.error, 0.01)


def calibrated(drawn: Drawn, known: Points) -> tuple[Floats, Floats]:
    """Scores of all drawn train rows and of the others: how much nearer the known rows are than is usual.

    The logarithm of the distance to the nearest reference row, less that of the distance to the nearest known row.
    """
    reference, place = drawn.space.holdout.take(drawn.reference), drawn.space
    return (
        _log_distance(place.train, reference) - _log_distance(place.train, known),
        _log_distance(place.holdout.take(drawn.others), reference)
        - _log_distance(place.holdout.take(drawn.others), known),
    )


def _log_distance(asked: Points, known: Points) -> Floats:
    return np.asarray(np.log(nearest(asked, known, 1)[0][:, 0] + _ALMOST_NONE))


def distance(drawn: Drawn, scores: tuple[Floats, Floats]) -> Tried:
    """The calibrated distance attack, of the scores that `calibrated` gives for the synthetic rows."""
    members, others = scores[0][: drawn.members], scores[1]
    found = auc(members, others)
    return Tried("distance", members, others, found, _distance_unlearned(drawn) if suspicious(found) else None)


def _distance_unlearned(drawn: Drawn) -> Auc:
    asked, rest = _halves(drawn)
    known, reference = drawn.space.train.take(rest), drawn.space.holdout.take(drawn.reference)
    groups = (drawn.space.train.take(asked), drawn.space.holdout.take(drawn.others))
    members, others = (_log_distance(group, reference) - _log_distance(group, known) for group in groups)
    return auc(members, others)


def _halves(drawn: Drawn) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Members to ask about, as many as there are others, and the other members."""
    asked = min(len(drawn.others), drawn.members // 2)
    rows = np.arange(drawn.members)
    return rows[:asked], rows[asked:]


def density_ratio(drawn: Drawn) -> Tried:
    """DOMIAS (van Breugel et al. 2023, arXiv 2302.12580, equation 2).

    A classifier learns to tell synthetic rows from reference rows; its odds estimate p_synthetic(x) / p(x), which is
    high where the generator has put more mass than there is.
    """
    rows = features(drawn.case)
    ask = _Odds(drawn, rows.categorical, rows.holdout[drawn.reference])
    members, others = ask(rows.synthetic, rows.train[: drawn.members], rows.holdout[drawn.others])
    found, unlearned = auc(members, others), None
    if suspicious(found):
        asked, rest = _halves(drawn)
        unlearned = auc(*ask(rows.train[rest], rows.train[asked], rows.holdout[drawn.others]))
    return Tried("density ratio", members, others, found, unlearned)


@dataclass(frozen=True)
class _Odds:
    drawn: Drawn
    categorical: npt.NDArray[np.bool_]
    reference: Floats

    def __call__(self, made: Floats, *asked: Floats) -> list[Floats]:
        """Log odds, for each table asked about, that its rows are of the made ones and not of the reference."""
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 (a second to import)

        case = self.drawn.case
        learned = made[sample(case.rng("privacy.density"), len(made), case.limits.learned)]
        rows = np.vstack([learned, self.reference[: case.limits.learned]])
        known = ~np.isnan(rows).all(0)
        if not known.any():
            return [np.zeros(len(each)) for each in asked]
        model = HistGradientBoostingClassifier(
            max_iter=50,
            learning_rate=0.2,
            max_leaf_nodes=63,
            early_stopping=False,
            categorical_features=self.categorical[known],
            random_state=case.config.seed,
        )
        with one_thread():
            model.fit(_finite(rows[:, known]), np.arange(len(rows)) < len(learned))
            return [np.asarray(model.decision_function(_finite(each[:, known])), np.float64) for each in asked]


def _finite(rows: Floats) -> Floats:
    """The same rows; a classifier takes missing values, but no infinite ones."""
    return np.clip(rows, -_FAR, _FAR)
