"""The dataset card: what a synthetic file is, how it was made and how good it is, for machines and for people."""

import json
import os
from pathlib import Path
from typing import Any

from parhelion.evaluation.report import Report
from parhelion.io import atomic_file
from parhelion.io.paths import stem
from parhelion.report.card_croissant import croissant
from parhelion.report.card_facts import CardFacts
from parhelion.report.card_file import data_file
from parhelion.report.card_markdown import markdown


def card(
    report: Report,
    *,
    data: str | os.PathLike[str],
    about: CardFacts | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> tuple[dict[str, Any], str]:
    """The card of the synthetic file `data` as Croissant JSON-LD and as Markdown.

    folder: where the card is going to lie; by default beside the data. It tells names and kinds of columns and
    figures, and no value of a real row. Raises DataError where `data` is not the file that the report is about.
    """
    facts, path, report = about or CardFacts(), Path(data), _unnamed(report)
    file = data_file(path, report)
    name = facts.name or f"{stem(path)} (synthetic)"
    url = os.path.relpath(path, path.parent if folder is None else folder)
    return croissant(report, file, facts, name, Path(url).as_posix()), markdown(report, file, facts, name)


def _unnamed(report: Report) -> Report:
    """The report without names of groups, which are values of the data: titles of fairness have them in brackets."""
    verdict, fairness = report.verdict, report.fairness
    short = {score.title: score.title.partition(" (")[0] for score in fairness.scores}
    sentence = verdict.sentence
    for title, shorter in short.items():
        sentence = sentence.replace(title, shorter)
    judged = tuple(one.model_copy(update={"title": short.get(one.title, one.title)}) for one in verdict.judged)
    scores = tuple(score.model_copy(update={"title": short[score.title]}) for score in fairness.scores)
    return report.model_copy(
        update={
            "verdict": verdict.model_copy(update={"sentence": sentence, "judged": judged}),
            "fairness": fairness.model_copy(update={"scores": scores}),
        }
    )


def write_card(
    report: Report,
    data: str | os.PathLike[str],
    *,
    about: CardFacts | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
) -> tuple[Path, Path]:
    """Write the card to `STEM.croissant.json` and `STEM.card.md`: both whole, or neither.

    output: the file whose stem they have; by default the data. Raises OutputError, and what `card` raises.
    """
    place = Path(data if output is None else output)
    named = stem(place) if output is None else place.stem
    linked, read = (place.with_name(f"{named}{ending}") for ending in (".croissant.json", ".card.md"))
    told, text = card(report, data=data, about=about, folder=place.parent)
    with atomic_file(linked, overwrite) as first, atomic_file(read, overwrite) as second:
        first.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        second.write_text(text, encoding="utf-8")
    return linked, read
