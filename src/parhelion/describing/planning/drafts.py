"""What a model is asked about a sentence: a draft so small that a small model can hold it.

A draft says which columns there are and what they are like. How they are made is ours to say (`composing`). Whatever
comes back is taken for what it can mean, and what means nothing is left out.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from parhelion.describing.fencing import line
from parhelion.describing.plan.check_fields import usable
from parhelion.describing.plan.laws import day_of
from parhelion.llm.contract import Message

KINDS = ("text", "category", "yes_no", "number", "date", "person", "source")
MOST = {"fields": 24, "values": 40, "personas": 8, "topics": 24, "good": 6}
_LONGEST = 400

_TEXT: dict[str, Any] = {"type": "string"}


def _object(**parts: Any) -> dict[str, Any]:
    return {"type": "object", "properties": parts, "required": [*parts], "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


SCHEMA = _object(
    language=_TEXT,
    fields=_list(
        _object(
            name=_TEXT, about=_TEXT, kind={"type": "string", "enum": [*KINDS]},
            values=_list(_object(value=_TEXT, weight={"type": "number"})),
            least=_TEXT, most=_TEXT, factual={"type": "boolean"},
        )
    ),
    personas=_list(_TEXT), topics=_list(_TEXT), good=_list(_TEXT),
)  # fmt: skip

_SYSTEM = """\
You design data sets. From one sentence you draft the columns of a table; other models then write its rows.

fields: one for each thing the sentence asks for, in its order, named as it names them. Add none that it does not ask \
for. For each:
- about: what a cell holds, in one short line that a writer could work from.
- kind: text = written anew for each row. category = one of a few values: how hard, how urgent, which sort. yes_no. \
number. date. person = a detail of a made-up person: name, email, phone, city, age. source = the document, link or \
quote that a row comes from.
- values: for a category, 3 to 10 values, each with its share of the rows as weight. Otherwise an empty list.
- least, most: for a number, the bounds; for a date, days such as 2024-01-31. Otherwise empty.
- factual: true where a cell must be correct by documents, as an answer is; false for what anybody may make up.
personas: 4 to 6 different people who would write such rows, each with what they know and want, in under 12 words.
topics: 8 to 15 different things that rows can be about, specific and spread wide.
good: 3 to 5 short tests that tell a good row from a poor one.
language: of the rows; that of the sentence unless it names another.
Answer in JSON."""

_SENTENCE = "questions that hobby gardeners ask about roses, with a correct answer, season and the page it comes from"
_DRAFT: dict[str, Any] = {
    "language": "English",
    "fields": [
        {"name": "question", "about": "a question about growing roses, as such a gardener asks it", "kind": "text",
         "values": [], "least": "", "most": "", "factual": False},
        {"name": "answer", "about": "the correct answer, in one to three sentences", "kind": "text",
         "values": [], "least": "", "most": "", "factual": True},
        {"name": "season", "about": "the season that the question is about", "kind": "category",
         "values": [{"value": "spring", "weight": 0.3}, {"value": "summer", "weight": 0.3},
                    {"value": "autumn", "weight": 0.25}, {"value": "winter", "weight": 0.15}],
         "least": "", "most": "", "factual": False},
        {"name": "page", "about": "the page that the answer comes from", "kind": "source",
         "values": [], "least": "", "most": "", "factual": False},
    ],
    "personas": [
        "a beginner with one pot on a balcony", "a retired gardener with forty old roses",
        "a busy parent who wants plants that survive", "a student renting a flat with a shady yard",
    ],
    "topics": ["pruning", "black spot", "watering in heat", "planting bare roots", "choosing climbing roses", "aphids",
               "feeding", "winter protection", "moving an old rose", "roses in pots"],
    "good": ["the question is one that this person would really ask", "the answer answers exactly this question",
             "the answer says what to do, and when"],
}  # fmt: skip


def messages(sentence: str) -> tuple[Message, ...]:
    """What a model is asked about a sentence: with one example, answered."""
    return (
        Message("system", _SYSTEM),
        Message("user", f"The data set: {_SENTENCE}"),
        Message("assistant", json.dumps(_DRAFT)),
        Message("user", f"The data set: {line(sentence, 4000)}"),
    )


def wrong(value: Any) -> str | None:
    """What a model is told about an answer that is no draft; None where it is one."""
    if not isinstance(value, Mapping):
        return "expected an object with `fields`"
    if not draft_of(value).columns:
        return "`fields` has no field with a name; list one for each thing the sentence asks for"
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was asked for. values: weights by value; yes_no: none. bounds: of a number or a date, as text."""

    name: str
    about: str
    kind: str
    values: Mapping[str, float]
    bounds: tuple[str, str]
    factual: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model drafted, repaired: columns have names that templates can use, and no two the same."""

    columns: tuple[Column, ...]
    personas: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    language: str = ""


def draft_of(value: Mapping[str, Any]) -> Draft:
    """The draft in an answer.

    >>> fields = [{"name": "Mood!", "kind": "feeling"}, {"name": "mood", "kind": "category"}, {"about": "nothing"}]
    >>> [(column.name, column.kind) for column in draft_of({"fields": fields}).columns]
    [('mood', 'text')]
    """
    columns: dict[str, Column] = {}
    for each in _items(value.get("fields")):
        column = _column(each)
        if column is not None and column.name not in columns:
            columns[column.name] = column
    personas, topics, good = (_texts(value.get(name), MOST[name]) for name in ("personas", "topics", "good"))
    return Draft(tuple(columns.values())[: MOST["fields"]], personas, topics, good, _text(value.get("language"), 40))


def _column(value: Any) -> Column | None:
    if isinstance(value, str):
        value = {"name": value}
    name = _text(value.get("name"), 60) if isinstance(value, Mapping) else ""
    if not re.search(r"\w", name):
        return None
    column = Column(
        usable(name), _text(value.get("about"), _LONGEST) or name, _kind(value.get("kind")),
        _weights(value.get("values")), (_text(value.get("least"), 40), _text(value.get("most"), 40)),
        value.get("factual") is True,
    )  # fmt: skip
    return replace(column, kind=_possible_kind(column))


def _kind(value: Any) -> str:
    kind = str(value).strip().lower().replace("-", "_").replace(" ", "_")
    return kind if kind in KINDS else "text"


def _possible_kind(column: Column) -> str:
    """The kind, if the draft says what it needs; otherwise a model writes the column."""
    if column.kind == "category" and len(column.values) < 2:
        return "text"
    if column.kind == "number" and numbers_of(column) is None:
        return "number_written"
    if column.kind == "date" and days_of(column) is None:
        return "text"
    return column.kind


def numbers_of(column: Column) -> tuple[float, float, int] | None:
    """The bounds of a number and its decimals, in order; None where there are none.

    >>> numbers_of(Column("price", "", "number", {}, ("99.50", "5"), False))
    (5.0, 99.5, 2)
    """
    try:
        ends = sorted(float(text.replace(",", "")) for text in column.bounds)
    except ValueError:
        return None
    if not all(math.isfinite(end) and abs(end) < 1e15 for end in ends) or ends[0] == ends[1]:
        return None
    decimals = min(max(len(text.partition(".")[2]) for text in column.bounds), 6)
    return ends[0], ends[1], decimals if all("e" not in text.lower() for text in column.bounds) else 6


def days_of(column: Column) -> tuple[str, str] | None:
    """The bounds of a date, in order; None where there are none."""
    try:
        first, last = sorted(day_of(text[:10]) for text in column.bounds)
    except ValueError:
        return None
    return first.isoformat(), last.isoformat()


def _weights(value: Any) -> dict[str, float]:
    """Weights by value, equal where one is no weight; values that differ in case alone are one."""
    found: dict[str, tuple[str, float]] = {}
    for each in _items(value):
        name = _text(each.get("value", each.get("name")) if isinstance(each, Mapping) else each, 80)
        weight = each.get("weight") if isinstance(each, Mapping) else 1.0
        if name and name.casefold() not in found and len(found) < MOST["values"]:
            found[name.casefold()] = name, _weight(weight)
    if not all(weight > 0 for _, weight in found.values()):
        return {name: 1.0 for name, _ in found.values()}
    return dict(found.values())


def _weight(value: Any) -> float:
    usual = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9
    return float(value) if usual else 0.0


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else ()


def _texts(value: Any, most: int) -> tuple[str, ...]:
    """Texts of a list, none twice."""
    found: dict[str, str] = {}
    for text in _spoken(value):
        found.setdefault(text.casefold(), text)
    return tuple(found.values())[:most]


def _spoken(value: Any) -> Iterator[str]:
    for each in _items(value):
        text = _text(each, _LONGEST)
        if text:
            yield text


def _text(value: Any, longest: int) -> str:
    """A text on one line, without what a model's control tokens are made of."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return line(str(value), longest).strip()
