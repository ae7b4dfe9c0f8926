"""What the card tells: one dict, that is written as JSON and rendered as Markdown."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from parhelion.describing.delivery.columns import Columns, delivered
from parhelion.describing.delivery.funnel import funnel
from parhelion.describing.plan import compared
from parhelion.describing.plan.model import ModelPlan, Plan, Server
from parhelion.describing.store import LedgerLine, Source, Store, fact_mark, facts_of
from parhelion.llm.contract import PICO

# In a URL: who calls, with what password, and with what key.
_SECRET = re.compile(
    r"(?<=://)[^/@\s]+@|(?<=[?&])[\w-]*(?:key|token|secret|password|sig)[\w-]*=[^&#\s'\"]*", re.IGNORECASE
)


def card_facts(
    store: Store, run: str, plan: Plan, *, columns: Columns, stop: str, files: list[dict[str, Any]]
) -> dict[str, Any]:
    """All that the card tells. stop: why the run ended. files: the data's."""
    counts = store.counts(run)
    rejects = store.rejects(run)
    ground = store.get(f"ground of {run}", "")
    told = {
        "goal": plan.goal,
        "synthetic": True,
        "made_with": f"parhelion {version('parhelion')}",
        "rows": {"asked": plan.rows, "delivered": columns.rows},
        "stopped": stop,
        "seed": plan.seed,
        "notes": list(plan.notes),
        "files": files,
        "columns": _columns(plan, columns),
        "hidden": [{"name": name, "made": field.make} for name, field in plan.fields.items() if field.hidden],
        "json_text": columns.json_paths,
        "models": {name: _model(model) for name, model in plan.models.items()},
        "funnel": funnel(counts, rejects, plan, columns.rows),
        "near_duplicates": _near_duplicates(plan),
        "rejects": [{"field": field, "reason": reason, "rows": rows} for field, reason, rows in rejects],
        "costs": _costs(store.ledger()),
        "questions": len(store.questions(ground)),
        "facts": len(store.facts(ground)),
        "sources": _sources(store, run, plan),
        "plan": store.plan(run),
    }
    return {name: _without_secrets(value) for name, value in told.items()}


def exact_dollars(pico: int) -> str:
    """Money exactly, as it is summed.

    >>> exact_dollars(1_500_000_000_000), exact_dollars(20_000_000), exact_dollars(0)
    ('1.50', '0.00002', '0.00')
    """
    whole, _, cents = f"{Decimal(pico) / PICO:f}".partition(".")
    return f"{whole}.{cents.rstrip('0').ljust(2, '0')}"


def _columns(plan: Plan, columns: Columns) -> list[dict[str, str]]:
    types = {field.name: str(field.type) for field in columns.schema}
    return [
        {"name": name, "made": plan.fields[name].make, "about": plan.fields[name].about, "type": types[name]}
        for name in columns.shapes
    ]


def _near_duplicates(plan: Plan) -> dict[str, Any] | None:
    """How rows were told apart that nearly repeat one another; None where they were not."""
    wanted, fields = plan.duplicates, compared(plan)
    if wanted is None or not fields:
        return None
    model = plan.models[wanted.embeddings].model if wanted.embeddings else None
    cosine = wanted.alike if model else None
    return {"fields": [*fields], "jaccard": wanted.threshold, "model": model, "cosine": cosine}


def _model(model: ModelPlan) -> dict[str, Any]:
    endpoints = [
        {"url": each.url, "dollars per million tokens": {"read": each.read, "written": each.written}}
        if isinstance(each, Server)
        else {"network": each.network, "trust": each.trust}
        for each in model.endpoints
    ]
    return {"model": model.model, "parameters": model.parameters.model_dump(mode="json"), "endpoints": endpoints}


def _costs(ledger: list[LedgerLine]) -> dict[str, Any]:
    lines = [
        {
            "field": line.field, "model": line.model, "endpoint": line.endpoint, "calls": line.calls,
            "failed": line.failed, "lost": line.lost, "tokens_read": line.read, "tokens_written": line.written,
            "dollars": exact_dollars(line.cost),
        }
        for line in ledger
    ]  # fmt: skip
    return {
        "lines": lines,
        "calls": sum(line.calls for line in ledger),
        "dollars": exact_dollars(sum(line.cost for line in ledger)),
        "lost": sum(line.lost for line in ledger),
        "lost_dollars": exact_dollars(sum(line.lost_cost for line in ledger)),
    }


def _sources(store: Store, run: str, plan: Plan) -> list[dict[str, Any]]:
    """All pages that were kept, and all that rows rest on, those that most rows rest on first."""
    rows = _resting(store, run, plan)
    known = {(source.url, source.sha256): source for source in store.sources()}
    all_of_them = known | {source[::2]: source for source in rows if source[::2] not in known}
    counts = Counter({source[::2]: count for source, count in rows.items()})
    ordered = sorted(all_of_them.items(), key=lambda each: (-counts[each[0]], each[0]))
    return [{**source._asdict(), "rows": counts[key]} for key, source in ordered]


def _resting(store: Store, run: str, plan: Plan) -> Counter[Source]:
    """How many delivered rows rest on each source."""
    cited = {
        fact_mark(fact): Source(fact.url, fact.title, fact.sha256, fact.at)
        for ground in store.get(f"grounds of {run}", [store.get(f"ground of {run}", "")])
        for fact in store.facts(ground)
    }
    counts: Counter[Source] = Counter()
    for row in delivered(store, run, plan):
        counts.update(set(_cited(row.values, cited)))
    return counts


def _cited(values: Mapping[str, Any], cited: Mapping[str, Source]) -> Iterator[Source]:
    for fact in facts_of(values):
        unknown = Source(fact["url"], str(fact.get("title", "")), "", "")
        yield cited.get(fact_mark(fact), unknown)


def _without_secrets(value: Any) -> Any:
    match value:
        case str():
            return _SECRET.sub("", value)
        case list():
            return [_without_secrets(each) for each in value]
        case dict():
            return {name: _without_secrets(part) for name, part in value.items()}
        case _:
            return value
