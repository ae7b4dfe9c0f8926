"""Attribute inference: is what is unknown of a person given away? (Giomi et al. 2023)"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, Case, sample
from parhelion.evaluation.features import Floats, numbers
from parhelion.evaluation.privacy.drawn import KNOWN
from parhelion.evaluation.privacy.figures import Guesses
from parhelion.evaluation.privacy.gower import Mixed, mixed, nearest_in_views
from parhelion.evaluation.privacy.guessing import guesses
from parhelion.evaluation.rates import Rate, rate_of, sure

SECRETS = 40  # columns at most
_TOLERANCE = 0.05
Right = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Inferred:
    """The attack on each secret, and on all of them together; empty where there are not two columns."""

    secrets: tuple[Guesses, ...] = ()
    whole: Guesses | None = None
    left_out: int = 0


def inference(case: Case) -> Inferred:
    """The guess is the secret of the synthetic row that is nearest in the columns known to the attacker.

    Those are the quasi-identifiers; without them, all columns but the secret.
    """
    names = [column.name for column in case.columns]
    known = [name for name in names if name in case.config.quasi]
    secrets = _secrets(case, [name for name in names if name not in known] or names)
    if len(names) < 2:
        return Inferred()
    chosen = secrets[:SECRETS]
    given = [known if len(known) < len(names) and known else [one for one in names if one != name] for name in chosen]
    right = _attacks(case, chosen, given)
    return Inferred(_each(chosen, *right), _whole(len(chosen), *right), len(secrets) - len(chosen))


def _secrets(case: Case, names: Sequence[str]) -> list[str]:
    """The columns that matter most first."""
    first = [name for name in (*case.config.target, *case.config.sensitive) if name in names]
    return list(dict.fromkeys([*first, *names]))


def _attacks(case: Case, secrets: list[str], given: list[list[str]]) -> tuple[Right, Right | None, Right]:
    """Which guesses are right, (rows, secrets): of train rows, of held-out rows, of train rows by chance."""
    train, synthetic, holdout = mixed(case)
    rng = case.rng("privacy.inference")
    known = sample(rng, len(synthetic), KNOWN)
    views = np.array([train.view(each) for each in given])
    same = [_Secret(case, name) for name in secrets]

    def attack(rows: Mixed, table: int) -> Right:
        asked = sample(rng, len(rows), case.limits.attacks)
        near = known[nearest_in_views(rows.take(asked), synthetic.take(known), views, 1)[:, :, 0]]
        return np.column_stack([secret.right(table, asked, near[:, view]) for view, secret in enumerate(same)])

    main, control = attack(train, 0), None if case.cut else attack(holdout, 2)
    asked, drawn = sample(rng, len(train), len(main)), rng.integers(len(synthetic), size=len(main))
    return main, control, np.column_stack([secret.right(0, asked, drawn) for secret in same])


class _Secret:
    """A column that is guessed."""

    def __init__(self, case: Case, name: str) -> None:
        kind, codes = case.table.column(name).kind, case.coded(name)
        self._codes = [codes.train, codes.synthetic, codes.holdout]
        self._values = numbers(*case.values(name)) if kind in ORDERED else None
        self._relative = kind in ("number", "duration")
        self._allowed = _TOLERANCE * _deviation(self._values[0]) if self._values else 0.0

    def right(self, table: int, asked: npt.NDArray[np.int64], guessed: npt.NDArray[np.int64]) -> Right:
        """Is the value of synthetic rows that of the rows asked about, or, if it is a number, within 5 % of itself?

        Dates, moments and places have no zero to be relative to: they may differ by 5 % of the deviation.
        """
        same = self._codes[table][asked] == self._codes[1][guessed]
        if self._values is None:
            return np.asarray(same)
        guess, truth = self._values[1][guessed], self._values[table][asked]
        with np.errstate(invalid="ignore", over="ignore"):
            allowed = _TOLERANCE * np.abs(guess) if self._relative else self._allowed
            return np.asarray(same | (np.abs(guess - truth) <= allowed))


def _deviation(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    size = np.abs(finite).max(initial=0.0) or 1.0  # squares of huge values would overflow
    return float((finite / size).std() * size) if len(finite) else 0.0


def _each(secrets: list[str], main: Right, control: Right | None, naive: Right) -> tuple[Guesses, ...]:
    """Intervals of the risks hold for all secrets together (Bonferroni)."""
    z = sure(len(secrets))
    return tuple(
        guesses(
            "attribute inference",
            name,
            main=_rate(main[:, at]),
            control=None if control is None else _rate(control[:, at]),
            naive=_rate(naive[:, at]),
            z=z,
        )
        for at, name in enumerate(secrets)
    )


def _rate(right: Right) -> Rate:
    return Rate(int(right.sum()), len(right))


def _whole(secrets: int, main: Right, control: Right | None, naive: Right) -> Guesses:
    detail = f"all {secrets} columns" if secrets > 1 else "one column"
    return guesses(
        "attribute inference",
        detail,
        main=_pooled(main),
        control=None if control is None else _pooled(control),
        naive=_pooled(naive),
    )


def _pooled(right: Right) -> Rate:
    """All guesses together; rows are drawn by chance, not guesses."""
    return rate_of(right.mean(1), most=right.size)
