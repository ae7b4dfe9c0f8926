"""What was done about one target, as figures."""

import numpy as np

from parhelion.evaluation.scores import Interval
from parhelion.evaluation.utility.conclusions import Conclusions
from parhelion.evaluation.utility.figures import Coefficient, Importance, Learned, Predictions, Task
from parhelion.evaluation.utility.importance import agreement
from parhelion.evaluation.utility.marks import Floats, Marks, calibration, interval
from parhelion.evaluation.utility.predicted import Predicted
from parhelion.evaluation.utility.work import Source, Tested, Work

_SHOWN: tuple[Learned, ...] = ("train", "synthetic", "train + synthetic")
_SHARES = ("AUC", "F1", "calibration error", "average precision")  # between 0 and 1


def task(work: Work) -> Task:
    """All figures of one target."""
    gap = difference(work, "synthetic")
    same = work.conclusions
    return Task(
        target=work.target.name,
        kind=work.target.kind,
        given=work.target.given,
        classes=work.target.classes,
        models=tuple(_predictions(work, source) for source in _SHOWN if source in work.tested),
        importances=_importances(work),
        agreement=agreed(work, 1),
        coefficients=_coefficients(same),
        conclusions=same.agreeing(same.synthetic) if same else None,
        overlap=same.overlapping(same.synthetic) if same else None,
        difference=gap[0] if gap else None,
        difference_interval=gap[1] if gap else None,
        regressed=work.target.outcome if same else "",
    )


def predicted(work: Work) -> Predicted:
    """What fairness needs of it."""
    truth = work.target.holdout[work.split.holdout]
    two = len(work.target.classes) == 2

    def of(source: Source) -> Floats | None:
        if source not in work.tested:
            return None
        found = work.tested[source].predicted
        if two:
            return np.asarray(found[:, 1], np.float64)
        return found.argmax(1).astype(np.float64) if work.target.classes else found

    return Predicted(work.target, work.split.holdout, truth, of("train"), of("synthetic"), of("train again"))


def difference(work: Work, source: Source, mark: str | None = None) -> tuple[float, Interval] | None:
    """Of a score of one model minus that of the model learned from train rows, on the same samples of rows.

    The interval of the first score has chance in learning in it, too.

    mark: a score of the rarest class; by default the first score of all classes.
    """
    if source not in work.tested or "train" not in work.tested:
        return None
    one, reference = (
        _samples(work.tested[each], mark or work.main, rare=mark is not None) for each in (source, "train")
    )
    if one is None or reference is None:
        return None
    gaps = one - reference
    spread = interval(gaps)
    if spread is None:
        return None
    gap = float(gaps[0])
    reach = float(np.hypot(gap - spread[0], 1.96 * work.learning if mark is None else 0.0))
    return gap, (gap - reach, gap + reach)


def _samples(tested: Tested, mark: str, *, rare: bool) -> Floats | None:
    return (tested.of_rare if rare else tested.marks).get(mark)


def agreed(work: Work, other: int) -> float | None:
    """Of importances with those of the model learned from train rows. other: 1 synthetic, 2 train again."""
    if not work.importances.size or np.isnan(work.importances[[0, other]]).any():
        return None
    return agreement(work.importances[0], work.importances[other])


def _predictions(work: Work, source: Learned) -> Predictions:
    tested = work.tested[source]
    truth = work.target.holdout[work.split.holdout]
    two = len(work.target.classes) == 2
    return Predictions(
        learned_from=source,
        rows=tested.rows,
        scores=_values(tested.marks),
        intervals=_intervals(tested.marks),
        calibration=calibration(truth.astype(np.int64), tested.predicted) if two else (),
        rarest=_values(tested.of_rare),
    )


def _values(marks: Marks) -> dict[str, float]:
    return {name: float(values[0]) for name, values in marks.items() if np.isfinite(values[0])}


def _intervals(marks: Marks) -> dict[str, Interval]:
    found = {}
    for name, values in marks.items():
        spread = interval(values, *_bounds(name))
        if spread:
            found[name] = spread
    return found


def _bounds(name: str) -> tuple[float, float]:
    if name in _SHARES:
        return 0.0, 1.0
    return (-np.inf, 1.0) if name == "R2" else (0.0, np.inf)


def _importances(work: Work) -> tuple[Importance, ...]:
    """The most important to the model learned from train rows first."""
    falls = work.importances
    if not falls.size or np.isnan(falls[:2]).any():
        return ()
    return tuple(
        Importance(column=work.names[place], train=float(falls[0, place]), synthetic=float(falls[1, place]))
        for place in np.argsort(-falls[0], kind="stable")
    )


def _coefficients(same: Conclusions | None) -> tuple[Coefficient, ...]:
    """The largest of the train rows first."""
    if same is None:
        return ()
    overlaps = same.overlaps(same.synthetic)
    agree = same.train.conclusion == same.synthetic.conclusion
    return tuple(
        Coefficient(
            term=same.names[place],
            train=float(same.train.value[place]),
            train_interval=same.train.interval(place),
            synthetic=float(same.synthetic.value[place]),
            synthetic_interval=same.synthetic.interval(place),
            agrees=bool(agree[place]),
            overlap=overlaps[place],
        )
        for place in np.argsort(-np.abs(same.train.value), kind="stable")
    )
