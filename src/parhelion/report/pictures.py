"""Which chart is drawn of which figures."""

import shlex
from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from parhelion.evaluation.detection.figures import Clue, Example, Test
from parhelion.evaluation.fairness.figures import Group
from parhelion.evaluation.fidelity.figures import PairFidelity
from parhelion.evaluation.privacy.figures import Guesses, Membership
from parhelion.evaluation.scores import Interval
from parhelion.evaluation.utility.figures import Coefficient, Importance, Learned, Predictions
from parhelion.report import words
from parhelion.report.charts import Curve, Mark, Row, calibration, dots, heat, roc
from parhelion.report.charts.dots import Look
from parhelion.report.charts.scales import around, finite

SHOWN, DRAWN, MOST = 40, 30, 12
_LOOKS: dict[Learned, Look] = {"train": "real", "synthetic": "synthetic", "train + synthetic": "third"}
_CLASSIFIERS: dict[str, Look] = {"gradient boosting": "synthetic", "logistic regression": "third"}
_ATTACKS: dict[str, Look] = {"density ratio": "synthetic", "distance": "third"}


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
    return {(pair.first, pair.second): _less(pair.association.synthetic, pair.association.train) for pair in pairs}


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def told_apart(tests: Sequence[Test]) -> Markup:
    """The curves of the classifiers against the rows they are judged by: unseen ones where there are any."""
    return roc(
        "How well a classifier tells synthetic rows from real ones",
        [
            Curve(f"{one.classifier}, against {one.against}", one.curve, _CLASSIFIERS[one.classifier])
            for one in tests
            if one.curve
        ],
    )


def clues(every: Sequence[Clue]) -> Markup:
    rows = [Row(one.column, (Mark("synthetic", one.drop),)) for one in every[:MOST]]
    return dots("What the classifier goes by: AUC lost without each column", rows, stems=True)


def cells(example: Example, *, telling: bool) -> list[tuple[str, str]]:
    """The values of a row by column: those that gave it away, or the others."""
    return [(name, value) for name, value in example.values.items() if (name in example.telling) == telling]


def scored(models: Sequence[Predictions], name: str) -> Markup:
    """One score of the models of a task, each with its interval."""
    names = {
        "train": "Learned from real rows",
        "synthetic": "Learned from synthetic rows",
        "train + synthetic": "Learned from both",
    }
    rows = [
        Row(
            names[model.learned_from],
            (Mark(_LOOKS[model.learned_from], model.scores.get(name), model.intervals.get(name)),),
        )
        for model in models
    ]
    return dots(f"{name} on held-out real rows", rows, zero=False)


def calibrations(models: Sequence[Predictions]) -> Markup:
    return calibration(
        "Calibration: predicted probability and what then happened",
        [
            Curve(f"learned from {one.learned_from}", [(x, y) for x, y, _ in one.calibration], _LOOKS[one.learned_from])
            for one in models
            if one.calibration and one.learned_from != "train + synthetic"
        ],
    )


def importances(every: Sequence[Importance]) -> Markup:
    rows = [Row(one.column, (Mark("real", one.train), Mark("synthetic", one.synthetic))) for one in every[:MOST]]
    return dots("How much each column matters to models learned from real and from synthetic rows", rows)


def coefficients(every: Sequence[Coefficient]) -> Markup:
    rows = [
        Row(
            one.term,
            (Mark("real", one.train, one.train_interval), Mark("synthetic", one.synthetic, one.synthetic_interval)),
        )
        for one in every[:MOST]
    ]
    return dots("Coefficients of a regression on real and on synthetic rows, with 95 % intervals", rows)


def found(every: Sequence[Membership]) -> Markup:
    return roc(
        "Members found by each attack",
        [Curve(one.attack, one.curve, _ATTACKS[one.attack]) for one in every if one.curve],
        log=True,
    )


def guesses(every: Sequence[Guesses]) -> Markup:
    """The attacks that give most away, in their order."""
    places = sorted(range(len(every)), key=lambda place: -(every[place].risk or 0.0))
    rows = [
        Row(
            f"{one.attack}: {one.detail}",
            (
                Mark("third", one.naive),
                Mark("real", one.control, one.control_interval),
                Mark("synthetic", one.main, one.main_interval),
            ),
        )
        for one in (every[place] for place in sorted(places[:MOST]))
    ]
    return dots("How often attacks are right", rows, told=words.share, stems=True)


def represented(every: Sequence[Group]) -> Markup:
    """How much larger or smaller each group is than in the train rows."""
    told = [(one, one.share.train) for one in every if one.share.train]
    rows = [
        Row(f"{one.name} · {words.share(real)} of real rows", (
            Mark("third", _change(one.share.holdout, real)),
            Mark("synthetic", _change(one.share.synthetic, real), _changes(one, real))))
        for one, real in told[:MOST]
    ]  # fmt: skip
    title = "How much larger or smaller each group is than in real rows"
    return dots(title, rows, told=words.change, ends=_reach(rows))


def _change(share: float | None, real: float) -> float | None:
    return None if share is None else share / real - 1


def _changes(group: Group, real: float) -> Interval | None:
    return None if group.interval is None else (group.interval[0] / real, group.interval[1] / real)


def _reach(rows: Sequence[Row]) -> tuple[float, float]:
    """As far as the changes go either way, and at least a tenth, so that noise looks small."""
    far = max([0.1, *(abs(at) for row in rows for mark in row.marks for at in finite([mark.value]))])
    most = around([0.0, 1.2 * far])[1]
    return max(-1.0, -most), most


def uneven(every: Sequence[Group]) -> list[Group]:
    """The groups whose share is most surely off first; the others in their order."""

    def sure(one: Group) -> float:
        low, high = one.interval or (0.0, 0.0)
        return max(low, -high, 0.0) / (one.share.train or 1.0)

    return sorted(every, key=sure, reverse=True)


def outcomes(every: Sequence[Group]) -> Markup:
    rows = [
        Row(one.name, (Mark("real", one.outcome.train), Mark("synthetic", one.outcome.synthetic)))
        for one in every[:MOST]
        if one.outcome is not None
    ]
    return dots("The outcome in each group", rows)


def quoted(text: str) -> str:
    """A word of a command line, as a shell reads it.

    >>> quoted("my file.csv")
    "'my file.csv'"
    """
    return shlex.quote(text)
