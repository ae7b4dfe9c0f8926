"""The dataset card for people: Markdown, with the front matter that Hugging Face reads."""

from collections.abc import Iterator, Sequence

import yaml

from parhelion.evaluation.report import Report
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import shown
from parhelion.io.markdown import plain, size_category, table
from parhelion.report.card_croissant import TRAINED, description
from parhelion.report.card_facts import LIMITS, USES, CardFacts
from parhelion.report.card_file import DataFile

_TASKS = {"classes": "tabular-classification", "number": "tabular-regression"}
_WAYS = {"lower": "lower", "higher": "higher", "reference": "near the reference"}


def markdown(report: Report, file: DataFile, about: CardFacts, name: str) -> str:
    """The card as text, the verdict and what it is first."""
    parts = (
        [_front(report, file, about, name), f"# {plain(name)}", f"> {plain(description(file, about))}"],
        ["## Verdict", plain(report.verdict.sentence), *_verdict(report)],
        ["## The file", *_file(file, about)],
        ["## Figures", *_scores([*report.headline, *_others(report)])],
        ["## Privacy attacks", *_scores(report.privacy.scores), *_warnings(report.privacy.scores)],
        ["## Use", *_items(USES)],
        ["## Limits", *_items((*LIMITS, *_compared(report)))],
        ["## Columns", *_columns(file)],
    )
    return "\n\n".join(block for part in parts for block in part if block) + "\n"


def _front(report: Report, file: DataFile, about: CardFacts, name: str) -> str:
    linked = "/" in about.license
    told = {
        "pretty_name": name,
        "license": "other" if linked else about.license.lower(),
        "license_link": about.license if linked else "",
        "tags": ["synthetic", "tabular"],
        "task_categories": list(dict.fromkeys(_TASKS[task.kind] for task in report.utility.tasks)),
        "size_categories": [size_category(file.rows)],
        "annotations_creators": ["machine-generated"],
        "digital_source_type": TRAINED,
    }
    given = {key: value for key, value in told.items() if value}
    return f"---\n{yaml.safe_dump(given, sort_keys=False, allow_unicode=True)}---"


def _verdict(report: Report) -> Iterator[str]:
    if report.verdict.judged:
        rows = [(one.title, one.outcome, _figure(one.value, one.unit), one.expected) for one in report.verdict.judged]
        yield table(("threshold", "outcome", "got", "expected"), rows)


def _file(file: DataFile, about: CardFacts) -> Iterator[str]:
    facts = [
        ("file", file.path.name),
        ("rows", f"{file.rows:,}"),
        ("columns", f"{len(file.fields):,}"),
        ("format", ", ".join(file.encodings) + (f" ({file.note})" if file.note else "")),
        ("size", f"{file.size:,} bytes"),
        ("sha256", file.sha256),
        ("licence", about.license),
        ("version", about.version),
        ("published by", about.creator),
        ("at", about.url),
    ]
    yield table(("", ""), [fact for fact in facts if fact[1]])
    if about.citation:
        yield f"Cite as: {plain(about.citation)}"


def _others(report: Report) -> Iterator[Score]:
    """Scores that are told beside the headline: all parts but privacy, which has its own table."""
    told = {score.key for score in report.headline}
    for name, section in report.sections.items():
        if name != "privacy":
            yield from (score for score in section.scores if score.key not in told)


def _scores(scores: Sequence[Score]) -> Iterator[str]:
    known = [score for score in scores if score.value is not None]
    if known:
        rows = [
            (
                score.title,
                _figure(score.value, score.unit),
                " to ".join(shown(end, score.unit) for end in score.interval or ()),
                _figure(score.reference, score.unit),
                _WAYS[score.better],
                score.meaning,
            )
            for score in known
        ]
        yield table(("score", "value", "95 % interval", "held-out real rows", "better", "what it says"), rows)
    untold = [
        f"{score.title} is untold: {score.untold or 'it was not measured'}" for score in scores if score.value is None
    ]
    yield from _items(untold)
    if not scores:
        yield "None was measured."


def _warnings(scores: Sequence[Score]) -> Iterator[str]:
    yield from _items([f"{score.title}: {score.warning}" for score in scores if score.warning])


def _compared(report: Report) -> Iterator[str]:
    compared = report.compared
    counts = compared.counts
    held = (
        f"No hold-out was given: the real rows were cut in halves of {counts.train:,} and {counts.holdout:,}, so what "
        "needs rows that the generator never saw could not be told."
        if compared.cut
        else f"It was compared with {counts.train:,} real rows learned from and {counts.holdout:,} that were held out."
    )
    yield held
    if compared.quick:
        yield "The figures are of a quick look: of smaller samples and fewer models."


def _columns(file: DataFile) -> Iterator[str]:
    rows = [(field.name, field.kind, field.data_type.removeprefix("sc:"), field.note) for field in file.fields]
    yield table(("column", "kind", "type", "spelling"), rows)


def _figure(value: float | None, unit: str) -> str:
    return "untold" if value is None else shown(value, unit)


def _items(said: Sequence[str]) -> Iterator[str]:
    if said:
        yield "\n".join(f"- {plain(each)}" for each in said)
