"""What a fair model answers to a reader of the documents: rows that fit their facts, reviews that fit their stars."""

import re
from random import Random
from typing import Any

from tools.brain import brain
from tools.scripted.request import Request

PERSONAS = ["somebody who has just bought one", "a cook in a hurry", "a landlord", "somebody who repairs things"]
ASKED = {  # of the manual in docs/describe.md: questions and answers for each of its facts
    "250 millilitres of vinegar": [
        ("How do I get rid of limescale?", "Fill it with 250 millilitres of vinegar and leave it for an hour."),
        ("What can be used against scale?", "Vinegar: 250 millilitres of it, left in the kettle for an hour."),
        ("Does the vinegar have to stay in overnight?", "No, an hour is enough."),
        ("Which amount of vinegar do I need?", "250 millilitres."),
    ],
    "three times with fresh water": [
        ("How often should it be rinsed after descaling?", "Boil it three times with fresh water, and pour that away."),
        ("Can I make tea directly after descaling?", "Not before you have boiled fresh water in it three times."),
        ("What removes the taste of vinegar?", "Boil it three times with fresh water and pour that away."),
        ("Is one kettle of clean water enough afterwards?", "No, boil it three times, with fresh water each time."),
    ],
    "switches itself off after 30 seconds": [
        ("What happens if it is switched on while empty?", "It switches itself off after 30 seconds."),
        ("Is there a guard against boiling dry?", "Yes: an empty kettle is off after 30 seconds."),
        ("How soon does an empty one stop heating?", "After 30 seconds."),
        ("My son pressed the button and there was no water in it. Is that bad?", "It is off after 30 seconds."),
    ],
    "cools down for ten minutes": [
        ("When may I fill it again once it has boiled dry?", "After it has cooled down for ten minutes."),
        ("Why should I wait before refilling an overheated one?", "It has to cool down for ten minutes first."),
        ("It ran dry. How long do I leave it alone?", "For ten minutes."),
        ("Do I have to let the hot kettle rest?", "Yes, it can be filled once it cools down for ten minutes."),
    ],
}
QUESTIONS = ["How is it descaled?", "What follows descaling?", "What if it is empty?", "When can it be filled again?"]
_OPENINGS = {
    1: ("Broke in a week.", "Sent it straight back.", "Never again.", "Two days, then smoke."),
    2: ("It works, if you are patient.", "Expected more for the money.", "The lid never closed well."),
    3: ("Does the job, nothing else.", "Neither good nor bad.", "Fine for a guest room.", "Half of it is clever."),
    4: (
        "Nearly perfect.",
        "Would buy it again.",
        "One flaw, otherwise good.",
        "Solid, and quieter than my last.",
    ),
    5: ("I gave one to my sister as well.", "Best thing in my kitchen.", "Two years and like new.", "Simply right."),
}
_MIDDLES = (
    "I use it every morning before work.", "It stands next to the stove, where space is short.",
    "My flatmates have noticed too.", "The handle stays cool, even after a long evening.",
    "Cleaning it takes a minute and a cloth.", "It is heavier than the picture suggests.",
    "The cable could be longer by a hand.", "Nobody warned me about the sound.", "The grey looks better than the red.",
    "Our old one came from a flea market.", "I had read forty reviews before this one.",
)  # fmt: skip


class Model:
    """The function of a rule of the scripted server.

    What it answers depends on what it is asked, not on when; questions repeat only once all of a fact were asked.
    """

    def __init__(self) -> None:
        self._given: set[tuple[str, str]] = set()
        self._pairs: dict[str, Any] = {}

    def __call__(self, request: Request) -> Any:
        """The answer: JSON where a schema is asked for, else text."""
        asked = set((request.schema or {}).get("properties", {}))
        if asked == {"question", "answer"}:
            if request.call not in self._pairs:  # who asks the very same again, as for want of patience, hears the same
                self._pairs[request.call] = self._pair(request.user)
            return self._pairs[request.call]
        if "fields" in asked:
            return brain(request) | {"personas": PERSONAS}
        if "questions" in asked:
            return {"questions": QUESTIONS[:3]} | ({"enough": False} if "enough" in asked else {})
        if not asked:
            return _review(request)
        return brain(request)

    def _pair(self, prompt: str) -> Any:
        """The pair that this person would think of first, or the next one after it."""
        pairs = ASKED[next(quote for quote in ASKED if quote in prompt)]
        first = next(place for place, persona in enumerate(PERSONAS) if persona in prompt)
        turned = pairs[first:] + pairs[:first]
        question, answer = next((pair for pair in turned if pair not in self._given), turned[0])
        self._given.add((question, answer))
        return {"question": question, "answer": answer}


def _review(request: Request) -> str:
    """One of eight is too short."""
    stars = int((re.search(r"([1-5]) of 5 stars", request.user) or ["", "3"])[1])
    lot = Random(f"a review: {request.call}")
    if lot.random() < 1 / 8:
        return "It is fine."
    return " ".join([lot.choice(_OPENINGS[stars]), *lot.sample(_MIDDLES, 2)])
