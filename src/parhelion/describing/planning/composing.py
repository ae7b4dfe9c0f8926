"""From a draft to a plan that is valid by construction.

What is drawn (categories, numbers, dates, people) is drawn before anything is written, and stands in the prompt: so the
rows are as varied as was planned, not as a model feels like. All that is written of one row is written in one answer,
so that a question and its answer fit; the columns are its parts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parhelion.describing.plan.model import ModelPlan, Plan, Sources
from parhelion.describing.plan.reading import check_plan
from parhelion.describing.planning.drafts import Column, Draft, days_of, numbers_of
from parhelion.describing.planning.prompts import SYSTEM, no_meta_talk, row_prompt, rubric
from parhelion.errors import PlanError

MANNERS = ("in few words", "at some length, with the details", "plainly, as in speech", "with care, as in a letter")
"""How rows are written where a draft has no personas."""
_DRAWN = ("category", "yes_no", "number", "date", "person")
_PERSON = {
    "email": "email mail e_mail", "phone": "phone telephone mobile", "city": "city town", "age": "age years_old",
    "birth_date": "birth born", "postcode": "postcode zip", "street": "street", "address": "address",
    "company": "company employer", "username": "username user_name login handle", "sex": "sex gender",
    "given_name": "first_name given", "surname": "surname last_name family_name",
}  # fmt: skip
"""Parts of a person, and the words in a column's name that ask for one."""
_SHAPES: dict[str, dict[str, Any]] = {"text": {"type": "string", "minLength": 1}, "number_written": {"type": "number"}}
_LOCALES = {
    "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es", "español": "es",
    "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "dutch": "nl", "nederlands": "nl",
    "polish": "pl", "russian": "ru", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi",
    "czech": "cs", "turkish": "tr", "greek": "el", "hungarian": "hu", "japanese": "ja", "korean": "ko",
    "chinese": "zh", "ukrainian": "uk",
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """What was asked for beside the sentence."""

    sentence: str
    models: Mapping[str, ModelPlan]
    rows: int
    budget: float | None
    seed: int
    sources: Sources | None

    @property
    def grounded(self) -> bool:
        """Is there anywhere to look for facts?"""
        return self.sources is not None and self.sources.some


@dataclass
class _Parts:
    """A plan in the making. helpers: hidden fields that the columns are made of."""

    draft: Draft
    order: Order
    columns: tuple[Column, ...]
    helpers: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def free(self, name: str) -> str:
        """A name for a helper that no column has."""
        taken = {column.name for column in self.columns}
        return next(each for each in [name, *(f"{name}_{at}" for at in range(2, 99))] if each not in taken)

    def of(self, *kinds: str) -> list[Column]:
        return [column for column in self.columns if column.kind in kinds]

    @property
    def written(self) -> list[Column]:
        return self.of("text", "number_written")


def composed(draft: Draft, order: Order) -> Plan:
    """The plan of a draft. Raises PlanError where nothing is left of it."""
    parts = _Parts(draft, order, draft.columns)
    _drop_sources(parts)
    fact = _fact(parts)
    person = _person(parts)
    made = _written(parts, fact) | {column.name: _drawn(column, person) for column in parts.of(*_DRAWN)}
    if fact is not None:
        made |= {column.name: _source(column, fact) for column in parts.of("source")}
    columns = {column.name: made[column.name] for column in parts.columns}
    data = {
        "goal": order.sentence.strip(), "rows": order.rows, "budget": order.budget, "seed": order.seed,
        "models": dict(order.models), "sources": order.sources,
        "fields": parts.helpers | columns | _judged(parts, fact),
        "quotas": {column.name: _shares(column) for column in parts.of("category")},
        "duplicates": _duplicates(parts, fact), "notes": parts.notes,
    }  # fmt: skip
    return check_plan(Plan.model_validate(data))


def _drop_sources(parts: _Parts) -> None:
    """Without documents nobody knows what a row comes from, and a model would make it up."""
    if parts.order.grounded:
        return
    if any(column.factual for column in parts.written):
        names = ", ".join(column.name for column in parts.written if column.factual)
        parts.notes.append(
            f"{names}: as the model knows it, checked against no document; for facts, name documents under `sources:`"
        )
    for column in parts.of("source"):
        parts.notes.append(f"{column.name} is left out: there are no documents that a row could come from")
    parts.columns = tuple(column for column in parts.columns if column.kind != "source")
    if not parts.columns:
        raise PlanError(
            f"of {parts.order.sentence.strip()!r} nothing can be made without documents; name some (--documents FOLDER)"
        )


def _fact(parts: _Parts) -> str | None:
    """The fact that a row is about: wherever documents were given, and something is to come from them."""
    if not parts.order.grounded:
        return None
    if not parts.written and not parts.of("source"):
        parts.notes.append("the documents are not used: no column is written, or says where it comes from")
        return None
    name = parts.free("fact")
    parts.helpers[name] = {"make": "fact", "hidden": True}
    return name


def _person(parts: _Parts) -> str:
    if not parts.of("person"):
        return ""
    name = parts.free("person")
    locale = _LOCALES.get(parts.draft.language.lower(), "en")
    parts.helpers[name] = {"make": "person", "hidden": True, "locale": locale}
    return name


def _written(parts: _Parts, fact: str | None) -> dict[str, Any]:
    """The columns that a model writes: one by itself, several as the parts of one answer."""
    if not parts.written:
        return {}
    prompt = row_prompt(
        parts.order.sentence.strip(),
        _told(parts.written),
        [*_topic(parts, fact), *_told(parts.of(*_DRAWN))],
        persona=_persona(parts),
        fact=fact,
        language=parts.draft.language,
    )
    if len(parts.written) == 1 and parts.written[0].kind == "text":
        only = parts.written[0]
        return {only.name: {"make": "text", "about": only.about, "system": SYSTEM, "prompt": prompt}}
    record = parts.free("record")
    parts.helpers[record] = {
        "make": "structured", "hidden": True, "about": "what is written of a row, in one answer", "system": SYSTEM,
        "prompt": prompt, "schema": _schema(parts.written),
    }  # fmt: skip
    return {column.name: _expression(column, f"{record}.{column.name}") for column in parts.written}


def _schema(columns: Iterable[Column]) -> dict[str, Any]:
    properties = {column.name: _SHAPES[column.kind] | {"description": column.about} for column in columns}
    return {
        "type": "object", "properties": properties, "required": [*properties], "additionalProperties": False,
    }  # fmt: skip


def _persona(parts: _Parts) -> str:
    """Who writes, or how: drawn, so that rows differ."""
    name = parts.free("persona" if parts.draft.personas else "manner")
    about = "whose row it is" if parts.draft.personas else "how it is written"
    values = list(parts.draft.personas or MANNERS)
    parts.helpers[name] = {"make": "category", "hidden": True, "about": about, "values": values}
    return name


def _topic(parts: _Parts, fact: str | None) -> list[tuple[str, str]]:
    """What a row is about, drawn, where no fact says it."""
    if fact is not None or len(parts.draft.topics) < 2:
        return []
    name, about = parts.free("topic"), "what it is about"
    parts.helpers[name] = {"make": "category", "hidden": True, "about": about, "values": list(parts.draft.topics)}
    return [(name, about)]


def _drawn(column: Column, person: str) -> dict[str, Any]:
    """A column that is made before anything is written."""
    about = {"about": column.about}
    match column.kind:
        case "category":
            weights = column.values
            even = len(set(weights.values())) == 1
            return {"make": "category", **about, "values": list(weights) if even else dict(weights)}
        case "yes_no":
            return {"make": "category", **about, "values": [True, False]}
        case "number":
            bounds = numbers_of(column)
            assert bounds is not None
            return {"make": "number", **about, "between": bounds[:2], "decimals": bounds[2]}
        case "date":
            return {"make": "date", **about, "between": days_of(column)}
        case _:
            return _expression(column, f"{person}.{_part_of_person(column.name)}")


def _part_of_person(name: str) -> str:
    """
    >>> _part_of_person("customer_email"), _part_of_person("first_name"), _part_of_person("buyer")
    ('email', 'given_name', 'name')
    """
    words = f"_{name}_"
    return next(
        (part for part, asked in _PERSON.items() if any(f"_{word}_" in words for word in asked.split())), "name"
    )


def _source(column: Column, fact: str) -> dict[str, Any]:
    """Where a row comes from: its document's title, or what else the column's name asks for."""
    words = set(column.name.split("_"))
    if words & {"url", "link", "address", "uri"}:
        return _expression(column, f"{fact}.url")
    if words & {"quote", "evidence", "passage", "excerpt", "citation"}:
        return _expression(column, f"{fact}.quote")
    return _expression(column, f"{fact}.title or {fact}.url")


def _expression(column: Column, value: str) -> dict[str, Any]:
    return {"make": "expression", "about": column.about, "value": value}


def _judged(parts: _Parts, fact: str | None) -> dict[str, Any]:
    """What a row has to pass, the cheapest first."""
    if not parts.written:
        return {}
    texts = [column.name for column in parts.of("text")]
    found: dict[str, Any] = {}
    if fact is not None:
        if texts:
            found[parts.free("no_meta_talk")] = {"make": "check", "that": no_meta_talk(texts)}
        factual = [column.name for column in parts.written if column.factual]
        claims = factual or [column.name for column in parts.written]
        found[parts.free("supported")] = {"make": "grounded", "hidden": True, "fields": claims, "fact": fact}
    given = [column.name for column in parts.of(*_DRAWN)]
    rule = rubric(parts.order.sentence.strip(), parts.draft.good, _told(parts.written), given, fact=fact)
    found[parts.free("quality")] = {"make": "judge", "hidden": True, "prompt": rule}
    return found


def _duplicates(parts: _Parts, fact: str | None) -> dict[str, Any] | None:
    """What must not be said twice: all that is written; where rows share facts, what is asked about them."""
    if not parts.written:
        return None
    open_ = [column.name for column in parts.written if not column.factual]
    return {"fields": open_ if fact is not None and open_ else [column.name for column in parts.written]}


def _shares(column: Column) -> dict[str, float]:
    """Weights as shares with three decimals that sum to 1.

    >>> _shares(Column("mood", "", "category", {"calm": 2, "cross": 1}, ("", ""), False))
    {'calm': 0.667, 'cross': 0.333}
    """
    total = sum(column.values.values())
    thousandths = {value: max(round(1000 * weight / total), 1) for value, weight in column.values.items()}
    largest = max(thousandths, key=lambda value: thousandths[value])
    thousandths[largest] += 1000 - sum(thousandths.values())
    return {value: share / 1000 for value, share in thousandths.items()}


def _told(columns: Iterable[Column]) -> list[tuple[str, str]]:
    return [(column.name, column.about) for column in columns]
