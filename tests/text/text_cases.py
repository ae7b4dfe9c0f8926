"""Labelled texts of customers, as small as they can be learned from."""

import numpy as np

SUBJECTS = {
    "parcel": ("parcel", "delivery", "courier", "box"),
    "card": ("card", "payment", "bank", "account"),
    "app": ("app", "login", "screen", "update"),
}
BEGINS = ("My {}", "the {}", "Hello, your {}", "I think that my new {}", "Please, where is the {}", "Our {}")
ENDS = ("is late again.", "did not arrive, why?", "was fine!", "came to the wrong place", "is lost since monday")
LASTS = ("Thanks", "Bye", "Please help", "It is urgent", "")


def mails(n=300, seed=0):
    """n labels, and as many texts."""
    rng = np.random.default_rng(seed)
    labels = [str(label) for label in rng.choice(list(SUBJECTS), n)]
    return labels, [_mail(label, rng) for label in labels]


def _mail(label, rng):
    begin = str(rng.choice(BEGINS)).format(rng.choice(SUBJECTS[label]))
    return f"{begin} {rng.choice(ENDS)} {rng.choice(LASTS)}".strip()


def about(label, texts):
    """The share of texts that have a word of the label's."""
    return float(np.mean([any(word in (text or "") for word in SUBJECTS[label]) for text in texts]))
