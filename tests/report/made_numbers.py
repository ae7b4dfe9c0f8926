"""Scores and figures made up for the tests of the page."""

import numpy as np

from parhelion.evaluation.scores import Figure, Score, Three


def score(key, title, value, reference=None, interval=None, **more):
    return Score(
        key=key,
        title=title,
        value=value,
        reference=reference,
        interval=interval,
        spread="bootstrap over rows" if interval else "",
        **({"meaning": "What it says, in a sentence."} | more),
    )


def three(train, synthetic, holdout):
    return Three(train=train, synthetic=synthetic, holdout=holdout)


def figure(value, reference):
    return Figure(value=value, reference=reference)


def roc(power, points=30):
    return tuple((float(at), float(at**power)) for at in np.linspace(0, 1, points) ** 3)
