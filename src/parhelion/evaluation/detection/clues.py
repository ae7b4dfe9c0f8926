"""What a classifier goes by: columns, and the synthetic rows that it is surest of."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from parhelion.evaluation.case import Case
from parhelion.evaluation.codes import Coded
from parhelion.evaluation.detection.figures import Clue, Example
from parhelion.evaluation.detection.logistic import probability
from parhelion.evaluation.detection.sides import FOLDS, Bools, Drawn, Floats, Ints
from parhelion.evaluation.detection.tested import Learned, Tested, folded_auc
from parhelion.evaluation.rows import alike

CLUES, EXAMPLES, TELLING, SHOWN = 10, 5, 4, 40
RARE = "(rare)"
_LEAST = 0.001  # AUC that a column must be worth
_CELLS, _FEWEST_ROWS = 100_000, 500  # values that are shuffled in all; rows that are asked about at least
_TOGETHER = 1_000_000  # values that a model is asked about at once
_TYPICAL = 16  # real values that a value is replaced by
_PART = 0.1  # of a row's evidence, that a telling column has at least


def clues(found: Tested, names: Sequence[str], most: int, rng: np.random.Generator) -> tuple[Clue, ...]:
    """How much AUC each column is worth: shuffle it within a fold, and ask the models that never saw these rows.

    most: rows that are asked about; fewer where there are many columns.
    """
    rows = rng.permutation(len(found.rows))[: min(most, max(_CELLS // max(len(names), 1), _FEWEST_ROWS))]
    second, fold = found.sides.second[rows], found.sides.fold[rows]
    before = folded_auc(found.log_odds[rows], second, fold).value
    shuffled = np.zeros((len(names), len(rows)))
    for one in range(FOLDS):
        here = np.flatnonzero(fold == one)
        shuffled[:, here] = _without_each(found.models[one], found.rows[rows[here]], rng)
    drops = [before - folded_auc(each, second, fold).value for each in shuffled]
    every = [Clue(column=name, drop=drop) for name, drop in zip(names, drops, strict=True) if drop >= _LEAST]
    return tuple(sorted(every, key=lambda clue: -clue.drop)[:CLUES])


def _without_each(model: Learned, rows: Floats, rng: np.random.Generator) -> Floats:
    """(columns, rows): what the model says of rows in which one column is shuffled."""
    together, columns = max(1, _TOGETHER // max(rows.size, 1)), rows.shape[1]
    found = []
    for start in range(0, columns, together):
        some = range(start, min(start + together, columns))
        mixed = np.tile(rows, (len(some), 1, 1))
        for at, column in enumerate(some):
            mixed[at, :, column] = rng.permutation(rows[:, column])
        found.append(model.log_odds(mixed.reshape(-1, columns)).reshape(len(some), -1))
    return np.concatenate(found)


def examples(case: Case, drawn: Drawn, found: Tested, rng: np.random.Generator) -> tuple[Example, ...]:
    """The synthetic rows that the classifier is surest of. Never one that a real row equals."""
    typical = drawn.features.holdout[rng.integers(0, drawn.size, _TYPICAL)]
    places = _surest(case, drawn, found)
    rows = drawn.rows["synthetic"][places]
    shown = {column.name: texts(case, column.name, rows) for column in case.columns}
    made = []
    for at, (place, row) in enumerate(zip(places + drawn.size, rows, strict=True)):
        telling = _telling(found.models[found.sides.fold[place]], found.rows[place], typical, drawn.features.names)
        chance = float(probability(found.log_odds[place : place + 1])[0])
        values = {name: shown[name][at] for name in list(dict.fromkeys([*telling, *shown]))[:SHOWN]}
        made.append(Example(row=int(row), probability=chance, values=values, telling=tuple(telling)))
    return tuple(made)


def _surest(case: Case, drawn: Drawn, found: Tested) -> Ints:
    """Places among the synthetic rows drawn."""
    every = alike(case)
    own, evidence = drawn.hashes.synthetic, found.log_odds[found.sides.second]
    real = np.isin(own, every.train) | np.isin(own, every.holdout)
    order = np.argsort(-evidence, kind="stable")
    order = order[~real[order] & (evidence[order] > 0)]
    _, first = np.unique(own[order], return_index=True)
    return np.asarray(order[np.sort(first)][:EXAMPLES], np.int64)


def _telling(model: Learned, row: Floats, typical: Floats, names: Sequence[str]) -> list[str]:
    """The columns whose replacement by real values takes away most of the evidence."""
    replaced = np.tile(row, (len(names), len(typical), 1))
    for at in range(len(names)):
        replaced[at, :, at] = typical[:, at]
    evidence = float(model.log_odds(row[None])[0])
    left = model.log_odds(replaced.reshape(-1, len(names))).reshape(len(names), len(typical)).mean(1)
    lost = evidence - left
    order = np.argsort(-lost, kind="stable")[:TELLING]
    return [names[at] for at in order if lost[at] >= _PART * evidence]


def texts(case: Case, name: str, rows: Ints) -> list[str]:
    """Values of synthetic rows; empty where missing, and none that few real rows share: whoever has the income to the
    cent knows the person."""
    column = case.coded(name)
    codes = column.synthetic[rows]
    rare = _rare(column, case.config.protect)[codes]
    written = _written(case.values(name)[1].take(pa.array(rows)))
    return [
        RARE if hidden else (str(value) if code else "")
        for value, code, hidden in zip(written, codes, rare, strict=True)
    ]


def _rare(column: Coded, protect: int) -> Bools:
    """Which values only few real rows have."""
    counts = np.bincount(np.concatenate([column.train, column.holdout]), minlength=column.size)
    counts[0] = 0
    return np.asarray((counts > 0) & (counts < protect))


def _written(values: pa.Array) -> list[str | None]:
    if pa.types.is_duration(values.type):  # Arrow has no text for them
        return [None if each is None else str(each) for each in values.cast(pa.duration("us"), safe=False).to_pylist()]
    written: list[str | None] = values.cast(pa.string()).to_pylist()
    return written
