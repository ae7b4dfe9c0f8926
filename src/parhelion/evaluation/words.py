"""Figures in plain words, and as a table of plain text."""

from collections.abc import Iterator

from parhelion.evaluation.figures import ColumnNearness, Figure, Nearness

# Ratios up to which distances are called so; two sets of real rows differ by chance as well.
_LEVELS = (
    (1.25, "about as near to unseen real rows as other real rows are"),
    (2.0, "near to unseen real rows, though not as near as other real rows are"),
    (float("inf"), "far from unseen real rows"),
)
_SHOWN, _WIDTH = 10, 40


def sentence(figures: Nearness) -> str:
    """All of it in plain words."""
    return " ".join(filter(None, (_distances(figures), _worst(figures), _copies(figures))))


def notes(figures: Nearness) -> tuple[str, ...]:
    """How it was compared."""
    made = [
        f"{figures.rows:,} rows of each table were compared at a time"
        + (f", the mean of {figures.draws} draws" if figures.draws > 1 else "")
    ]
    if len(figures.pairs) < figures.pairs_in_all:
        made.append(f"{len(figures.pairs):,} of {figures.pairs_in_all:,} pairs of columns were drawn and compared")
    unlike = [column.name for column in figures.columns if column.distance is None]
    if unlike:
        named = ", ".join(map(_short, unlike[:_SHOWN])) + (
            f" and {len(unlike) - _SHOWN} more" if len(unlike) > _SHOWN else ""
        )
        made.append(f"no distance is told of identifiers, text, personal values and constants: {named}")
    return tuple(made)


def _distances(figures: Nearness) -> str:
    if figures.column_distance is None:
        return "No column has values that can be compared."
    told = f"columns are {_times(figures.column_distance)}"
    judged = [figures.column_distance]
    if figures.pair_distance is not None:
        told += f", pairs of columns {_times(figures.pair_distance)}"
        judged.append(figures.pair_distance)
    ratio = max(_ratio(figure) for figure in judged)
    level = next(words for upto, words in _LEVELS if ratio <= upto)
    return f"The synthetic rows are {level}: {told} the distance between two sets of real rows."


def _ratio(figure: Figure) -> float:
    return float("inf") if figure.ratio is None else figure.ratio


def _times(figure: Figure) -> str:
    return "infinitely many times" if figure.ratio is None else f"{figure.ratio:.2f} times"


def _worst(figures: Nearness) -> str:
    worst = figures.columns[0]
    if worst.distance is None or worst.distance.excess < 0.01 or _ratio(worst.distance) <= 2:
        return ""
    return (
        f"The farthest column is {_short(worst.name)!r} at {worst.distance.value:.3f}, "
        f"where real rows are at {worst.distance.reference:.3f}."
    )


def _copies(figures: Nearness) -> str:
    if figures.copies is None:
        return ""
    own, real = _percent(figures.copies.value), _percent(figures.copies.reference)
    return f"{own} of them equal a row learned from; of unseen real rows {real} do."


def _percent(share: float) -> str:
    """
    >>> _percent(0.0), _percent(0.00001), _percent(0.1234)
    ('0 %', '<0.1 %', '12.3 %')
    """
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{100 * share:.1f} %" if share else "0 %"


def as_text(figures: Nearness, rows: int | None = None) -> str:
    """A table of plain text: the columns, the farthest first, and the whole. rows: at most so many columns of it."""
    lines = [_HEAD, *(_line(column) for column in figures.columns[:rows])]
    left = len(figures.columns) - len(lines) + 1
    lines += [(f"and {left} columns that are nearer", "", "", "", "", "")] if left else []
    lines += [*_totals(figures)]
    told = [_aligned(lines), *_farthest(figures), "", figures.sentence, *(f"({note})" for note in figures.notes)]
    return "\n".join(told)


_HEAD = ("column", "kind", "distance", "real rows", "times", "missing (real)")


def _line(column: ColumnNearness) -> tuple[str, ...]:
    missing = f"{_percent(column.missing.synthetic or 0)} ({_percent(column.missing.holdout or 0)})"
    if column.distance is None:
        copied = "" if column.copied is None else f"copied {_percent(column.copied.value)}"
        return column.name, column.kind, "-", "-", "-", f"{missing} {copied}".strip()
    return column.name, column.kind, *_three(column.distance), missing


def _three(figure: Figure) -> tuple[str, str, str]:
    ratio = "-" if figure.ratio is None else f"{figure.ratio:.2f}"
    return f"{figure.value:.4f}", f"{figure.reference:.4f}", ratio


def _totals(figures: Nearness) -> Iterator[tuple[str, ...]]:
    for name, figure in (("all columns", figures.column_distance), ("all pairs", figures.pair_distance)):
        if figure is not None:
            yield name, "", *_three(figure), ""


def _farthest(figures: Nearness) -> Iterator[str]:
    far = [pair for pair in figures.pairs[:3] if pair.distance.excess > 0]
    if far:
        yield ""
        yield "farthest pairs: " + "; ".join(
            f"{_short(pair.first)} x {_short(pair.second)} {pair.distance.value:.4f} ({pair.distance.reference:.4f})"
            for pair in far
        )


def _short(name: str) -> str:
    """A name on one line, cut where it is long.

    >>> _short("a\\nb"), _short("x" * 50)
    ('a b', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    line = " ".join(name.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"


def _aligned(lines: list[tuple[str, ...]]) -> str:
    """Words to the left, figures to the right."""
    cut = [(_short(name), *rest) for name, *rest in lines]
    widths = [max(len(line[place]) for line in cut) for place in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < 2 or place == 5 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cut
    )
