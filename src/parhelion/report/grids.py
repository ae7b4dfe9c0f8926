"""The tables of the page: what stands behind each chart, cell by cell, as text and as what it is sorted by."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from parhelion.evaluation.detection.figures import Clue, Test
from parhelion.evaluation.fairness.figures import Group
from parhelion.evaluation.fidelity.figures import ColumnFidelity, Distribution, PairFidelity, TripleFidelity
from parhelion.evaluation.privacy.figures import AtRisk, Guesses, Membership, Uniqueness
from parhelion.evaluation.rules_kept import RuleKept
from parhelion.evaluation.scores import Figure, Three
from parhelion.evaluation.utility.figures import Coefficient, Importance, Predictions
from parhelion.report import words


class Cell(NamedTuple):
    """What a cell shows, and the number that it is sorted by, if any."""

    text: str
    value: float | None = None


Row = tuple[str | Cell, ...]


class Grid(NamedTuple):
    """A table: the names of its columns, and rows whose first cell names them. texts: places of columns of words."""

    head: tuple[str, ...]
    rows: Sequence[Row]
    texts: tuple[int, ...] = ()


def _share(value: float | None) -> Cell:
    return Cell(words.share(value), value)


def _number(value: float | None, unit: str = "") -> Cell:
    return Cell(words.measured(value, unit), value)


def _beside(figure: Figure | None, unit: str = "share") -> tuple[Cell, Cell]:
    if figure is None:
        return Cell(words.NONE), Cell(words.NONE)
    return _number(figure.value, unit), _number(figure.reference, unit)


def _three(three: Three | None, unit: str = "share") -> tuple[Cell, Cell, Cell]:
    if three is None:
        return Cell(words.NONE), Cell(words.NONE), Cell(words.NONE)
    return _number(three.synthetic, unit), _number(three.train, unit), _number(three.holdout, unit)


def _times(figure: Figure | None) -> Cell:
    return Cell(words.times(figure), None if figure is None else figure.ratio)


def _known(grid: Grid) -> Grid:
    """A table without the columns in which nothing is told."""
    told = [
        at
        for at in range(len(grid.head))
        if any((cell if isinstance(cell := row[at], str) else cell.text) != words.NONE for row in grid.rows)
    ]
    return Grid(
        tuple(grid.head[at] for at in told),
        [tuple(row[at] for at in told) for row in grid.rows],
        tuple(place for place, at in enumerate(told) if at in grid.texts),
    )


def columns(every: Iterable[ColumnFidelity]) -> Grid:
    head = (
        "Column", "Kind", "Distance", "of real rows", "Times", "Values move by", "of real rows", "Missing",
        "in real rows", "Coverage", "Never seen", "Copied values", "Different values",
    )  # fmt: skip
    return _known(Grid(head, [_column(one) for one in every], texts=(1,)))


def _column(one: ColumnFidelity) -> Row:
    return (
        words.short(one.name), one.kind, *_beside(one.distance), _times(one.distance),
        *_beside(one.wasserstein, one.unit), _share(one.missing.synthetic), _share(one.missing.train),
        _share(one.coverage.synthetic if one.coverage else None), _share(one.unseen.value if one.unseen else None),
        _share(one.copied.value if one.copied else None), _share(one.unique.synthetic if one.unique else None),
    )  # fmt: skip


def distribution(chart: Distribution) -> Grid:
    """The shares in each bin, or of each category."""
    names = tuple(f"{low} to {high}" for low, high in pairwise(chart.labels)) if chart.edges else chart.labels
    rows = zip(names, chart.synthetic, chart.train, chart.holdout, strict=False)
    return Grid(
        ("Value", "Synthetic", "Real", "Held out"),
        [(words.short(name, 40), *map(words.share, shares)) for name, *shares in rows],
    )


def pairs(every: Iterable[PairFidelity]) -> Grid:
    head = (
        "Pair",
        "Distance",
        "of real rows",
        "Measure",
        "Synthetic",
        "Real",
        "Held out",
        "Bits, synthetic",
        "Bits, real",
    )
    return Grid(head, [_pair(one) for one in every], texts=(3,))


def _pair(one: PairFidelity) -> Row:
    return (
        f"{words.short(one.first, 40)} · {words.short(one.second, 40)}", *_beside(one.distance), one.measure,
        *_three(one.association, ""), _number(one.information.synthetic), _number(one.information.train),
    )  # fmt: skip


def triples(every: Iterable[TripleFidelity]) -> Grid:
    return Grid(
        ("Columns", "Distance", "of real rows", "Times"),
        [
            (" · ".join(words.short(name, 30) for name in one.columns), *_beside(one.distance), _times(one.distance))
            for one in every
        ],
    )


def tests(every: Iterable[Test]) -> Grid:
    return Grid(
        ("Classifier", "Told from", "AUC", "95 % interval", "Real rows", "Rows a side"),
        [
            (one.classifier, "unseen real rows" if one.against == "holdout" else "the rows learned from",
             _number(one.auc, "AUC"), words.interval(one.interval, "AUC"), _number(one.reference, "AUC"),
             Cell(words.count(one.rows), one.rows))
            for one in every
        ],
        texts=(1,),
    )  # fmt: skip


def clues(every: Iterable[Clue]) -> Grid:
    return Grid(("Column", "AUC lost without it"), [(words.short(one.column), _number(one.drop)) for one in every])


def predictions(models: Sequence[Predictions]) -> Grid:
    names = list(dict.fromkeys(name for model in models for name in model.scores))
    rare = list(dict.fromkeys(name for model in models for name in model.rarest))
    return Grid(
        ("Learned from", "Rows", *names, *(f"{name}, rarest class" for name in rare)),
        [
            (_source(model), Cell(words.count(model.rows), model.rows), *(_scored(model, name) for name in names),
             *(_number(model.rarest.get(name), "AUC") for name in rare))
            for model in models
        ],
    )  # fmt: skip


def _source(model: Predictions) -> str:
    return {"train": "real rows", "synthetic": "synthetic rows", "train + synthetic": "both"}[model.learned_from]


def _scored(model: Predictions, name: str) -> Cell:
    unit = "" if name in {"RMSE", "MAE"} else "AUC"
    value, ends = model.scores.get(name), model.intervals.get(name)
    between = f" ({words.interval(ends, unit)})" if ends else ""
    return Cell(words.measured(value, unit) + between, value)


def calibrations(models: Iterable[Predictions]) -> Grid:
    return Grid(
        ("Learned from", "Predicted", "Observed", "Share of rows"),
        [(_source(model), *map(_share, point)) for model in models for point in model.calibration],
    )


def importances(every: Iterable[Importance]) -> Grid:
    return Grid(
        ("Column", "Learned from synthetic rows", "from real rows"),
        [(words.short(one.column), _number(one.synthetic), _number(one.train)) for one in every],
    )


def coefficients(every: Iterable[Coefficient]) -> Grid:
    return Grid(
        ("Term", "Synthetic", "95 % interval", "Real", "95 % interval", "Overlap", "Same conclusion"),
        [
            (words.short(one.term), _number(one.synthetic), words.interval(one.synthetic_interval), _number(one.train),
             words.interval(one.train_interval), _share(one.overlap), "yes" if one.agrees else "no")
            for one in every
        ],
    )  # fmt: skip


def memberships(every: Iterable[Membership]) -> Grid:
    rates = list(dict.fromkeys(rate for one in every for rate in one.tpr))
    return Grid(
        ("Attack", "AUC", "95 % interval", *(f"Found at {rate} false alarms" for rate in rates), "Members", "Others"),
        [
            (one.attack, _number(one.auc, "AUC"), words.interval(one.interval, "AUC"),
             *(_share(one.tpr.get(rate)) for rate in rates), words.count(one.members), words.count(one.others))
            for one in every
        ],
    )  # fmt: skip


def guesses(every: Iterable[Guesses]) -> Grid:
    return Grid(
        ("Attack", "On", "Attempts", "Right on members", "95 % interval", "Right on others", "By chance", "Risk",
         "95 % interval"),
        [
            (one.attack, words.short(one.detail), Cell(words.count(one.attempts), one.attempts), _share(one.main),
             words.interval(one.main_interval, "share"), _share(one.control), _share(one.naive), _share(one.risk),
             words.interval(one.risk_interval, "share"))
            for one in every
        ],
        texts=(1,),
    )  # fmt: skip


def at_risk(every: Iterable[AtRisk]) -> Grid:
    return Grid(
        ("Row", "Score", "Strangers below it", "Why"),
        [
            (Cell(words.count(one.row), one.row), _number(one.score), _share(one.percentile), one.why)
            for one in every
        ],
        texts=(3,),
    )  # fmt: skip


def uniqueness(every: Iterable[Uniqueness]) -> Grid:
    head = (
        "Columns", "Table", "Smallest group", "Rows alone", "in groups under 5", "under 10",
        "Least values of the target", "Alone and found in synthetic rows", "of strangers",
    )  # fmt: skip
    return _known(Grid(head, [_unique(one) for one in every], texts=(1,)))


def _unique(one: Uniqueness) -> Row:
    return (
        " · ".join(words.short(name, 30) for name in one.columns), "real" if one.table == "train" else "synthetic",
        Cell(words.count(one.smallest), one.smallest), _share(one.alone), _share(one.below_5), _share(one.below_10),
        words.NONE if one.diversity is None else words.count(one.diversity), _share(one.matched), _share(one.reference),
    )  # fmt: skip


def groups(every: Iterable[Group]) -> Grid:
    head = (
        "Group", "Rows", "Synthetic share", "Real share", "Held out", "Outcome, synthetic", "Outcome, real",
        "Predicted, learned from synthetic", "from real", "Rightly predicted, synthetic", "real", "Distance",
        "of real rows", "Score", "of real rows",
    )  # fmt: skip
    return _known(Grid(head, [_group(one) for one in every]))


def _group(one: Group) -> Row:
    return (
        words.short(one.name), Cell(words.count(one.rows), one.rows), *_three(one.share),
        *_three(one.outcome, "")[:2], *_beside(one.positive_rate), *_beside(one.true_positive_rate),
        *_beside(one.distance), *_beside(one.score, "AUC"),
    )  # fmt: skip


def rules(every: Iterable[RuleKept]) -> Grid:
    head = ("Rule", "From", "Synthetic", "Real", "Held out", "Rows that break it", "allowed", "The first of them")
    return Grid(
        head,
        [
            (words.short(one.rule, 120), "given" if one.given else "found", *_three(one.kept),
             Cell(words.count(one.breaks.synthetic), one.breaks.synthetic), Cell(words.count(one.allowed), one.allowed),
             ", ".join(map(words.count, one.broken[:5])) or words.NONE)
            for one in every
        ],
        texts=(1, 7),
    )  # fmt: skip
