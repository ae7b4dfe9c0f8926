"""Which chart is drawn of which figures."""

import shlex
from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from parhelion.evaluation.detection.figures import Clue, Test
from parhelion.evaluation.fairness.figures import Group
from parhelion.evaluation.fidelity.figures import PairFidelity
from parhelion.evaluation.privacy.figures import Guesses, Membership
from parhelion.evaluation.utility.figures import Coefficient, Importance, Predictions
from parhelion.report import words
from parhelion.report.charts import Curve, Mark, Row, calibration, dots, heat, roc
from parhelion.report.charts.scales import finite

SHOWN, DRAWN = 40, 30
_LOOKS = {"train": "real", "synthetic": "synthetic", "train + synthetic": "third"}


def crossed(pairs: Sequence[PairFidelity]) -> list[str]:
    """The columns of the heat map: all of them, or those of the worst pairs where all would be too many to see."""
    names = list(dict.fromkeys(name for pair in pairs for name in (pair.first, pair.second)))
    return names if len(names) <= SHOWN else names[:DRAWN]


def association(pairs: Sequence[PairFidelity], of: Literal["train", "synthetic"]) -> Markup:
    """How strongly columns go together in one table."""
    values = {(pair.first, pair.second): getattr(pair.association, of) for pair in pairs}
    table = "real rows" if of == "train" else "synthetic rows"
    return heat(f"How strongly pairs of columns go together in {table}", crossed(pairs), values)


def difference(pairs: Sequence[PairFidelity]) -> Markup:
    """Association in synthetic rows less that in real rows; full colour is `strongest`."""
    return heat("Difference of the two", crossed(pairs), _differences(pairs), strongest(pairs))


def strongest(pairs: Sequence[PairFidelity]) -> float:
    """The difference that has full colour: the largest one, but not so small that noise looks like news."""
    return max([0.1, *(abs(gap) for gap in finite(_differences(pairs).values()))])


def _differences(pairs: Sequence[PairFidelity]) -> dict[tuple[str, str], float | None]:
    return {
        (pair.first, pair.second): None
        if None in (a := pair.association.synthetic, b := pair.association.train)
        else a - b
        for pair in pairs
    }


def told_apart(tests: Sequence[Test]) -> Markup:
    """The curves of the classifiers against the rows they are judged by: unseen ones where there are any."""
    looks = {"gradient boosting": "synthetic", "logistic regression": "third"}
    return roc(
        "How well a classifier tells synthetic rows from real ones",
        [
            Curve(f"{one.classifier}, against {one.against}", one.curve, looks[one.classifier])
            for one in tests
            if one.curve
        ],
    )


def clues(every: Sequence[Clue]) -> Markup:
    rows = [Row(one.column, (Mark("synthetic", one.drop),)) for one in every[:12]]
    return dots("What the classifier goes by: AUC lost without each column", rows, stems=True)


def scored(models: Sequence[Predictions], name: str) -> Markup:
    """One score of the models of a task, each with its interval."""
    names = {
        "train": "Learned from real rows",
        "synthetic": "Learned from synthetic rows",
        "train + synthetic": "Learned from both",
    }
    rows = [
        Row(names[model.learned_from], (Mark(_look(model), model.scores.get(name), model.intervals.get(name)),))
        for model in models
    ]
    return dots(f"{name} on held-out real rows", rows, zero=False)


def _look(model: Predictions) -> Literal["synthetic", "real", "third"]:
    return "real" if model.learned_from == "train" else "synthetic" if model.learned_from == "synthetic" else "third"


def calibrations(models: Sequence[Predictions]) -> Markup:
    return calibration(
        "Calibration: predicted probability and what then happened",
        [
            Curve(f"learned from {model.learned_from}", [(x, y) for x, y, _ in model.calibration], _LOOKS[model.learned_from])
            for model in models
            if model.calibration and model.learned_from != "train + synthetic"
        ],
    )  # fmt: skip


def importances(every: Sequence[Importance]) -> Markup:
    rows = [Row(one.column, (Mark("real", one.train), Mark("synthetic", one.synthetic))) for one in every[:12]]
    return dots("How much each column matters to models learned from real and from synthetic rows", rows)


def coefficients(every: Sequence[Coefficient]) -> Markup:
    rows = [
        Row(
            one.term,
            (Mark("real", one.train, one.train_interval), Mark("synthetic", one.synthetic, one.synthetic_interval)),
        )
        for one in every[:16]
    ]
    return dots("Coefficients of a regression on real and on synthetic rows, with 95 % intervals", rows)


def found(every: Sequence[Membership]) -> Markup:
    looks = {"distance": "third", "density ratio": "synthetic"}
    return roc(
        "Members found by each attack", [Curve(one.attack, one.curve, looks[one.attack]) for one in every if one.curve],
        log=True,
    )  # fmt: skip


def guesses(every: Sequence[Guesses]) -> Markup:
    rows = [
        Row(f"{one.attack}: {one.detail}", (
            Mark("third", one.naive), Mark("real", one.control, one.control_interval),
            Mark("synthetic", one.main, one.main_interval)))
        for one in every[:16]
    ]  # fmt: skip
    return dots("How often attacks are right", rows, told=words.share, stems=True)


def groups(every: Sequence[Group]) -> Markup:
    rows = [
        Row(f"{one.name}", (
            Mark("third", one.share.holdout), Mark("real", one.share.train), Mark("synthetic", one.share.synthetic)))
        for one in every[:12]
    ]  # fmt: skip
    return dots("The share of each group", rows, told=words.share, stems=True)


def outcomes(every: Sequence[Group]) -> Markup:
    rows = [
        Row(f"{one.name}", (Mark("real", one.outcome.train), Mark("synthetic", one.outcome.synthetic)))
        for one in every[:12]
        if one.outcome is not None
    ]
    return dots("The outcome in each group", rows)


def quoted(text: str) -> str:
    """A word of a command line, as a shell reads it.

    >>> quoted("my file.csv")
    "'my file.csv'"
    """
    return shlex.quote(text)
