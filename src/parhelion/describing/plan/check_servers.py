"""Models, the servers that have them, and where facts are looked for: known, reachable by name, and without secrets."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parhelion.describing.plan.graph import compared
from parhelion.describing.plan.model import WRITTEN, FactField, Plan, Server, Serving
from parhelion.describing.plan.problems import SECRET, Check, Problem
from parhelion.errors import nearest

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SMALL = "small: {model: llama3.2, endpoints: [{url: 'http://localhost:11434/v1'}]}"
_HOW = f"add `models:`, such as `models: {{{_SMALL}}}`"
_KEY = re.compile(r"(?i)(key|token|secret|password|auth)[^=&]*=")  # in what follows the ? of an address


def _models(plan: Plan) -> Iterator[Problem]:
    vectors = {("duplicates", "embeddings"): plan.duplicates.embeddings} if plan.duplicates else {}
    for place, name in (_writers(plan) | vectors).items():
        if name is not None and name not in plan.models:
            there = nearest(name, plan.models) if plan.models else f"; {_HOW}"
            yield Problem(place, f"is {name!r}, which is no model of the plan{there}")
    asking = _asking(plan)
    if asking is not None and not plan.models:
        yield Problem(("models",), f"has none, and the field {asking!r} needs one; {_HOW}")
    for name, model in plan.models.items():
        if not name.strip() or not model.model.strip():
            yield Problem(("models", name), "has no name; write what its servers call it")


def _asking(plan: Plan) -> str | None:
    """The first field that needs a model, if any does."""
    kinds = WRITTEN if plan.facts.file else (*WRITTEN, FactField)
    return next((name for name, field in plan.fields.items() if isinstance(field, kinds)), None)


def _writers(plan: Plan) -> dict[tuple[str, ...], str | None]:
    """The models that are to write, by the places that may name them."""
    fields: dict[tuple[str, ...], str | None] = {
        ("fields", name, "model"): field.model for name, field in plan.fields.items() if isinstance(field, WRITTEN)
    }
    return fields | {("questions", "model"): plan.questions.model, ("facts", "model"): plan.facts.model}


def _vectors(plan: Plan) -> Iterator[Problem]:
    """A model whose servers make vectors writes nothing, and the other way round."""
    makers = [name for name, model in plan.models.items() if any(map(_makes_vectors, model.endpoints))]
    writers = [name for name in plan.models if name not in makers]
    there = nearest("", writers) if writers else f", such as `{_SMALL}`"
    for place, name in _writers(plan).items():
        if name in makers:
            yield Problem(place, f"is {name!r}, which makes vectors and writes nothing; name one that writes{there}")
    if makers and makers[0] == next(iter(plan.models)) and _asking(plan) is not None:
        what = "makes vectors, and stands first, where the model is that writes; put one that writes before it"
        yield Problem(("models", makers[0]), f"{what}{there}")
    if plan.duplicates is not None and plan.duplicates.embeddings is not None:
        yield from _embeddings(plan, plan.duplicates.embeddings)


def _embeddings(plan: Plan, name: str) -> Iterator[Problem]:
    for at, serving in enumerate(plan.models[name].endpoints if name in plan.models else ()):
        if not _makes_vectors(serving):
            what = "makes no vectors, which duplicates.embeddings needs; name servers with `api: embeddings`"
            yield Problem(("models", name, "endpoints", str(at)), what)
    if not compared(plan):
        what = f"is {name!r}, and no field is compared; name some: `duplicates: {{fields: [...]}}`"
        yield Problem(("duplicates", "embeddings"), what)
    if "duplicates" in plan.fields:  # cells of a row are told apart by their fields
        what = "is what the vectors of rows are kept as; call it 'duplicates_', for example"
        yield Problem(("fields", "duplicates"), what)


def _makes_vectors(serving: Serving) -> bool:
    return isinstance(serving, Server) and serving.api == "embeddings"


def _servers(plan: Plan) -> Iterator[Problem]:
    for name, model in plan.models.items():
        for at, server in enumerate(model.endpoints):
            place = ("models", name, "endpoints", str(at))
            if isinstance(server, Server):
                yield from _address((*place, "url"), server.url)
                yield from _variable((*place, "key"), server.key)


def _sources(plan: Plan) -> Iterator[Problem]:
    if plan.sources is None:
        return
    yield from _variable(("sources", "tavily"), plan.sources.tavily)
    yield from _variable(("sources", "brave"), plan.sources.brave)
    if plan.sources.searxng is not None:
        yield from _address(("sources", "searxng"), plan.sources.searxng)
    for at, url in enumerate(plan.sources.urls):
        yield from _address(("sources", "urls", str(at)), url)


def _address(place: tuple[str, ...], url: str) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        whole = False
    if not whole:
        yield Problem(place, f"is {url!r}; expected an address such as 'http://localhost:11434/v1'")
    elif parts.username or parts.password or SECRET.search(url) or _KEY.search(parts.query):
        yield Problem(place, "holds a secret; a plan is passed on: name an environment variable as `key:` instead")


def _variable(place: tuple[str, ...], name: str | None) -> Iterator[Problem]:
    """What is given as a key is never shown: it may be one."""
    if name is None:
        return
    if not name.strip():
        yield Problem(place, "is empty; name the environment variable that holds the key, or leave it out")
    elif is_secret(name):
        what = (
            "looks like a key itself; a plan is passed on: name the environment variable that holds it (OPENAI_API_KEY)"
        )
        yield Problem(place, what)


def is_secret(text: str) -> bool:
    """Is this a key itself, rather than the name of an environment variable?

    >>> is_secret("OPENAI_API_KEY"), is_secret("sk-abc"), is_secret("BSAx81kLmQz93hdyTq7w2PpVb")
    (False, True, True)
    """
    if not _VARIABLE.fullmatch(text):
        return True
    mixed = any(sign.isdigit() for sign in text) and text.upper() != text
    return len(text) > 80 or (len(text) >= 20 and mixed)


def _written_secrets(plan: Plan) -> Iterator[Problem]:
    for name, field in plan.fields.items():
        for part in ("prompt", "system", "value", "that"):
            if SECRET.search(str(getattr(field, part, ""))):
                yield Problem(
                    ("fields", name, part), "holds what looks like a key; take it out, prompts are kept and sent"
                )


SERVER_CHECKS: tuple[Check, ...] = (_models, _vectors, _servers, _sources, _written_secrets)
