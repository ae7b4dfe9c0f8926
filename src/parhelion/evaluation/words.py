"""A report as plain text."""

from collections.abc import Iterator, Sequence

from parhelion.evaluation.fidelity.figures import ColumnFidelity
from parhelion.evaluation.report import Report
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import shown

COLUMNS, WIDTH = 10, 40


def as_text(report: Report) -> str:
    """The verdict, the headlines, what is wrong, and the columns that are farthest from real rows."""
    headlines = [("", "synthetic", "real rows"), *(_line(score) for score in report.headline)]
    columns = [("column", "distance", "real rows"), *_columns(report.fidelity.columns)]
    worst = [f"- {sentence}" for sentence in report.worst]
    parts = [report.verdict.sentence, _aligned(headlines), "\n".join(worst), _aligned(columns)]
    return "\n\n".join(filter(None, parts))


def _line(score: Score) -> tuple[str, ...]:
    value, reference = (
        "-" if figure is None else shown(figure, score.unit) for figure in (score.value, score.reference)
    )
    return score.title, value, reference


def _columns(columns: Sequence[ColumnFidelity]) -> Iterator[tuple[str, ...]]:
    for column in columns[:COLUMNS]:
        if column.distance is not None:
            yield short(column.name), f"{column.distance.value:.4f}", f"{column.distance.reference:.4f}"
    if len(columns) > COLUMNS:
        yield f"and {len(columns) - COLUMNS} more", "", ""


def short(name: str) -> str:
    """A name on one line, cut where it is long.

    >>> short("a\\nb"), short("x" * 50)
    ('a b', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    line = " ".join(name.split())
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def _aligned(lines: Sequence[tuple[str, ...]]) -> str:
    """Words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
