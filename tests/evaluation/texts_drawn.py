"""Texts drawn from a small grammar, for the tests of what is said of free text."""

import numpy as np
import pyarrow as pa

OPENINGS = ("hello there", "good morning", "dear team", "hi", "please help", "to whom it may concern", "excuse me")
SUBJECTS = {
    "parcel": ("my parcel", "the delivery", "the package that i ordered", "my order", "the box", "the shipment"),
    "refund": ("my money", "the refund", "the payment", "the amount that i paid", "my invoice", "the credit"),
    "login": ("my account", "the password", "the app", "the website", "my profile", "the login page"),
}
VERBS = {
    "parcel": ("has not arrived", "came too late", "was left at the neighbour", "is still on its way", "got lost"),
    "refund": ("was not paid back", "is too low", "was charged twice", "has not come yet", "went to the wrong bank"),
    "login": ("does not open", "keeps loading", "was locked again", "shows an error", "cannot be changed"),
}
ENDS = ("what can i do?", "please answer soon.", "thank you!", "i have waited for days.", "kind regards.", "any idea?")
WHEN = ("today", "since monday", "for a week", "again", "as always", "this morning", "after the update", "now")
SALT = tuple("abcdefghijklmnop")


def text(label, rng):
    """A text of a label; no two are likely to be the same."""

    def one(of):
        return of[rng.integers(len(of))]

    parts = (one(OPENINGS), one(SUBJECTS[label]), one(VERBS[label]), one(WHEN), one(ENDS))
    return " ".join(part for part in parts if rng.random() < 0.85)


def texts(rows, seed, **columns):
    """(rows,) labelled texts."""
    rng = np.random.default_rng(seed)
    labels = [tuple(SUBJECTS)[at] for at in rng.integers(0, len(SUBJECTS), rows)]
    return pa.table({"body": [text(label, rng) for label in labels], "about": labels, **columns})


def replaced(table, bodies, start=0):
    """The same rows, but for some that have other texts."""
    body = table["body"].to_pylist()
    body[start : start + len(bodies)] = bodies
    return table.set_column(0, "body", pa.array(body))
