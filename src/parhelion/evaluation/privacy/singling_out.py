"""Singling out: is there a description that only one person answers? (Giomi et al. 2023)"""

import numpy as np

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.privacy.figures import Guesses
from parhelion.evaluation.privacy.guessing import guesses
from parhelion.evaluation.privacy.queries import Coding, Queries, by_chance, multivariate, univariate, unseen_successes
from parhelion.evaluation.rates import Rate, rate_of
from parhelion.evaluation.rows import Alike, first_of_each

_WIDTH = 3
_OWN = 0.5  # share of train rows that differ, below which rows that are the same are different people


def singling_out(case: Case, hashes: Alike) -> tuple[Guesses, ...]:
    """By one column and by three together. Rows that are the same count as one, as of one person, unless most real
    rows have their like: then they are different people, none of whom their values single out.
    """
    tables = _codings(case, hashes)
    rng, width = case.rng("privacy.singling_out"), min(_WIDTH, len(case.columns))
    attacks = {
        "by one column": univariate(tables[1], case.limits.attacks, rng),
        f"by {width} columns": multivariate(tables[1], case.limits.attacks, width, rng),
    }
    found = (_tried(case, detail, queries, tables, rng) for detail, queries in attacks.items() if len(queries))
    return tuple(found)


def _codings(case: Case, hashes: Alike) -> tuple[Coding, Coding, Coding]:
    """Train, synthetic and held-out rows: each row once, or all of them where most are alike."""
    alike = len(first_of_each(hashes.train)) < _OWN * len(hashes.train)
    coded = [case.coded(column.name) for column in case.columns]
    ordered = np.array([column.kind in ORDERED for column in case.columns])
    sizes = np.array([column.size for column in coded])
    train, synthetic, holdout = (
        Coding(np.array([getattr(column, name)[rows] for column in coded], np.int32), sizes, ordered)
        for name, each in zip(Alike._fields, hashes, strict=True)
        for rows in [np.arange(len(each)) if alike else first_of_each(each)]
    )
    return train, synthetic, holdout


def _tried(
    case: Case, detail: str, queries: Queries, tables: tuple[Coding, Coding, Coding], rng: np.random.Generator
) -> Guesses:
    train, synthetic, holdout = tables
    many, answers = len(queries), train.answers(queries)
    main = Rate(int((answers == 1).sum()), many)
    naive = train.answers(by_chance(synthetic, many, queries.columns.shape[1], rng), most=1)
    control = None
    if not case.cut:
        rows = train.codes.shape[1], holdout.codes.shape[1]
        control = rate_of(
            unseen_successes(answers, holdout.answers(queries), rows), most=many * min(1.0, rows[1] / rows[0])
        )
    chance = Rate(int((naive == 1).sum()), many)
    return guesses("singling out", detail, main=main, control=control, naive=chance)
