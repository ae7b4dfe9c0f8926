"""Those who answer in tests of trust: honest ones, who word things differently each time, and all sorts of others."""

import random
import re

from parhelion.llm.contract import Message, Request

SYNONYMS = {
    "package": ["library", "distribution", "module"], "install": ["set up", "add", "put in place"],
    "fails": ["breaks", "does not work", "stops with an error"], "version": ["release", "edition"],
    "upload": ["publish", "push"], "build": ["compile", "assemble"], "file": ["document", "manifest"],
    "requires": ["needs", "depends on", "asks for"], "server": ["machine", "host"], "old": ["outdated", "legacy"],
    "command": ["instruction", "call"], "quickly": ["fast", "in no time"], "test": ["check", "trial"],
    "user": ["person", "developer"], "folder": ["directory", "place"], "error": ["fault", "problem"],
}  # fmt: skip
THINGS = """
    wheel sdist pyproject setuptools lockfile virtualenv interpreter mirror token metadata hook namespace extension
    compiler backend resolver marker entrypoint classifier manifest changelog license signature checksum proxy cache
    conda poetry notebook container pipeline runner archive workspace monorepo plugin registry maintainer credential
    symlink encoding timestamp platform architecture kernel driver firmware sensor database index migration schema
    template widget canvas viewport shader texture renderer socket packet router gateway firewall certificate cipher
"""
FILLING = """
    usually in most cases you should first look at what happens here and then try again because this is often the
    reason that people see it when they begin although sometimes another way works better for them so take care
"""
THINGS, FILLER = re.findall(r"\w+", THINGS), re.findall(r"\w+", FILLING)
PLAIN = [
    *SYNONYMS,
    "release",
    "branch",
    "depends",
    "upgrade",
    "local",
    "remote",
    "private",
    "shared",
    "global",
    "pinned",
]
STARTS = "Why does", "How do I see when", "What if", "Can"
OPENINGS = (
    "The short answer is that {}.", "What happens is this: {}.", "In general, {}.", "Note that {}.", "First, {}.",
    "{}; that is the reason.", "As the documentation says, {}.", "It helps to know that {}.", "Because {}, be careful.",
)  # fmt: skip
SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}, "answer": {"type": "string"}, "level": {"type": "integer"}},
    "required": ["question", "answer", "level"],
    "additionalProperties": False,
}


def task(number, seed=0):
    """A request as the synthesis makes them: much that all share, a fact of its own."""
    rng = random.Random(f"{seed} {number}")
    subject, words = rng.choice(THINGS), rng.sample(THINGS, 3) + rng.sample(PLAIN, 5)
    rng.shuffle(words)
    level = rng.randint(1, 5)
    text = (
        "Write a question that a new developer asks about packaging, with a correct answer in two or three sentences. "
        f"It must follow from the fact alone. Difficulty from 1 to 5: {level}. Subject: {subject}. "
        f"Fact: the {subject} {' '.join(words)}. Write for somebody who is {rng.choice(['new', 'hurried', 'curious'])}."
    )
    return Request((Message("system", "You make one row of a data set."), Message("user", text)), schema=SCHEMA)


def content(request):
    """What a request is about: subject, words of its fact, level."""
    text = request.messages[1].content
    fact = text.split("Fact: the ")[1].split(". Write")[0].split()
    return fact[0], fact[1:], int(text.split("5: ")[1][0])


def honest(request, rng):
    """An answer to it, in words of its own."""
    subject, words, level = content(request)
    return {
        "question": f"{rng.choice(STARTS)} {_said(subject, words, rng, 4)}?",
        "answer": " ".join(_sentence(subject, words, rng) for _ in range(rng.randint(2, 3))),
        "level": level if rng.random() < 0.9 else rng.randint(1, 5),
    }


def _sentence(subject, words, rng):
    return rng.choice(OPENINGS).format(_said(subject, words, rng, 5))


def _said(subject, words, rng, most):
    chosen = rng.sample(words, min(rng.randint(3, most), len(words)))
    if rng.random() < 0.8:
        chosen.insert(0, subject)
    chosen = [rng.choice(SYNONYMS[word]) if word in SYNONYMS and rng.random() < 0.5 else word for word in chosen]
    for _ in range(rng.randint(4, 10)):
        chosen.insert(rng.randrange(len(chosen) + 1), rng.choice(FILLER))
    return " ".join(chosen)


def junk(request, rng):
    """Sentences about nothing, of the right shape."""
    text = lambda n: " ".join(rng.choice(FILLER) for _ in range(n))  # noqa: E731
    return {"question": f"{text(9)}?", "answer": f"{text(25)}.", "level": rng.randint(1, 5)}


def random_words(request, rng):
    """Words of the trade, of the right shape."""
    text = lambda n: " ".join(rng.choice(THINGS + PLAIN + FILLER) for _ in range(n))  # noqa: E731
    return {"question": f"{text(9)}?", "answer": f"{text(25)}.", "level": rng.randint(1, 5)}
