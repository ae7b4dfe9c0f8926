"""Free text made up for the tests of the page."""

from made_numbers import roc, score, three
from made_report import HOSTILE

from parhelion.evaluation.fidelity.figures import Distribution
from parhelion.evaluation.scores import Counts
from parhelion.evaluation.text.figures import (
    Exposed,
    Label,
    Labelling,
    PersonalValues,
    Shared,
    TellingWord,
    Text,
    TextColumn,
    TextExample,
    Trait,
)


def scores():
    return (
        score("text.utility", "Labels learned from synthetic texts", 0.941, 1.0, (0.93, 0.95), unit="share", ideal=1.0),
        score("text.accuracy", "Right labels", 0.842, 0.897, (0.83, 0.855), unit="share", better="higher"),
        score("text.detection", "Told from unseen texts", 0.612, 0.503, (0.6, 0.62), unit="AUC", ideal=0.5),
        score("text.copies", "Copied texts", 0.012, 0.021, (0.01, 0.014), unit="share", ideal=0.0),
        score("text.personal", "Personal values of real people", 0.0, 0.001, (0.0, 0.001), unit="share", ideal=0.0),
        score("text.membership", "Membership of texts", None, untold="no held-out rows were given"),
    )


def labelling(names):
    return Labelling(
        column="category",
        given=True,
        rows=10_003,
        accuracy_real=0.897,
        accuracy_real_interval=(0.886, 0.908),
        accuracy_synthetic=0.842,
        accuracy_synthetic_interval=(0.83, 0.855),
        f1_real=0.896,
        f1_synthetic=0.84,
        ratio=0.941,
        ratio_interval=(0.93, 0.95),
        majority=0.013,
        labels=tuple(
            Label(name=name, texts=40, recall_real=0.9, recall_synthetic=0.5, f1_real=0.91, f1_synthetic=0.55)
            for name in names
        ),
    )


def column(names=("late parcel", "refund", "login"), said="where is my parcel today?"):
    shares = (0.2, 0.5, 0.3)
    return TextColumn(
        name=names[0],
        texts=Counts(train=10_003, synthetic=9_876, holdout=3_080),
        lengths=Distribution(
            edges=(10.0, 50.0, 90.0, 130.0), labels=("10", "50", "90", "130"), train=shares, holdout=shares,
            synthetic=shares,
        ),
        traits=(
            Trait(name="characters", means=three(59.4, 58.7, 54.2)),
            Trait(name="have a digit", means=three(0.021, 0.019, 0.016), share=True),
        ),
        zipf=tuple((rank, three(0.06 / rank, 0.05 / rank, 0.061 / rank)) for rank in (1, 10, 100)),
        labellings=(labelling(names),),
        telling=tuple(TellingWord(word=name, synthetic=0.41, real=0.505) for name in names),
        shared=(
            Shared(characters=20, synthetic=0.4, holdout=0.51),
            Shared(characters=50, synthetic=0.012, holdout=None),
        ),
        personal=(PersonalValues(sort="email", real=312, synthetic=7),),
        examples=tuple(
            TextExample(row=1_850 + at, text=said, known={name: name}, probability=0.991)
            for at, name in enumerate(names)
        ),
        curve=roc(0.7),
    )  # fmt: skip


def canaries():
    return (
        Exposed(column="body", form="My PIN is ####", times=3, verbatim=True, exposure=12.0, most=12.0),
        Exposed(column="body", form="my code is ######", times=1, verbatim=False, exposure=1.3, most=12.0),
    )


def text():
    findings = ("12 synthetic texts repeat one that was learned from", "A classifier tells texts apart")
    return Text(
        scores=scores(), findings=findings, notes=("10,003 texts were read",), columns=(column(),), canaries=canaries()
    )


def hostile():
    return Text(
        scores=scores(),
        findings=HOSTILE,
        notes=HOSTILE,
        columns=tuple(column((name, *HOSTILE), name) for name in HOSTILE),
    )
