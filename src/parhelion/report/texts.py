"""The part of the page about free text: its sentence, its charts, and the tables behind them."""

from collections.abc import Sequence

from markupsafe import Markup

from parhelion.evaluation.scores import Score
from parhelion.evaluation.text.figures import Exposed, Labelling, PersonalValues, Shared, TellingWord, Text, TextColumn
from parhelion.report import words
from parhelion.report.charts import Curve, Mark, Row, dots, ranks, roc
from parhelion.report.grids import Cell, Grid

MOST = 12
_WHOLE = (0.0, 1.0)


def told(part: Text) -> str:
    """What was found, in a sentence or two.

    >>> from parhelion.evaluation.scores import Score
    >>> copies = Score(key="text.copies", title="", value=0.0, unit="share", meaning="")
    >>> told(Text(scores=(copies,)))
    'No text repeats one that was learned from.'
    """
    known = {score.key: score for score in part.scores if score.value is not None}
    said = [_useful(known), _copied(known), _named(known), _secrets(part.canaries)]
    return " ".join(filter(None, said))


def _useful(known: dict[str, Score]) -> str:
    score = known.get("text.accuracy")
    if score is None:
        return ""
    return (
        f"A model that learned from synthetic texts gives {words.share(score.value)} of unseen real texts the right "
        f"label; one that learned from real texts, {words.share(score.reference)}."
    )


def _copied(known: dict[str, Score]) -> str:
    score = known.get("text.copies")
    if score is None:
        return ""
    if not score.value:
        return "No text repeats one that was learned from."
    return f"{words.share(score.value)} of texts repeat one that was learned from, or 50 characters in a row of one."


def _named(known: dict[str, Score]) -> str:
    score = known.get("text.personal")
    if score is None:
        return ""
    if not score.value:
        return "No personal value of those learned from was found."
    return f"{words.share(score.value)} of texts have personal values of those learned from."


def _secrets(canaries: Sequence[Exposed]) -> str:
    if not canaries:
        return ""
    out = sum(one.verbatim for one in canaries)
    return f"Of {words.many(len(canaries), 'planted secret')}, {out or 'none'} came out."


def labels(one: Labelling) -> Markup:
    """The labels that synthetic texts are worst at."""
    rows = [
        Row(f"{label.name} · {words.many(label.texts, 'text')}",
            (Mark("real", label.f1_real), Mark("synthetic", label.f1_synthetic)))
        for label in one.labels[:MOST]
    ]  # fmt: skip
    return dots("F1 of each label on unseen real texts", rows, told=words.share, ends=_WHOLE)


def labels_grid(one: Labelling) -> Grid:
    return Grid(
        ("Label", "Held-out texts", "Found, synthetic", "Found, real", "F1, synthetic", "F1, real"),
        [
            (words.short(label.name), Cell(words.count(label.texts), label.texts), _share(label.recall_synthetic),
             _share(label.recall_real), _share(label.f1_synthetic), _share(label.f1_real))
            for label in one.labels
        ],
    )  # fmt: skip


def _share(value: float | None) -> Cell:
    return Cell(words.share(value), value)


def shared(every: Sequence[Shared]) -> Markup:
    rows = [
        Row(f"{one.characters} characters or more", (Mark("real", one.holdout), Mark("synthetic", one.synthetic)))
        for one in every
    ]
    return dots(
        "Texts that share so many characters in a row with one learned from", rows, told=words.share, stems=True
    )


def shared_grid(every: Sequence[Shared]) -> Grid:
    return Grid(
        ("Characters in a row", "Synthetic texts", "Unseen real texts"),
        [
            (f"{one.characters} or more", _share(one.synthetic),
             _share(one.holdout))
            for one in every
        ],
    )  # fmt: skip


def telling(every: Sequence[TellingWord]) -> Markup:
    rows = [Row(one.word, (Mark("real", one.real), Mark("synthetic", one.synthetic))) for one in every[:MOST]]
    return dots("Share of texts that have each word", rows, told=words.share)


def telling_grid(every: Sequence[TellingWord]) -> Grid:
    return Grid(
        ("Word", "Synthetic texts", "Unseen real texts"),
        [
            (words.short(one.word), _share(one.synthetic),
             _share(one.real))
            for one in every
        ],
    )  # fmt: skip


def traits(column: TextColumn) -> Grid:
    """What texts are like."""
    rows: list[tuple[str | Cell, ...]] = []
    for one in column.traits:
        show = words.share if one.share else words.number
        name = one.name if one.share else f"{one.name}, on average"
        means = (one.means.synthetic, one.means.train, one.means.holdout)
        rows.append((name, *(Cell(show(value), value) for value in means)))
    return Grid(("Texts", "Synthetic", "Real", "Held out"), rows)


def zipf(column: TextColumn) -> Markup:
    """How often the word of each rank comes."""
    curves = [
        Curve("real", [(rank, each.holdout or 0.0) for rank, each in column.zipf], "real"),
        Curve("synthetic", [(rank, each.synthetic or 0.0) for rank, each in column.zipf], "synthetic"),
    ]
    return ranks("How often words come, by their rank", curves)


def zipf_grid(column: TextColumn) -> Grid:
    rows = [
        (words.count(rank), *map(words.share, (each.synthetic, each.train, each.holdout))) for rank, each in column.zipf
    ]
    return Grid(("Rank", "Synthetic", "Real", "Held out"), rows)


def found(column: TextColumn) -> Markup:
    return roc("Texts found by the attack", [Curve("likelihood ratio", column.curve, "synthetic")], log=True)


def found_grid(column: TextColumn) -> Grid:
    few = [point for point in column.curve if point[0] in (0.0, 1.0) or any(abs(point[0] - at) < 2e-3 for at in _AT)]
    return Grid(("Wrongly accused", "Found"), [(words.share(rate), words.share(up)) for rate, up in few])


_AT = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5)


def personal(every: Sequence[PersonalValues]) -> Grid:
    return Grid(
        ("Sort of value", "In texts learned from", "Of these in synthetic texts"),
        [(one.sort, Cell(words.count(one.real), one.real), Cell(words.count(one.synthetic), one.synthetic))
         for one in every],
    )  # fmt: skip


def canaries(every: Sequence[Exposed]) -> Grid:
    return Grid(
        ("Planted as", "Times", "Came out", "Exposure", "at most"),
        [
            (words.short(one.form), Cell(words.count(one.times), one.times), "yes" if one.verbatim else "no",
             Cell(words.measured(one.exposure, "bits"), one.exposure), words.measured(one.most, "bits"))
            for one in every
        ],
        texts=(2,),
    )  # fmt: skip
