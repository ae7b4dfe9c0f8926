"""Reports made up for the tests of the page: plausible, empty, wide and hostile ones."""

from made_fidelity import KINDS, fidelity
from made_numbers import figure, score, three
from made_parts import detection, privacy, utility

from parhelion.evaluation.detection.figures import Clue, Detection, Example
from parhelion.evaluation.fairness.figures import Attribute, Fairness, Group
from parhelion.evaluation.fidelity.figures import ColumnFidelity, Fidelity
from parhelion.evaluation.privacy.figures import Privacy
from parhelion.evaluation.report import Compared, Report
from parhelion.evaluation.rules_kept import RuleKept, Rules
from parhelion.evaluation.scores import Counts
from parhelion.evaluation.utility.figures import Utility
from parhelion.evaluation.verdicts import Judged, Verdict

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'single'",
    "a" * 290 + "_the_last",
    "שלום עולם",
    "الاسم\u202e evil",
    "👩‍👩‍👧‍👦 family 🎉",
    "</style></svg>",
    "{{ 7 * 7 }}",
    "line\nbreak\ttab",
    " ",
    "名前",
    "x" * 300,
    "javascript:alert(1)",
    "]]><!--",
    "&lt;b&gt;",
)


def fairness():
    groups = tuple(
        Group(
            name=name,
            rows=rows,
            share=three(real, fake, real + 0.001),
            interval=(fake - real - 0.004, fake - real + 0.004),
            outcome=three(out, out * 0.97, out),
            positive_rate=figure(out * 0.8, out * 0.82),
            true_positive_rate=figure(0.55, 0.6),
            distance=figure(0.02, 0.015),
            score=figure(0.9, 0.92),
        )
        for name, rows, real, fake, out in (
            ("White", 13_946, 0.854, 0.867, 0.256),
            ("Black", 1_561, 0.096, 0.089, 0.124),
            ("Asian-Pac-Islander", 480, 0.032, 0.031, 0.266),
            ("Amer-Indian-Eskimo", 159, 0.0096, 0.0071, 0.116),
            ("Other", 135, 0.0083, 0.0062, 0.092),
        )
    )
    return Fairness(
        scores=(
            score("fairness.representation", "Groups are there", 0.0131, 0.0042, unit="share", ideal=0.0),
            score("fairness.parity", "Gap of the outcome", 0.192, 0.196, unit="share", better="reference"),
            score(
                "fairness.opportunity",
                "Gap of chances (equal opportunity)",
                0.21,
                0.18,
                unit="share",
                better="reference",
            ),
            score("fairness.worst_group", "The worst group's quality", 0.041, 0.03, unit="share", ideal=0.0),
        ),
        findings=("Group 'Amer-Indian-Eskimo' is 26 % smaller than in real rows.",),
        outcome="income = >50K",
        attributes=(
            Attribute(
                columns=("race",),
                given=True,
                groups=groups,
                parity=three(0.174, 0.17, 0.172),
                model_parity=figure(0.2, 0.19),
                opportunity=figure(0.21, 0.18),
            ),
            Attribute(columns=("race", "sex"), given=True, groups=groups[:2], left_out=3),
        ),
    )


def rules():
    return Rules(
        scores=(score("rules.kept", "Rules kept", 0.9981, 1.0, unit="share", better="higher", ideal=1.0),),
        rules=(
            RuleKept(
                rule="education -> education_num", given=True, kept=three(1.0, 0.9981, 1.0), broken=(12, 907, 4_411)
            ),
            RuleKept(rule="17 <= age <= 90", given=False, kept=three(1.0, 1.0, 1.0)),
        ),
    )


def verdict():
    return Verdict(
        passed=False,
        sentence="Near to real rows and safe to share, but one of seven thresholds is missed: a classifier can tell "
        "its rows from unseen real ones a little better than it should.",
        judged=(
            Judged(
                score="fidelity.columns",
                title="Distance of columns",
                outcome="held",
                expected="at most 2 times the reference",
                value=0.0124,
                reference=0.0081,
                why="columns should be about as near as other real rows are",
            ),
            Judged(
                score="detection.unseen",
                title="Told from unseen real rows",
                outcome="missed",
                expected="at most 0.55",
                value=0.561,
                reference=0.502,
                why="above it a classifier has found something to hold on to",
            ),
            Judged(
                score="utility.predict",
                title="Predicting income",
                outcome="unsure",
                expected="at most 0.01 below the reference",
                value=0.912,
                reference=0.927,
                why="models should do nearly as well",
            ),
            Judged(
                score="privacy.membership",
                title="Membership attack",
                outcome="held",
                expected="at most 0.55",
                value=0.503,
                reference=0.5,
                why="an attacker should be no better than a guess",
            ),
            Judged(
                score="privacy.nndr",
                title="NNDR",
                outcome="untold",
                expected="at least 0.5",
                value=None,
                reference=None,
                why="",
            ),
        ),
    )


def full():
    parts = {
        "fidelity": fidelity(),
        "detection": detection(),
        "utility": utility(),
        "privacy": privacy(),
        "fairness": fairness(),
        "rules": rules(),
    }
    return Report(
        parhelion="0.1.0",
        compared=Compared(
            real="adult.csv",
            synthetic="adult_synthetic.csv",
            holdout="adult_unseen.csv",
            counts=Counts(train=32_561, synthetic=32_561, holdout=16_281),
            kinds=KINDS | {"e_mail": "personal", "country_code": "constant"},
            target=("income",),
            sensitive=("race", "sex"),
            cut=False,
            quick=False,
            seed=0,
        ),
        headline=tuple(parts[name].scores[0] for name in ("fidelity", "detection", "utility", "privacy")),
        verdict=verdict(),
        worst=tuple(sentence for part in parts.values() for sentence in part.findings),
        **parts,
    )


def bare():
    """Nothing could be told: no comparable column, no task, no rule, no hold-out."""
    untold = {
        key: score(f"{key}.first", "Something", None, untold="there are only 2 rows", meaning="Says something.")
        for key in ("fidelity", "detection", "utility", "privacy")
    }
    return Report(
        parhelion="0.1.0",
        compared=Compared(
            real="tiny.csv",
            synthetic="fake.csv",
            holdout=None,
            counts=Counts(train=1, synthetic=3, holdout=1),
            kinds={"id": "identifier"},
            target=(),
            sensitive=(),
            cut=True,
            quick=True,
            seed=3,
        ),
        headline=tuple(untold.values()),
        verdict=Verdict(passed=True, sentence="Nothing could be told."),
        worst=(),
        fidelity=Fidelity(
            scores=(untold["fidelity"],),
            columns=(ColumnFidelity(name="id", kind="identifier", missing=three(None, None, None)),),
        ),
        detection=Detection(scores=(untold["detection"],)),
        utility=Utility(scores=(untold["utility"],)),
        privacy=Privacy(scores=(untold["privacy"],)),
        fairness=Fairness(),
        rules=Rules(),
    )


def of_columns(names):
    """The full report, of so many columns of these names."""
    report = full()
    kinds = {name: ("number", "category")[place % 2] for place, name in enumerate(names)}
    return report.model_copy(
        update={"fidelity": fidelity(kinds), "compared": report.compared.model_copy(update={"kinds": kinds})}
    )


def wide(columns=100):
    return of_columns([f"column_number_{place}_of_many" for place in range(columns)])


def hostile():
    """Hostile names and values everywhere."""
    report, script = of_columns(HOSTILE), HOSTILE[0]
    sentences = tuple(f"Column {name!r} is bad: {name}" for name in HOSTILE)
    return report.model_copy(
        update={
            "compared": report.compared.model_copy(
                update={
                    "real": script, "synthetic": "x" * 300, "holdout": script, "target": HOSTILE, "sensitive": HOSTILE,
                    "notes": sentences,
                }
            ),
            "verdict": Verdict(
                passed=False, sentence=f"Missed by {script} and {'y' * 300}", judged=tuple(map(_doubted, HOSTILE))
            ),
            "worst": sentences,
            "headline": (score("fidelity.columns", script, 0.1, unit=script, meaning=script, warning=script),),
            "detection": _hostile_detection(sentences),
            "utility": _hostile_utility(sentences),
            "privacy": _hostile_privacy(sentences),
            "fairness": Fairness(
                findings=sentences, outcome=script,
                attributes=(Attribute(columns=HOSTILE[:2], given=False, groups=tuple(map(_group, HOSTILE))),),
            ),
            "rules": Rules(
                rules=tuple(RuleKept(rule=name, given=True, kept=three(None, 1.0, None)) for name in HOSTILE)
            ),
        }
    )  # fmt: skip


def _doubted(name):
    return Judged(
        score=f"fidelity.{name}", title=name, outcome="untold", expected=name, value=None, reference=None, why=name,
        unit=name, untold=name,
    )  # fmt: skip


def _group(name):
    return Group(name=name, rows=3, share=three(0.1, 0.1, None), outcome=three(0.2, 0.1, None))


def _hostile_detection(sentences):
    example = Example(
        row=1, probability=0.9, values=dict.fromkeys(HOSTILE, "</td><script>"), telling=HOSTILE[:3]
    )  # fmt: skip
    untold = score("detection.unseen", HOSTILE[0], None, untold=HOSTILE[0], meaning=HOSTILE[1])
    return Detection(
        scores=(untold,), findings=sentences, notes=sentences, examples=(example,),
        clues=tuple(Clue(column=name, drop=0.01) for name in HOSTILE),
    )  # fmt: skip


def _hostile_utility(sentences):
    known = utility()
    (first, *_) = known.tasks
    terms = tuple(first.coefficients[0].model_copy(update={"term": name}) for name in HOSTILE)
    columns = tuple(first.importances[0].model_copy(update={"column": name}) for name in HOSTILE)
    more = {"target": HOSTILE[0], "classes": HOSTILE, "coefficients": terms, "importances": columns}
    task = first.model_copy(update=more | {"regressed": HOSTILE[0]})
    return known.model_copy(update={"tasks": (task,), "findings": sentences})


def _hostile_privacy(sentences):
    known = privacy()
    return known.model_copy(
        update={
            "findings": sentences,
            "guesses": tuple(known.guesses[0].model_copy(update={"detail": name}) for name in HOSTILE),
            "at_risk": tuple(known.at_risk[0].model_copy(update={"why": name}) for name in HOSTILE),
            "uniqueness": tuple(known.uniqueness[0].model_copy(update={"columns": HOSTILE[:4]}) for _ in range(2)),
        }
    )
