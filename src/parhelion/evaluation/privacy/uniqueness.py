"""How many rows share the quasi-identifiers that the user names (Sweeney 2002; Machanavajjhala et al. 2007)."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case, sample
from parhelion.evaluation.privacy.figures import Uniqueness
from parhelion.evaluation.privacy.told import Finding, Told
from parhelion.evaluation.rates import Rate, clearly_above
from parhelion.evaluation.rows import Alike, Hashes, alike, alone
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import percent

_MATCHED = Score(
    key="privacy.unique", title="Unique people found again", value=None, unit="share",
    meaning="Of the people in the training data whom the named columns (quasi-identifiers) tell from all others looked "
    "at, the share whose combination a synthetic row has, beside the same of equally many people never seen.",
    warning="A combination may be met by chance; what counts is the difference.",
)  # fmt: skip


def uniqueness(case: Case) -> tuple[Told, tuple[Uniqueness, ...]]:
    """Nothing where no quasi-identifiers are named."""
    columns = tuple(name for name in dict.fromkeys(case.config.quasi) if name in case.table.names)
    if not columns:
        return Told(), ()
    hashes = alike(case, columns)
    matched = _matched(case, hashes)
    target = next((name for name in case.config.target if name in case.table.names and name not in columns), None)
    values = (case.coded(target).train, case.coded(target).synthetic) if target else (None, None)
    train = _groups(hashes.train, values[0]).model_copy(
        update={
            "columns": columns,
            "matched": matched[0].share if matched[0].attempts else None,
            "reference": matched[1].share if matched[1].attempts and not case.cut else None,
        }
    )
    synthetic = _groups(hashes.synthetic, values[1]).model_copy(update={"columns": columns, "table": "synthetic"})
    return _told(case, *matched), (train, synthetic)


def _groups(hashes: Hashes, target: npt.NDArray[np.int32] | None) -> Uniqueness:
    _, kinds, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    shared = counts[kinds]
    return Uniqueness(
        columns=(),
        table="train",
        smallest=int(counts.min()),
        alone=float((shared == 1).mean()),
        below_5=float((shared < 5).mean()),
        below_10=float((shared < 10).mean()),
        diversity=None if target is None else _diversity(kinds, target),
    )


def _diversity(kinds: npt.NDArray[np.int64], target: npt.NDArray[np.int32]) -> int:
    """The least number of different target values in a group; a missing value is one."""
    pairs = np.unique(np.column_stack([kinds, target]), axis=0)
    return int(np.unique(pairs[:, 0], return_counts=True)[1].min())


def _matched(case: Case, hashes: Alike) -> tuple[Rate, Rate]:
    """Of rows that are alone among equally many, how many have a synthetic row's values: train rows, held-out rows."""
    rng, size = case.rng("privacy.uniqueness"), min(case.counts.train, case.counts.holdout)
    train, holdout = (
        _found(rows[sample(rng, len(rows), size)], hashes.synthetic) for rows in (hashes.train, hashes.holdout)
    )
    return train, holdout


def _found(rows: Hashes, synthetic: Hashes) -> Rate:
    single = rows[alone(rows)]
    return Rate(int(np.isin(single, synthetic).sum()), len(single))


def _told(case: Case, train: Rate, holdout: Rate) -> Told:
    if not train.attempts:
        return Told((_MATCHED.model_copy(update={"untold": "no train row is alone with its quasi-identifiers"}),))
    reference = holdout.share if holdout.attempts and not case.cut else None
    update = {"value": train.share, "reference": reference, "interval": train.interval(), "spread": "Wilson"}
    return Told((_MATCHED.model_copy(update=update),), () if case.cut else tuple(_findings(train, holdout)))


def _findings(train: Rate, holdout: Rate) -> Iterator[Finding]:
    if clearly_above(train, holdout, by=0.01):
        yield Finding(
            0.1 + train.share - holdout.share,
            f"The synthetic rows have the quasi-identifiers of {percent(train.share)} of the train rows that are alone "
            f"with theirs, and of {percent(holdout.share)} of such held-out rows.",
        )
