"""Someone who answers by hand, and a shelf of pages: what the stages before the rows talk to."""

import asyncio
import random
from collections import Counter
from hashlib import sha256
from typing import NamedTuple

import jsonschema

from parhelion.describing.contract import Answer
from parhelion.describing.plan.model import Plan
from parhelion.llm.contract import BudgetSpent, Unusable
from parhelion.retrieval.contract import Document


class ByHand:
    """Meets `Asking`: answers come from a function of the ask and the number of the try. Nothing is answered twice.

    calls: after so many, the budget is spent. slow: answers come in another order each time.
    """

    def __init__(self, answers, *, calls=None, slow=None, kept=None):
        self.answers, self.most, self.slow = answers, calls, slow and random.Random(slow)
        self.kept = {} if kept is None else kept
        self.asks, self.told, self.calls = [], [], 0

    async def ask(self, ask, *, valid=None):
        self.asks.append(ask)
        if self.slow:
            await asyncio.sleep(self.slow.random() / 500)
        key = sha256(repr((ask.model, ask.messages, ask.schema, ask.seed)).encode()).hexdigest()
        if key not in self.kept:
            self.kept[key] = self._made(ask, valid)
        if isinstance(self.kept[key], Unusable):
            raise self.kept[key]
        return Answer(key, self.kept[key], "hand")

    def _made(self, ask, valid):
        for attempt in range(3):
            if self.most is not None and self.calls >= self.most:
                raise BudgetSpent("spent")
            self.calls += 1
            value = self.answers(ask, attempt)
            if isinstance(value, Unusable):
                return value
            jsonschema.validate(value, ask.schema)
            wrong = valid(value) if valid else None
            if wrong is None:
                return value
            self.told.append(wrong)
        return Unusable(wrong, str(value))


class Found(NamedTuple):
    url: str
    title: str
    start: int | None = None
    end: int | None = None


class Shelf:
    """Meets `Library`: pages by address; a search finds those that share a word with the query, in order."""

    def __init__(self, **texts):
        self.pages = {url: page(text, url) for url, text in texts.items()}
        self.queries, self.read = [], Counter()

    async def search(self, query, limit):
        self.queries.append(query)
        asked = set(query.lower().split())
        hits = [each for each in self.pages.values() if asked & set(each.text.lower().split())]
        return [Found(each.url, each.title) for each in hits[:limit]]

    async def document(self, url):
        self.read[url] += 1
        return self.pages[url]


def page(text, url="page", title="A page"):
    return Document(url, title, text, sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), "2026-01-01T00:00:00Z")


def plan_of(**parts):
    endpoints = [{"url": "http://localhost:11434/v1"}]
    usual = {
        "goal": "lines of code",
        "rows": 100,
        "models": {"small": {"model": "small", "endpoints": endpoints}},
        "sources": {"documents": ["docs"]},
        "fields": {"fact": {"make": "fact"}},
    }
    return Plan.model_validate(usual | parts)
