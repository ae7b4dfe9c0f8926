"""Somebody who answers as models do, in words written beforehand."""

from parhelion.describing.contract import Answer
from parhelion.llm.contract import Unusable


class Scribe:
    """Answers with what it was given, in order; corrects itself as often as models may."""

    def __init__(self, *answers):
        self.answers, self.asks, self.told = list(answers), [], []

    async def ask(self, ask, *, valid=None):
        self.asks.append(ask)
        for _ in range(3):
            value = self.answers.pop(0) if self.answers else {}
            wrong = valid(value) if valid else None
            if wrong is None:
                return Answer("key", value, "scribe")
            self.told.append(wrong)
        raise Unusable(wrong, repr(value), "scribe")
