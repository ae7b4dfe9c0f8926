"""Detection, utility and privacy made up for the tests of the page."""

import numpy as np
from made_numbers import roc, score

from parhelion.evaluation.detection.figures import Clue, Detection, Example, Test
from parhelion.evaluation.privacy.figures import AtRisk, Guesses, Membership, Privacy, Uniqueness
from parhelion.evaluation.utility.figures import Coefficient, Importance, Predictions, Task, Utility


def detection():
    return Detection(
        scores=(
            score(
                "detection.unseen",
                "Told from unseen real rows",
                0.561,
                0.502,
                (0.553, 0.569),
                unit="AUC",
                ideal=0.5,
                better="lower",
                meaning="How often a strong classifier, shown one synthetic and one unseen real row, knows which is "
                "which: 0.5 is a guess, 1 is always.",
            ),
            score(
                "detection.train",
                "Told from the rows learned from",
                0.552,
                0.502,
                (0.544, 0.56),
                unit="AUC",
                ideal=0.5,
                warning="A copy of the training rows would win this.",
            ),
            score(
                "detection.logistic",
                "Told by a simple classifier",
                0.507,
                0.499,
                (0.498, 0.516),
                unit="AUC",
                ideal=0.5,
                warning="Weak evidence: it only sees means.",
            ),
            score("detection.propensity", "Propensity error (pMSE)", 0.0041, 0.0006, unit="", ideal=0.0),
            score(
                "detection.precision",
                "Realistic rows (alpha-precision)",
                0.962,
                0.981,
                unit="share",
                better="higher",
                ideal=1.0,
                warning="Weak evidence: see arXiv 2505.22450.",
            ),
            score("detection.recall", "Variety (beta-recall)", 0.913, 0.949, unit="share", better="higher", ideal=1.0),
            score("detection.authenticity", "Authentic rows", 0.553, 0.561, unit="share", better="reference"),
        ),
        findings=("A classifier knows synthetic rows mostly by 'capital_gain'.",),
        notes=("20,000 rows of each side, 5 folds; identical rows share a fold.",),
        tests=(
            Test(
                against="holdout",
                classifier="gradient boosting",
                auc=0.561,
                interval=(0.553, 0.569),
                reference=0.502,
                rows=16_281,
                curve=roc(0.78),
            ),
            Test(
                against="train",
                classifier="gradient boosting",
                auc=0.552,
                interval=(0.544, 0.56),
                reference=0.502,
                rows=20_000,
                curve=roc(0.81),
            ),
            Test(
                against="holdout",
                classifier="logistic regression",
                auc=0.507,
                interval=(0.498, 0.516),
                reference=0.499,
                rows=16_281,
                curve=roc(0.97),
            ),
        ),
        clues=tuple(
            Clue(column=name, drop=0.03 / (1 + place) ** 1.3)
            for place, name in enumerate(
                ("capital_gain", "fnlwgt", "education_num", "occupation", "age", "hours_per_week")
            )
        ),
        examples=(
            Example(
                row=1_204,
                probability=0.982,
                telling=("capital_gain", "education_num"),
                values={
                    "capital_gain": "10,566",
                    "education_num": "4",
                    "age": "23",
                    "education": "7th-8th",
                    "occupation": "Exec-managerial",
                    "income": ">50K",
                },
            ),
            Example(
                row=20_871,
                probability=0.971,
                telling=("capital_gain",),
                values={
                    "capital_gain": "41,310",
                    "education_num": "9",
                    "age": "90",
                    "education": "HS-grad",
                    "occupation": "",
                    "income": "<=50K",
                },
            ),
        ),
    )


def _predictions(learned_from, auc, rows):
    return Predictions(
        learned_from=learned_from,
        rows=rows,
        scores={"AUC": auc, "F1": auc - 0.12, "log loss": 1.2 - auc, "calibration error": 0.95 - auc},
        intervals={"AUC": (auc - 0.005, auc + 0.005), "F1": (auc - 0.13, auc - 0.11)},
        calibration=tuple((at, min(1.0, at**1.1 + (0.93 - auc)), 0.1) for at in np.linspace(0.05, 0.95, 10).tolist()),
        rarest={"AUC": auc, "F1": auc - 0.22},
    )


def utility():
    terms = ("age", "education_num", "hours_per_week", "capital_gain", "sex = Male", "marital_status = Never-married")
    return Utility(
        scores=(
            score(
                "utility.predict",
                "Predicting income",
                0.912,
                0.927,
                (0.907, 0.917),
                unit="AUC",
                better="higher",
                ideal=1.0,
                meaning="How well a model that learned from synthetic rows only predicts 'income' of real people it "
                "has never seen; beside it, one that learned from real rows.",
            ),
            score("utility.agreement", "Same columns matter", 0.94, 0.98, unit="", better="higher", ideal=1.0),
            score("utility.conclusions", "Same conclusions", 0.917, None, unit="share", better="higher", ideal=1.0),
            score(
                "utility.augment",
                "Real and synthetic together",
                0.926,
                0.927,
                (0.921, 0.931),
                unit="AUC",
                better="higher",
                ideal=1.0,
            ),
            score("utility.rarest", "Predicting the rarest class", 0.688, 0.713, unit="", better="higher", ideal=1.0),
        ),
        notes=("'income' was given as the target; 'occupation' was chosen.",),
        tasks=(
            Task(
                target="income",
                kind="classes",
                given=True,
                classes=("<=50K", ">50K"),
                models=(
                    _predictions("train", 0.927, 32_561),
                    _predictions("synthetic", 0.912, 32_561),
                    _predictions("train + synthetic", 0.926, 65_122),
                ),
                importances=tuple(
                    Importance(column=name, train=0.09 / (1 + place), synthetic=0.085 / (1.1 + place))
                    for place, name in enumerate(
                        ("relationship", "capital_gain", "education_num", "age", "occupation", "hours_per_week")
                    )
                ),
                agreement=0.94,
                coefficients=tuple(
                    Coefficient(
                        term=term,
                        train=0.6 - 0.2 * place,
                        train_interval=(0.55 - 0.2 * place, 0.65 - 0.2 * place),
                        synthetic=0.57 - 0.19 * place,
                        synthetic_interval=(0.52 - 0.19 * place, 0.62 - 0.19 * place),
                        agrees=place != 3,
                        overlap=0.8 - 0.1 * place,
                    )
                    for place, term in enumerate(terms)
                ),
                conclusions=0.917,
            ),
            Task(
                target="hours_per_week",
                kind="number",
                given=False,
                models=tuple(
                    Predictions(
                        learned_from=source,
                        rows=32_561,
                        scores={"R2": value, "RMSE": 11.0 - value, "MAE": 7.6},
                        intervals={"R2": (value - 0.01, value + 0.01)},
                    )
                    for source, value in (("train", 0.27), ("synthetic", 0.243))
                ),
            ),
        ),
    )


def privacy():
    return Privacy(
        scores=(
            score(
                "privacy.membership",
                "Membership attack",
                0.503,
                0.5,
                (0.493, 0.513),
                unit="AUC",
                ideal=0.5,
                meaning="How well the best of two attackers, shown a real row, knows whether the generator learned "
                "from it: 0.5 is a guess.",
            ),
            score(
                "privacy.tpr",
                "Members found at 1 % false alarms",
                0.0112,
                0.01,
                (0.0086, 0.0143),
                unit="share",
                ideal=0.01,
            ),
            score("privacy.copies", "Exact copies", 0.0009, 0.0011, unit="share", better="lower", ideal=0.0),
            score("privacy.near_copies", "Near copies", 0.0142, 0.0151, unit="share", better="lower", ideal=0.0),
            score("privacy.singling_out", "Singling out", 0.012, 0.0, (0.0, 0.031), unit="share", ideal=0.0),
            score("privacy.linkability", "Linkability", 0.002, 0.0, (0.0, 0.011), unit="share", ideal=0.0),
            score("privacy.inference", "Attribute inference", 0.006, 0.0, (0.0, 0.024), unit="share", ideal=0.0),
            score(
                "privacy.dcr",
                "Nearer to train than to hold-out (DCR)",
                0.502,
                0.5,
                unit="share",
                ideal=0.5,
                warning="Weak evidence (arXiv 2505.01524).",
            ),
            score(
                "privacy.nndr", "Nearest-neighbour ratio (NNDR)", None, None, untold="there are too few distinct rows"
            ),
        ),
        notes=("Attacks were tried on 5,000 rows.",),
        membership=(
            Membership(
                attack="distance",
                auc=0.501,
                interval=(0.491, 0.511),
                tpr={"1 %": 0.0104, "0.1 %": 0.0012},
                members=5_000,
                others=5_000,
                curve=roc(0.99),
            ),
            Membership(
                attack="density ratio",
                auc=0.503,
                interval=(0.493, 0.513),
                tpr={"1 %": 0.0112, "0.1 %": None},
                members=5_000,
                others=5_000,
                curve=roc(0.96),
            ),
        ),
        guesses=tuple(
            Guesses(
                attack=attack,
                detail=detail,
                attempts=2_000,
                main=main,
                main_interval=(main - 0.02, main + 0.02),
                control=control,
                control_interval=(control - 0.02, control + 0.02),
                naive=naive,
                risk=max(0.0, (main - control) / (1 - control)),
                risk_interval=(0.0, 0.03),
            )
            for attack, detail, main, control, naive in (
                ("singling out", "one column", 0.052, 0.049, 0.021),
                ("singling out", "3 columns together", 0.121, 0.11, 0.034),
                ("linkability", "7 columns with 8", 0.041, 0.04, 0.038),
                ("attribute inference", "income", 0.812, 0.81, 0.51),
                ("attribute inference", "occupation", 0.332, 0.329, 0.125),
            )
        ),
        at_risk=tuple(
            AtRisk(row=row, score=4.1 - place / 3, percentile=0.9999 - place / 2000, why="far from all other rows")
            for place, row in enumerate((27_104, 811, 9_002, 15_777))
        ),
        uniqueness=(
            Uniqueness(
                columns=("age", "sex", "race"),
                table="train",
                smallest=1,
                alone=0.0061,
                below_5=0.021,
                below_10=0.035,
                diversity=1,
            ),
            Uniqueness(
                columns=("age", "sex", "race"),
                table="synthetic",
                smallest=1,
                alone=0.0057,
                below_5=0.02,
                below_10=0.034,
            ),
        ),
    )
