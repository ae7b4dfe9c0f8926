"""All of free text, from three tables to figures."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from parhelion.evaluation.case import Case
from parhelion.evaluation.privacy.told import Finding, Told, together, untold
from parhelion.evaluation.scores import Score
from parhelion.evaluation.text import exposing, likeness
from parhelion.evaluation.text.apart import apart
from parhelion.evaluation.text.copied import copied
from parhelion.evaluation.text.disclosed import personal
from parhelion.evaluation.text.drawn import LONGEST, Drawn, drawn
from parhelion.evaluation.text.embedding import Embedder, embedded
from parhelion.evaluation.text.examples import examples
from parhelion.evaluation.text.figures import Exposed, Text, TextColumn
from parhelion.evaluation.text.membership import membership
from parhelion.evaluation.text.usefulness import UTILITY, useful
from parhelion.evaluation.text.variety import varied


class Measured(NamedTuple):
    figures: TextColumn
    told: Told


def measure(case: Case) -> Text:
    """Is the text useful, like real text, varied, and nobody's own words? Without text columns there is nothing to say.

    >>> from parhelion.evaluation.reading import case_of
    >>> import pyarrow as pa
    >>> from parhelion.schema import Table, TextColumn
    >>> rows = pa.table({"note": [f"this is the note number {at % 7} of somebody" for at in range(60)]})
    >>> table = Table(name="notes", columns=(TextColumn(name="note"),))
    >>> found = measure(case_of(rows, rows, rows, table, quick=True))
    >>> found.columns[0].name, next(one.value for one in found.scores if one.key == "text.verbatim")
    ('note', 1.0)
    """
    names = [column.name for column in case.table.columns if column.kind == "text"]
    every_column = [drawn(case, name) for name in names]
    embedder = Embedder(case.config.embedder) if names and case.config.embedder is not None else None
    found = [_measured(each, embedder) for each in every_column if each.size]
    canaries = _canaries(case, names)
    told = [_named(one) if len(found) > 1 else one.told for one in found]
    told += [_nothing(each) for each in every_column if not each.size]
    every = together([*told, exposing.told(canaries)])
    return Text(
        scores=(*_worst([one.scores for one in told]), *exposing.told(canaries).scores),
        findings=tuple(finding.sentence for finding in sorted(every.findings, key=lambda one: -one.weight)),
        notes=tuple(dict.fromkeys(every.notes)) + ((_SEVERAL,) if len(found) > 1 else ()),
        columns=tuple(one.figures for one in found),
        canaries=tuple(canaries),
    )


_SEVERAL = "there are several columns of text: each score is of the column that is worst by it"


def _named(column: Measured) -> Told:
    """What was told of one of several columns, with its name."""
    name, told = column.figures.name, column.told
    return told._replace(
        findings=tuple(
            finding if name in finding.sentence else finding._replace(sentence=f"{name}: {finding.sentence}")
            for finding in told.findings
        )
    )


def _nothing(texts: Drawn) -> Told:
    """A column that has no text in one of the tables."""
    counts = texts.counts
    empty = {"real": counts.train, "synthetic": counts.synthetic, "held-out": counts.holdout}
    missing = " and ".join(name for name, many in empty.items() if not many)
    said = f"the {missing} rows have no text in {texts.name}"
    findings = (Finding(0.9, f"{said[0].upper()}{said[1:]}"),) if counts.train and not counts.synthetic else ()
    return untold(UTILITY, said)._replace(findings=findings, notes=(said,))


def _measured(texts: Drawn, embedder: Embedder | None) -> Measured:
    """One column."""
    usefulness, labellings = useful(texts)
    like = Told(tuple(likeness.scores(texts)))
    habits = likeness.traits(texts)
    said = tuple(likeness.findings({score.key: score for score in like.scores}, habits))
    told_apart, copies, values, attacked = apart(texts), copied(texts), personal(texts), membership(texts)
    parts = (
        usefulness, told_apart.told, copies.told, values.told, attacked.told, like._replace(findings=said),
        varied(texts), Told() if embedder is None else embedded(texts, embedder), Told(notes=tuple(_notes(texts))),
    )  # fmt: skip
    figures = TextColumn(
        name=texts.name,
        texts=texts.counts,
        lengths=likeness.lengths_drawn(texts),
        traits=habits,
        zipf=likeness.zipf(texts),
        labellings=labellings,
        telling=told_apart.words,
        shared=copies.shared,
        personal=values.values,
        examples=examples(texts, copies.clean & values.clean, told_apart.log_odds),
        curve=attacked.curve,
    )
    return Measured(figures, together(parts))


def _notes(texts: Drawn) -> Iterator[str]:
    looked = ", ".join(
        f"{len(side):,} {name}" for name, side in
        (("train", texts.train), ("synthetic", texts.synthetic), ("held-out", texts.holdout))
    )  # fmt: skip
    counts = texts.counts
    whole = (len(texts.train), len(texts.synthetic), len(texts.holdout)) == (
        counts.train, counts.synthetic, counts.holdout,
    )  # fmt: skip
    yield f"{texts.name}: {looked} texts were read" + ("" if whole else ", drawn by chance from all")
    yield (
        f"distances, vocabulary and diversity are of {texts.size:,} texts of each table, so that chance weighs equally "
        f"on both sides; of a text its first {LONGEST:,} characters count, but for copies all"
    )


def _worst(columns: Sequence[Sequence[Score]]) -> Iterator[Score]:
    """Of each score that of the column that is worst by it."""
    for key in dict.fromkeys(score.key for scores in columns for score in scores):
        same = [score for scores in columns for score in scores if score.key == key]
        known = [score for score in same if score.value is not None]
        yield max(known, key=_badness) if known else same[0]


def _badness(score: Score) -> float:
    worse = score.worse_by
    return worse if worse is not None else float(np.nan_to_num(score.value or 0.0))


def _canaries(case: Case, names: Sequence[str]) -> list[Exposed]:
    if case.canaries is None:
        return []
    found = []
    for name in names:
        rng = case.rng(f"text.canaries.{name}")
        texts = case.echoes.get(name, case.values(name)[1])
        found += exposing.exposure(texts, case.canaries, rng, column=name)
    return found
