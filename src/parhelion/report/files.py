"""A report as a file: its ending says what kind."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from parhelion.errors import OutputError
from parhelion.evaluation.report import Report
from parhelion.io import atomic_file
from parhelion.report.card import write_card
from parhelion.report.junit import junit
from parhelion.report.page import html


def _judged_now(report: Report) -> str:
    return junit(report, at=datetime.now(UTC))


_RENDERERS: dict[str, Callable[[Report], str]] = {".html": html, ".json": Report.to_json, ".xml": _judged_now}


def check_report(path: str | os.PathLike[str]) -> None:
    """OutputError where the ending is none of a report's.

    >>> check_report("report.pdf")
    Traceback (most recent call last):
    parhelion.errors.OutputError: 'report.pdf' ends in '.pdf'; a report ends in .html (a page), .json (all figures) or
    .xml (JUnit: a test case a threshold)
    """
    ending = Path(path).suffix
    if ending.lower() not in _RENDERERS:
        raise OutputError(
            f"{str(path)!r} ends in {ending!r}; a report ends in .html (a page), .json (all figures) or .xml (JUnit: a "
            "test case a threshold)"
        )


def write_report(report: Report, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write a report as HTML, JSON or JUnit XML, by the ending of the path; whole or not at all. Raises OutputError."""
    check_report(path)
    with atomic_file(path, overwrite) as file:
        _render(report, Path(path), file)
    return Path(path)


def _render(report: Report, path: Path, file: Path) -> None:
    """Into a file, as the ending of the path wants it; the same bytes on every system."""
    file.write_text(_RENDERERS[path.suffix.lower()](report), encoding="utf-8", newline="\n")


@contextmanager
def open_reports(
    paths: Sequence[str | os.PathLike[str]], *, card: str | os.PathLike[str] | None = None, overwrite: bool = False
) -> Iterator[Callable[[Report], list[Path]]]:
    """Several reports on the same, opened before there is anything to write: that one cannot be written is known then.

    card: the data that a dataset card is to be written for, beside it. Gives a function that writes them all and
    returns their paths.
    """
    for path in paths:
        check_report(path)
    with ExitStack() as stack:
        opened = [(Path(path), stack.enter_context(atomic_file(path, overwrite))) for path in paths]

        def write(report: Report) -> list[Path]:
            for path, file in opened:
                _render(report, path, file)
            cards = [] if card is None else [*write_card(report, card, overwrite=overwrite)]
            return [*(path for path, _ in opened), *cards]

        yield write
