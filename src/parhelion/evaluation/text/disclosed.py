"""Personal values of the texts learned from that occur in synthetic texts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from parhelion.evaluation.privacy.told import Finding, Told
from parhelion.evaluation.rates import Rate
from parhelion.evaluation.scores import Score
from parhelion.evaluation.text.drawn import Bools, Drawn
from parhelion.evaluation.text.figures import PersonalValues
from parhelion.personal import SORTS, Sort, normal_value, values_of

Value = tuple[Sort, str]
_SAID: dict[Sort, str] = {
    "iban": "IBAN", "ip_address": "IP address", "url": "web address", "national_id": "national number",
}  # fmt: skip


class Found(NamedTuple):
    """clean: which of the synthetic texts drawn have no personal value of an original."""

    told: Told
    values: tuple[PersonalValues, ...]
    clean: Bools


def personal(drawn: Drawn) -> Found:
    """Values that fewer than `protect` of the real texts learned from have: what more share points at nobody."""
    learned = _values(drawn.train.texts)
    if drawn.case.cut:
        learned += _values(drawn.holdout.texts)
    having = Counter(value for values in learned for value in values)
    rare = {value for value, many in having.items() if many < drawn.case.config.protect}
    made, unseen = ([values & rare for values in _values(side.texts)] for side in (drawn.synthetic, drawn.holdout))
    flags = np.array([bool(values) for values in made], bool)
    score = _score(flags, None if drawn.case.cut else float(np.mean([bool(values) for values in unseen])))
    return Found(Told((score,), tuple(_findings(made, flags))), _counted(rare, set().union(*made)), ~flags)


def _values(texts: pa.Array) -> list[set[Value]]:
    """The different values of each text, as they are compared."""
    return [{(value.sort, normal_value(value.sort, value.text)) for value in values} for values in values_of(texts)]


def _score(flags: Bools, reference: float | None) -> Score:
    rate = Rate(int(flags.sum()), len(flags))
    return Score(
        key="text.personal", title="Personal values of real people", value=rate.share, reference=reference, ideal=0.0,
        interval=rate.interval(), spread="Wilson", unit="share",
        meaning="The share of synthetic texts with a name, address, number or other personal value that a few of the "
        "texts learned from have, beside the share of texts never seen that have such a value by chance.",
        warning="Found by patterns and lists of names: what they do not know is not counted.",
    )  # fmt: skip


def _counted(rare: set[Value], made: set[Value]) -> tuple[PersonalValues, ...]:
    there, out = (Counter(sort for sort, _ in values) for values in (rare, made))
    return tuple(
        PersonalValues(sort=said(sort), real=there[sort], synthetic=out[sort]) for sort in SORTS if there[sort]
    )


def said(sort: Sort) -> str:
    """
    >>> said("first_name"), said("iban")
    ('first name', 'IBAN')
    """
    return _SAID.get(sort, sort.replace("_", " "))


def _findings(made: Sequence[set[Value]], flags: Bools) -> Iterator[Finding]:
    texts, values = int(flags.sum()), set().union(*made)
    if texts:
        sorts = Counter(said(sort) for sort, _ in values).most_common(3)
        named = ", ".join(f"{sort} ({many:,})" for sort, many in sorts)
        yield Finding(
            0.7 + float(flags.mean()),
            f"{texts:,} synthetic text{'s have' if texts > 1 else ' has'} personal values that stand in the texts "
            f"learned from: {named}",
        )
