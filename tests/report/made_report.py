"""Reports made up for the tests of the page: plausible, empty, wide and hostile ones."""

from itertools import combinations

import numpy as np

from parhelion.evaluation.detection.figures import Clue, Detection, Example, Test
from parhelion.evaluation.fairness.figures import Attribute, Fairness, Group
from parhelion.evaluation.fidelity.figures import (
    ColumnFidelity,
    Distribution,
    Fidelity,
    PairFidelity,
    TripleFidelity,
)
from parhelion.evaluation.privacy.figures import AtRisk, Guesses, Membership, Privacy, Uniqueness
from parhelion.evaluation.report import Compared, Report
from parhelion.evaluation.rules_kept import RuleKept, Rules
from parhelion.evaluation.scores import Counts, Figure, Score, Three
from parhelion.evaluation.utility.figures import Coefficient, Importance, Predictions, Task, Utility
from parhelion.evaluation.verdicts import Judged, Verdict

KINDS = {
    "age": "number", "workclass": "category", "fnlwgt": "number", "education": "category", "education_num": "number",
    "marital_status": "category", "occupation": "category", "relationship": "category", "race": "category",
    "sex": "boolean", "capital_gain": "number", "capital_loss": "number", "hours_per_week": "number",
    "native_country": "category", "income": "category",
}  # fmt: skip
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
HOSTILE = (
    "<script>alert(1)</script>", "\"quoted\" & 'single'", "a" * 290 + "_the_last", "שלום עולם", "الاسم\u202e evil",
    "👩‍👩‍👧‍👦 family 🎉", "</style></svg>", "{{ 7 * 7 }}", "line\nbreak\ttab", " ", "名前", "x" * 300, "javascript:alert(1)",
    "]]><!--", "&lt;b&gt;",
)  # fmt: skip

_DRAWS = np.random.default_rng(7)


def score(key, title, value, reference=None, interval=None, **more):
    return Score(
        key=key, title=title, value=value, reference=reference, interval=interval,
        spread="bootstrap over rows" if interval else "", **({"meaning": "What it says, in a sentence."} | more),
    )  # fmt: skip


def three(train, synthetic, holdout):
    return Three(train=train, synthetic=synthetic, holdout=holdout)


def figure(value, reference):
    return Figure(value=value, reference=reference)


def _shares(shape, noise):
    drawn = np.abs(shape * (1 + noise * _DRAWS.standard_normal(len(shape))))
    return tuple((drawn / drawn.sum()).tolist())


def chart(name, kind, noise=0.06, protect_others=True):
    if kind == "number":
        edges = np.linspace(17, 90, 25)
        shape = np.exp(-(((edges[1:] - _DRAWS.uniform(28, 60)) / _DRAWS.uniform(9, 20)) ** 2)) + 0.01
        names, labels = tuple(edges.tolist()), tuple(f"{edge:.0f}" for edge in edges)
    else:
        labels = VALUES.get(name, tuple(f"{name.split('_')[0]} {place}" for place in range(12)) + ("(others)",))
        names, shape = (), 0.75 ** np.arange(len(labels))
    return Distribution(
        edges=names, labels=labels,
        train=_shares(shape, 0), holdout=_shares(shape, 0.03), synthetic=_shares(shape, noise),
    )  # fmt: skip


def column(name, kind, place=0):
    ordered = kind == "number"
    distance = figure(0.05 / (1 + place), 0.006 + 0.0003 * place)
    return ColumnFidelity(
        name=name, kind=kind, measure="Kolmogorov-Smirnov" if ordered else "total variation",
        distance=distance, interval=(distance.value * 0.8, distance.value * 1.2), to_train=distance.value * 0.9,
        wasserstein=figure(distance.value * 12, distance.reference * 12) if ordered else None,
        unit="years" if name == "age" else "", missing=three(0.056, 0.051, 0.057), coverage=three(1.0, 0.97, 0.99),
        unseen=figure(0.0, 0.0002), chart=chart(name, kind, noise=0.4 / (1 + place)),
    )  # fmt: skip


def pairs(names, most=5000):
    made = []
    for place, (first, second) in enumerate(list(combinations(names, 2))[:most]):
        real = float(np.clip(_DRAWS.normal(0.1, 0.3), -0.95, 0.95))
        real = real if place % 3 == 0 else abs(real)
        made.append(
            PairFidelity(
                first=first, second=second, distance=figure(0.14 / (1 + place / 9), 0.03),
                measure=("correlation", "correlation ratio", "Cramer's V")[place % 3],
                association=three(real, real + float(_DRAWS.normal(0, 0.05)), real + float(_DRAWS.normal(0, 0.01))),
                information=three(0.12, 0.10, 0.121),
            )
        )  # fmt: skip
    return tuple(made)


def fidelity(kinds=None):
    kinds = kinds or KINDS
    order = sorted(kinds, key=lambda name: name != "capital_gain")
    return Fidelity(
        scores=(
            score("fidelity.columns", "Distance of columns", 0.0124, 0.0081, (0.0113, 0.0136), unit="share", ideal=0.0,
                  meaning="On average, so many of the values of a column would have to change for it to look exactly like "
                          "that of real people nobody has seen.",
                  warning="A copy of the training rows, and columns drawn independently, would both win this."),
            score("fidelity.pairs", "Distance of pairs", 0.0532, 0.0417, (0.0508, 0.0555), unit="share", ideal=0.0,
                  warning="A copy of the training rows would win this."),
            score("fidelity.information", "Error of mutual information", 0.0182, 0.0047, (0.0151, 0.0213), unit="bits",
                  ideal=0.0),
            score("fidelity.triples", "Distance of triples", 0.118, 0.0971, (0.112, 0.124), unit="share", ideal=0.0),
            score("fidelity.missing", "Missing values", 0.0011, 0.0013, unit="share", ideal=0.0),
            score("fidelity.coverage", "Coverage", 0.971, 0.988, unit="share", better="higher", ideal=1.0),
            score("fidelity.unseen", "Values never seen", 0.0, 0.0002, unit="share", better="reference"),
        ),
        findings=(
            "Column 'capital_gain' is 7.7 times as far from unseen real rows as other real rows are: 5 % of its values "
            "would have to change.",
            "Columns 'age' and 'capital_gain' go together less than they do in real rows: 0.07 where it is 0.12.",
        ),
        notes=("Distances are of 16,281 rows of each table, the mean of 4 draws.", "All 105 pairs were compared."),
        columns=(
            *(column(name, kinds[name], place) for place, name in enumerate(order)),
            ColumnFidelity(
                name="e_mail", kind="personal", missing=three(0.0, 0.0, 0.0), copied=figure(0.0, 0.0),
                unique=three(1.0, 0.998, 1.0),
            ),
            ColumnFidelity(name="country_code", kind="constant", missing=three(0.0, 0.0, 0.0)),
        ),
        pairs=pairs(order), pairs_in_all=len(order) * (len(order) - 1) // 2,
        triples=tuple(
            TripleFidelity(columns=trio, distance=figure(0.2 / (1 + place), 0.09))
            for place, trio in enumerate(list(combinations(order[:6], 3))[:12])
        ),
    )  # fmt: skip


def roc(power, points=30):
    return tuple((float(at), float(at**power)) for at in np.linspace(0, 1, points) ** 3)


def detection():
    return Detection(
        scores=(
            score("detection.unseen", "Told from unseen real rows", 0.561, 0.502, (0.553, 0.569), unit="AUC", ideal=0.5,
                  better="lower",
                  meaning="How often a strong classifier, shown one synthetic and one unseen real row, knows which is "
                          "which: 0.5 is a guess, 1 is always."),
            score("detection.train", "Told from the rows learned from", 0.552, 0.502, (0.544, 0.56), unit="AUC", ideal=0.5,
                  warning="A copy of the training rows would win this."),
            score("detection.logistic", "Told by a simple classifier", 0.507, 0.499, (0.498, 0.516), unit="AUC", ideal=0.5,
                  warning="Weak evidence: it only sees means."),
            score("detection.propensity", "Propensity error (pMSE)", 0.0041, 0.0006, unit="", ideal=0.0),
            score("detection.precision", "Realistic rows (alpha-precision)", 0.962, 0.981, unit="share", better="higher",
                  ideal=1.0, warning="Weak evidence: see arXiv 2505.22450."),
            score("detection.recall", "Variety (beta-recall)", 0.913, 0.949, unit="share", better="higher", ideal=1.0),
            score("detection.authenticity", "Authentic rows", 0.553, 0.561, unit="share", better="reference"),
        ),
        findings=("A classifier knows synthetic rows mostly by 'capital_gain'.",),
        notes=("20,000 rows of each side, 5 folds; identical rows share a fold.",),
        tests=(
            Test(against="holdout", classifier="gradient boosting", auc=0.561, interval=(0.553, 0.569), reference=0.502,
                 rows=16_281, curve=roc(0.78)),
            Test(against="train", classifier="gradient boosting", auc=0.552, interval=(0.544, 0.56), reference=0.502,
                 rows=20_000, curve=roc(0.81)),
            Test(against="holdout", classifier="logistic regression", auc=0.507, interval=(0.498, 0.516),
                 reference=0.499, rows=16_281, curve=roc(0.97)),
        ),
        clues=tuple(Clue(column=name, drop=0.03 / (1 + place) ** 1.3) for place, name in enumerate(("capital_gain", "fnlwgt", "education_num", "occupation", "age", "hours_per_week"))),
        examples=(
            Example(row=1_204, probability=0.982, telling=("capital_gain", "education_num"),
                    values={"capital_gain": "10,566", "education_num": "4", "age": "23", "education": "7th-8th",
                            "occupation": "Exec-managerial", "income": ">50K"}),
            Example(row=20_871, probability=0.971, telling=("capital_gain",),
                    values={"capital_gain": "41,310", "education_num": "9", "age": "90", "education": "HS-grad",
                            "occupation": "", "income": "<=50K"}),
        ),
    )  # fmt: skip


def _predictions(learned_from, auc, rows):
    return Predictions(
        learned_from=learned_from, rows=rows,
        scores={"AUC": auc, "F1": auc - 0.12, "log loss": 1.2 - auc, "calibration error": 0.95 - auc},
        intervals={"AUC": (auc - 0.005, auc + 0.005), "F1": (auc - 0.13, auc - 0.11)},
        calibration=tuple((at, min(1.0, at**1.1 + (0.93 - auc)), 0.1) for at in np.linspace(0.05, 0.95, 10).tolist()),
        rarest={"AUC": auc, "F1": auc - 0.22},
    )  # fmt: skip


def utility():
    terms = ("age", "education_num", "hours_per_week", "capital_gain", "sex = Male", "marital_status = Never-married")
    return Utility(
        scores=(
            score("utility.predict", "Predicting income", 0.912, 0.927, (0.907, 0.917), unit="AUC", better="higher",
                  ideal=1.0,
                  meaning="How well a model that learned from synthetic rows only predicts 'income' of real people it has "
                          "never seen; beside it, one that learned from real rows."),
            score("utility.agreement", "Same columns matter", 0.94, 0.98, unit="", better="higher", ideal=1.0),
            score("utility.conclusions", "Same conclusions", 0.917, None, unit="share", better="higher", ideal=1.0),
            score("utility.augment", "Real and synthetic together", 0.926, 0.927, (0.921, 0.931), unit="AUC",
                  better="higher", ideal=1.0),
            score("utility.rarest", "Predicting the rarest class", 0.688, 0.713, unit="", better="higher", ideal=1.0),
        ),
        notes=("'income' was given as the target; 'occupation' was chosen.",),
        tasks=(
            Task(target="income", kind="classes", given=True, classes=("<=50K", ">50K"),
                 models=(_predictions("train", 0.927, 32_561), _predictions("synthetic", 0.912, 32_561),
                         _predictions("train + synthetic", 0.926, 65_122)),
                 importances=tuple(Importance(column=name, train=0.09 / (1 + place), synthetic=0.085 / (1.1 + place)) for place, name in enumerate(("relationship", "capital_gain", "education_num", "age", "occupation", "hours_per_week"))),
                 agreement=0.94,
                 coefficients=tuple(
                     Coefficient(term=term, train=0.6 - 0.2 * place, train_interval=(0.55 - 0.2 * place, 0.65 - 0.2 * place),
                                 synthetic=0.57 - 0.19 * place, synthetic_interval=(0.52 - 0.19 * place, 0.62 - 0.19 * place),
                                 agrees=place != 3, overlap=0.8 - 0.1 * place) for place, term in enumerate(terms)),
                 conclusions=0.917),
            Task(target="hours_per_week", kind="number", given=False,
                 models=tuple(Predictions(learned_from=source, rows=32_561, scores={"R2": value, "RMSE": 11.0 - value, "MAE": 7.6},
                                          intervals={"R2": (value - 0.01, value + 0.01)})
                              for source, value in (("train", 0.27), ("synthetic", 0.243)))),
        ),
    )  # fmt: skip


def privacy():
    return Privacy(
        scores=(
            score("privacy.membership", "Membership attack", 0.503, 0.5, (0.493, 0.513), unit="AUC", ideal=0.5,
                  meaning="How well the best of two attackers, shown a real row, knows whether the generator learned from "
                          "it: 0.5 is a guess."),
            score("privacy.tpr", "Members found at 1 % false alarms", 0.0112, 0.01, (0.0086, 0.0143), unit="share",
                  ideal=0.01),
            score("privacy.copies", "Exact copies", 0.0009, 0.0011, unit="share", better="lower", ideal=0.0),
            score("privacy.near_copies", "Near copies", 0.0142, 0.0151, unit="share", better="lower", ideal=0.0),
            score("privacy.singling_out", "Singling out", 0.012, 0.0, (0.0, 0.031), unit="share", ideal=0.0),
            score("privacy.linkability", "Linkability", 0.002, 0.0, (0.0, 0.011), unit="share", ideal=0.0),
            score("privacy.inference", "Attribute inference", 0.006, 0.0, (0.0, 0.024), unit="share", ideal=0.0),
            score("privacy.dcr", "Nearer to train than to hold-out (DCR)", 0.502, 0.5, unit="share", ideal=0.5,
                  warning="Weak evidence (arXiv 2505.01524)."),
            score("privacy.nndr", "Nearest-neighbour ratio (NNDR)", None, None, untold="there are too few distinct rows"),
        ),
        notes=("Attacks were tried on 5,000 rows.",),
        membership=(
            Membership(attack="distance", auc=0.501, interval=(0.491, 0.511), tpr={"1 %": 0.0104, "0.1 %": 0.0012},
                       members=5_000, others=5_000, curve=roc(0.99)),
            Membership(attack="density ratio", auc=0.503, interval=(0.493, 0.513), tpr={"1 %": 0.0112, "0.1 %": None},
                       members=5_000, others=5_000, curve=roc(0.96)),
        ),
        guesses=tuple(
            Guesses(attack=attack, detail=detail, attempts=2_000, main=main, main_interval=(main - 0.02, main + 0.02),
                    control=control, control_interval=(control - 0.02, control + 0.02), naive=naive,
                    risk=max(0.0, (main - control) / (1 - control)), risk_interval=(0.0, 0.03))
            for attack, detail, main, control, naive in (
                ("singling out", "one column", 0.052, 0.049, 0.021), ("singling out", "3 columns together", 0.121, 0.11, 0.034),
                ("linkability", "7 columns with 8", 0.041, 0.04, 0.038), ("attribute inference", "income", 0.812, 0.81, 0.51),
                ("attribute inference", "occupation", 0.332, 0.329, 0.125))),
        at_risk=tuple(AtRisk(row=row, score=4.1 - place / 3, percentile=0.9999 - place / 2000, why="far from all other rows")
                      for place, row in enumerate((27_104, 811, 9_002, 15_777))),
        uniqueness=(
            Uniqueness(columns=("age", "sex", "race"), table="train", smallest=1, alone=0.0061, below_5=0.021, below_10=0.035,
                       diversity=1),
            Uniqueness(columns=("age", "sex", "race"), table="synthetic", smallest=1, alone=0.0057, below_5=0.02,
                       below_10=0.034),
        ),
    )  # fmt: skip


def fairness():
    groups = tuple(
        Group(name=name, rows=rows, share=three(real, fake, real + 0.001), interval=(fake - real - 0.004, fake - real + 0.004),
              outcome=three(out, out * 0.97, out), positive_rate=figure(out * 0.8, out * 0.82),
              true_positive_rate=figure(0.55, 0.6), distance=figure(0.02, 0.015), score=figure(0.9, 0.92))
        for name, rows, real, fake, out in (
            ("White", 13_946, 0.854, 0.867, 0.256), ("Black", 1_561, 0.096, 0.089, 0.124), ("Asian-Pac-Islander", 480, 0.032, 0.031, 0.266),
            ("Amer-Indian-Eskimo", 159, 0.0096, 0.0071, 0.116), ("Other", 135, 0.0083, 0.0062, 0.092)))  # fmt: skip
    return Fairness(
        scores=(
            score("fairness.representation", "Groups are there", 0.0131, 0.0042, unit="share", ideal=0.0),
            score("fairness.parity", "Gap of the outcome", 0.192, 0.196, unit="share", better="reference"),
            score("fairness.opportunity", "Gap of chances (equal opportunity)", 0.21, 0.18, unit="share", better="reference"),
            score("fairness.worst_group", "The worst group's quality", 0.041, 0.03, unit="share", ideal=0.0),
        ),
        findings=("Group 'Amer-Indian-Eskimo' is 26 % smaller than in real rows.",),
        outcome="income = >50K",
        attributes=(
            Attribute(columns=("race",), given=True, groups=groups, parity=three(0.174, 0.17, 0.172),
                      model_parity=figure(0.2, 0.19), opportunity=figure(0.21, 0.18)),
            Attribute(columns=("race", "sex"), given=True, groups=groups[:2], left_out=3),
        ),
    )  # fmt: skip


def rules():
    return Rules(
        scores=(score("rules.kept", "Rules kept", 0.9981, 1.0, unit="share", better="higher", ideal=1.0),),
        rules=(
            RuleKept(rule="education -> education_num", given=True, kept=three(1.0, 0.9981, 1.0), broken=(12, 907, 4_411)),
            RuleKept(rule="17 <= age <= 90", given=False, kept=three(1.0, 1.0, 1.0)),
        ),
    )  # fmt: skip


def verdict():
    return Verdict(
        passed=False,
        sentence="Near to real rows and safe to share, but one of seven thresholds is missed: a classifier can tell its "
        "rows from unseen real ones a little better than it should.",
        judged=(
            Judged(score="fidelity.columns", title="Distance of columns", outcome="held", expected="at most 2 times the reference",
                   value=0.0124, reference=0.0081, why="columns should be about as near as other real rows are"),
            Judged(score="detection.unseen", title="Told from unseen real rows", outcome="missed", expected="at most 0.55",
                   value=0.561, reference=0.502, why="above it a classifier has found something to hold on to"),
            Judged(score="utility.predict", title="Predicting income", outcome="unsure", expected="at most 0.01 below the reference",
                   value=0.912, reference=0.927, why="models should do nearly as well"),
            Judged(score="privacy.membership", title="Membership attack", outcome="held", expected="at most 0.55",
                   value=0.503, reference=0.5, why="an attacker should be no better than a guess"),
            Judged(score="privacy.nndr", title="NNDR", outcome="untold", expected="at least 0.5", value=None, reference=None, why=""),
        ),
    )  # fmt: skip


def full():
    parts = {
        "fidelity": fidelity(), "detection": detection(), "utility": utility(), "privacy": privacy(),
        "fairness": fairness(), "rules": rules(),
    }  # fmt: skip
    return Report(
        parhelion="0.1.0",
        compared=Compared(
            real="adult.csv", synthetic="adult_synthetic.csv", holdout="adult_unseen.csv",
            counts=Counts(train=32_561, synthetic=32_561, holdout=16_281), kinds=KINDS | {"e_mail": "personal", "country_code": "constant"},
            target=("income",), sensitive=("race", "sex"), cut=False, quick=False, seed=0),
        headline=tuple(parts[name].scores[0] for name in ("fidelity", "detection", "utility", "privacy")),
        verdict=verdict(),
        worst=tuple(sentence for part in parts.values() for sentence in part.findings),
        **parts,
    )  # fmt: skip


def bare():
    """Nothing could be told: no comparable column, no task, no rule, no hold-out."""
    untold = {
        key: score(f"{key}.first", "Something", None, untold="there are only 2 rows", meaning="Says something.")
        for key in ("fidelity", "detection", "utility", "privacy")
    }
    return Report(
        parhelion="0.1.0",
        compared=Compared(
            real="tiny.csv", synthetic="fake.csv", holdout=None, counts=Counts(train=1, synthetic=3, holdout=1),
            kinds={"id": "identifier"}, target=(), sensitive=(), cut=True, quick=True, seed=3),
        headline=tuple(untold.values()), verdict=Verdict(passed=True, sentence="Nothing could be told."), worst=(),
        fidelity=Fidelity(scores=(untold["fidelity"],), columns=(ColumnFidelity(name="id", kind="identifier", missing=three(None, None, None)),)),
        detection=Detection(scores=(untold["detection"],)), utility=Utility(scores=(untold["utility"],)),
        privacy=Privacy(scores=(untold["privacy"],)), fairness=Fairness(), rules=Rules(),
    )  # fmt: skip


def of_columns(names):
    """The full report, of so many columns of these names."""
    report = full()
    kinds = {name: ("number", "category")[place % 2] for place, name in enumerate(names)}
    return report.model_copy(
        update={
            "fidelity": fidelity(kinds),
            "compared": report.compared.model_copy(update={"kinds": kinds}),
        }
    )


def wide(columns=100):
    return of_columns([f"column_number_{place}_of_many" for place in range(columns)])


def hostile():
    """Hostile names and values everywhere."""
    report = of_columns(HOSTILE)
    script = HOSTILE[0]
    return report.model_copy(
        update={
            "compared": report.compared.model_copy(update={"real": script, "synthetic": "x" * 300, "target": (script,)}),
            "verdict": report.verdict.model_copy(update={"sentence": f"Missed by {script} and {'y' * 300}"}),
            "worst": tuple(f"Column {name!r} is bad." for name in HOSTILE),
            "detection": report.detection.model_copy(
                update={
                    "clues": tuple(Clue(column=name, drop=0.01) for name in HOSTILE),
                    "examples": (Example(row=1, probability=0.9, values=dict.fromkeys(HOSTILE, "</td><script>"), telling=HOSTILE),),
                }
            ),
            "rules": Rules(rules=tuple(RuleKept(rule=name, given=True, kept=three(None, 1.0, None)) for name in HOSTILE)),
        }
    )  # fmt: skip
