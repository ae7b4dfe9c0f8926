"""Columns, pairs and triples made up for the tests of the page: a table of people and their income."""

from itertools import combinations
from zlib import crc32

import numpy as np
from made_numbers import figure, score, three

from parhelion.evaluation.fidelity.figures import ColumnFidelity, Distribution, Fidelity, PairFidelity, TripleFidelity

KINDS = {
    "age": "number",
    "workclass": "category",
    "fnlwgt": "number",
    "education": "category",
    "education_num": "number",
    "marital_status": "category",
    "occupation": "category",
    "relationship": "category",
    "race": "category",
    "sex": "boolean",
    "capital_gain": "number",
    "capital_loss": "number",
    "hours_per_week": "number",
    "native_country": "category",
    "income": "category",
}


VALUES = {
    "workclass": ("Private", "Self-emp-not-inc", "Local-gov", "State-gov", "Self-emp-inc", "Federal-gov", "(others)"),
    "sex": ("Male", "Female"),
    "income": ("<=50K", ">50K"),
    "race": ("White", "Black", "Asian-Pac-Islander", "Amer-Indian-Eskimo", "Other"),
    "marital_status": (
        "Married-civ-spouse",
        "Never-married",
        "Divorced",
        "Separated",
        "Widowed",
        "Married-spouse-absent",
    ),
}


def _shares(shape, noise, draws):
    drawn = np.abs(shape * (1 + noise * draws.standard_normal(len(shape))))
    return tuple((drawn / drawn.sum()).tolist())


def chart(name, kind, noise=0.06):
    draws = np.random.default_rng(crc32(name.encode(errors="replace")))
    if kind == "number":
        edges = np.linspace(17, 90, 25)
        shape = np.exp(-(((edges[1:] - draws.uniform(28, 60)) / draws.uniform(9, 20)) ** 2)) + 0.01
        names, labels = tuple(edges.tolist()), tuple(f"{edge:.0f}" for edge in edges)
    else:
        labels = VALUES.get(name, (*(f"{name.split('_')[0]} {place}" for place in range(12)), "(others)"))
        names, shape = (), 0.75 ** np.arange(len(labels))
    return Distribution(
        edges=names,
        labels=labels,
        train=_shares(shape, 0, draws),
        holdout=_shares(shape, 0.03, draws),
        synthetic=_shares(shape, noise, draws),
    )


def column(name, kind, place=0):
    ordered = kind == "number"
    distance = figure(0.05 / (1 + place), 0.006 + 0.0003 * place)
    return ColumnFidelity(
        name=name,
        kind=kind,
        measure="Kolmogorov-Smirnov" if ordered else "total variation",
        distance=distance,
        interval=(distance.value * 0.8, distance.value * 1.2),
        to_train=distance.value * 0.9,
        wasserstein=figure(distance.value * 12, distance.reference * 12) if ordered else None,
        unit="years" if name == "age" else "",
        missing=three(0.056, 0.051, 0.057),
        coverage=three(1.0, 0.97, 0.99),
        unseen=figure(0.0, 0.0002),
        chart=chart(name, kind, noise=0.4 / (1 + place)),
    )


def pairs(names, most=5000):
    draws = np.random.default_rng(7)
    made = []
    for place, (first, second) in enumerate(list(combinations(names, 2))[:most]):
        real = float(np.clip(draws.normal(0.1, 0.3), -0.95, 0.95))
        real = real if place % 3 == 0 else abs(real)
        made.append(
            PairFidelity(
                first=first,
                second=second,
                distance=figure(0.14 / (1 + place / 9), 0.03),
                measure=("correlation", "correlation ratio", "Cramer's V")[place % 3],
                association=three(real, real + float(draws.normal(0, 0.05)), real + float(draws.normal(0, 0.01))),
                information=three(0.12, 0.10, 0.121),
            )
        )
    return tuple(made)


def fidelity(kinds=None):
    kinds = kinds or KINDS
    order = sorted(kinds, key=lambda name: name != "capital_gain")
    return Fidelity(
        scores=(
            score(
                "fidelity.columns",
                "Distance of columns",
                0.0124,
                0.0081,
                (0.0113, 0.0136),
                unit="share",
                ideal=0.0,
                meaning="On average, so many of the values of a column would have to change for it to look exactly "
                "like that of real people nobody has seen.",
                warning="A copy of the training rows, and columns drawn independently, would both win this.",
            ),
            score(
                "fidelity.pairs",
                "Distance of pairs",
                0.0532,
                0.0417,
                (0.0508, 0.0555),
                unit="share",
                ideal=0.0,
                warning="A copy of the training rows would win this.",
            ),
            score(
                "fidelity.information",
                "Error of mutual information",
                0.0182,
                0.0047,
                (0.0151, 0.0213),
                unit="bits",
                ideal=0.0,
            ),
            score("fidelity.triples", "Distance of triples", 0.118, 0.0971, (0.112, 0.124), unit="share", ideal=0.0),
            score("fidelity.missing", "Missing values", 0.0011, 0.0013, unit="share", ideal=0.0),
            score("fidelity.coverage", "Coverage", 0.971, 0.988, unit="share", better="higher", ideal=1.0),
            score("fidelity.unseen", "Values never seen", 0.0, 0.0002, unit="share", better="reference"),
        ),
        findings=(
            "Column 'capital_gain' is 7.7 times as far from unseen real rows as other real rows are.",
            "Columns 'age' and 'capital_gain' go together less than they do in real rows: 0.07 where it is 0.12.",
        ),
        notes=("Distances are of 16,281 rows of each table, the mean of 4 draws.", "All 105 pairs were compared."),
        columns=(
            *(column(name, kinds[name], place) for place, name in enumerate(order)),
            ColumnFidelity(
                name="e_mail",
                kind="personal",
                missing=three(0.0, 0.0, 0.0),
                copied=figure(0.0, 0.0),
                unique=three(1.0, 0.998, 1.0),
            ),
            ColumnFidelity(name="country_code", kind="constant", missing=three(0.0, 0.0, 0.0)),
        ),
        pairs=pairs(order),
        pairs_in_all=len(order) * (len(order) - 1) // 2,
        triples=tuple(
            TripleFidelity(columns=trio, distance=figure(0.2 / (1 + place), 0.09))
            for place, trio in enumerate(list(combinations(order[:6], 3))[:12])
        ),
    )
