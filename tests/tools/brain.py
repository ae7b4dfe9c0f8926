"""What a fair model would answer to what describe asks, as the function of a rule of the scripted server.

It understands by the shape that is asked for: a draft of a plan, perspectives, questions, facts of a fenced text, a
judgement. Whatever else is asked, it answers as the server does.

>>> from tools.brain import brain
>>> from tools.scripted import Rule, Script, Scripted
>>> with Scripted(Script(rules=(Rule(reply=brain),))) as server:
...     server.url
'http://127.0.0.1:.../v1'
"""

import re
from typing import Any

from tools.scripted.answer import usual
from tools.scripted.request import Request

_FENCED = re.compile(r"\[data ([0-9a-f]{16})[^\n]*\]\n(.*?)\n\[end of data \1\]", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][^.!?\n]{30,250}[.!?](?=\s)")
_WORD = re.compile(r"[A-Za-z]{5,}")


def brain(request: Request) -> Any:
    """The answer: JSON where a schema is asked for, else text."""
    asked = set((request.schema or {}).get("properties", {}))
    for parts, answer in _ANSWERS:
        if parts <= asked:
            return answer(request)
    return usual(request, seed=0)


def _draft(request: Request) -> Any:
    field = {"values": [], "least": "", "most": ""}
    levels = [{"value": value, "weight": weight} for value, weight in (("easy", 0.5), ("medium", 0.3), ("hard", 0.2))]
    return {
        "language": "English",
        "fields": [
            {"name": "question", "about": "a question", "kind": "text", "factual": False, **field},
            {"name": "answer", "about": "its answer", "kind": "text", "factual": True, **field},
            {"name": "difficulty", "about": "how hard it is", "kind": "category", "factual": False, **field}
            | {"values": levels},
            {"name": "document", "about": "where it is from", "kind": "source", "factual": False, **field},
        ],
        "personas": ["a beginner", "a maintainer of a library", "a teacher", "somebody in a hurry"],
        "topics": ["files", "names", "versions", "errors", "tests", "tools", "style", "types"],
        "good": ["it is clear", "it is true"],
    }  # fmt: skip


def _perspectives(request: Request) -> Any:
    return {
        "perspectives": ["a beginner", "a maintainer", "a teacher", "a sceptic", "an operator"][
            : _most(request, "perspectives")
        ]
    }


def _questions(request: Request) -> Any:
    """Questions about words that the titles, the goal and what is known have."""
    known = _WORD.findall(request.user)
    start = request.seen + len(known) + sum(map(ord, request.user[-200:]))
    words = [known[(start + 7 * step) % len(known)] for step in range(_most(request, "questions"))]
    return {
        "questions": [
            f"What is said about {word} and {known[(start * 3 + at) % len(known)]}?" for at, word in enumerate(words)
        ],
        "enough": False,
    }


def _facts(request: Request) -> Any:
    """Sentences of the text as facts, word for word."""
    found = _FENCED.search(request.user)
    sentences = list(dict.fromkeys(" ".join(each.split()) for each in _SENTENCE.findall(found[2] if found else "")))
    return {"facts": [{"statement": each, "quote": each} for each in sentences[: _most(request, "facts")]]}


def _supported(request: Request) -> Any:
    del request
    return {"unsupported": [], "why": "The fact says so.", "supported": "yes"}


def _mark(request: Request) -> Any:
    del request
    return {"reason": "It is as asked.", "mark": 5}


def _most(request: Request, part: str) -> int:
    return int(request.schema["properties"][part].get("maxItems", 3))


_ANSWERS = (
    ({"fields", "personas"}, _draft),
    ({"perspectives"}, _perspectives),
    ({"questions", "enough"}, _questions),
    ({"facts"}, _facts),
    ({"supported", "unsupported"}, _supported),
    ({"reason", "mark"}, _mark),
)
