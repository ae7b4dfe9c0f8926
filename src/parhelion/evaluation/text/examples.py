"""Synthetic texts that may be shown: they copy nothing, and every word of them is one that many real texts share."""

import numpy as np
import pyarrow as pa

from parhelion.evaluation.case import UNORDERED
from parhelion.evaluation.detection.clues import texts as values_shown
from parhelion.evaluation.detection.logistic import probability
from parhelion.evaluation.text.copied import HARMLESS
from parhelion.evaluation.text.drawn import Bools, Drawn, Floats, Ints
from parhelion.evaluation.text.figures import TextExample
from parhelion.overlap import Originals

SHOWN, KNOWN = 6, 4  # texts; other columns of their rows
_ASKED, _SHORTEST, _LONGEST = 200, 12, 400  # texts that are checked once more; characters


def examples(drawn: Drawn, clean: Bools, log_odds: Floats) -> tuple[TextExample, ...]:
    """Those that the classifier is surest of first, one of each kind of row as long as there are any.

    clean: which synthetic texts copy nothing of train texts. log_odds: of being synthetic; NaN where it is not known.
    """
    places = np.flatnonzero(clean & np.isfinite(log_odds) & _plain(drawn))
    places = places[np.argsort(-log_odds[places], kind="stable")][:_ASKED]
    places = _unlike(drawn, _different(drawn, places))
    names = [column.name for column in drawn.case.columns if column.kind in UNORDERED][:KNOWN]
    rows = drawn.synthetic.rows
    known = {name: values_shown(drawn.case, name, rows[places]) for name in names}
    order = _turns([tuple(values[at] for values in known.values()) for at in range(len(places))])[:SHOWN]
    chances = probability(log_odds[places])
    return tuple(
        TextExample(
            row=int(rows[places[at]]), text=drawn.synthetic.written[places[at]], probability=float(chances[at]),
            known={name: values[at] for name, values in known.items()},
        )
        for at in order
    )  # fmt: skip


def _plain(drawn: Drawn) -> Bools:
    """Texts of a length that can be read, all of whose words may be shown."""
    tokens = drawn.synthetic.tokens
    hidden = np.bincount(tokens.text, ~drawn.shared[tokens.codes], minlength=len(tokens))
    sizes = np.array([len(text) for text in drawn.synthetic.written])
    plain: Bools = (hidden == 0) & (sizes >= _SHORTEST) & (sizes <= _LONGEST)
    return plain


def _different(drawn: Drawn, places: Ints) -> Ints:
    """The first of those that are the same."""
    first = {drawn.synthetic.written[place]: place for place in reversed(places)}
    return np.asarray([place for place in places if first[drawn.synthetic.written[place]] == place], np.int64)


def _unlike(drawn: Drawn, places: Ints) -> Ints:
    """Those that share as little with held-out texts: these are somebody's too."""
    if not len(places):
        return places
    texts = drawn.synthetic.whole.take(pa.array(places))
    held = Originals.of(drawn.holdout.whole)
    return np.asarray(places[~held.verbatim(texts) & (held.longest(texts) < HARMLESS)], np.int64)


def _turns(kinds: list[tuple[str, ...]]) -> list[int]:
    """Places in turns: the first of each kind, then the second of each.

    >>> _turns([("a",), ("a",), ("b",), ("a",)])
    [0, 2, 1, 3]
    """
    seen: dict[tuple[str, ...], int] = {}
    turn = []
    for kind in kinds:
        turn.append(seen.get(kind, 0))
        seen[kind] = turn[-1] + 1
    return sorted(range(len(kinds)), key=lambda at: turn[at])
