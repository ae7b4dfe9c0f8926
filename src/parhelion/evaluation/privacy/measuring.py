"""All of privacy: what is measured, and what is told of it."""

from collections.abc import Iterator

from parhelion.evaluation.case import Case
from parhelion.evaluation.privacy import belonging, copies, guessing, values
from parhelion.evaluation.privacy.at_risk import at_risk
from parhelion.evaluation.privacy.drawn import draw
from parhelion.evaluation.privacy.figures import Guesses, Privacy
from parhelion.evaluation.privacy.inference import Inferred, inference
from parhelion.evaluation.privacy.linkability import linkability
from parhelion.evaluation.privacy.membership import calibrated, density_ratio, distance
from parhelion.evaluation.privacy.singling_out import singling_out
from parhelion.evaluation.privacy.told import Told, together, untold
from parhelion.evaluation.privacy.uniqueness import uniqueness
from parhelion.evaluation.rows import alike
from parhelion.evaluation.scores import NEEDS_TWO

WEAK = ("privacy.dcr", "privacy.nndr")  # told last

_ALL = (*belonging.STANDARD, copies.COPIES, copies.NEAR_COPIES, *guessing.STANDARD.values(), *copies.DISTANCES)


def measure(case: Case) -> Privacy:
    """What the synthetic rows give away of the train rows.

    Members are train rows, and those who are not are held-out rows; with `case.cut` nobody is known not to be one, and
    what needs them is not told.
    """
    if not case.columns:
        told = together([untold(_ALL, "no column can be compared"), values.copied_values(case)])
        sentences = tuple(finding.sentence for finding in told.findings)
        return Privacy(scores=told.scores, findings=sentences, notes=told.notes)
    hashes = alike(case)
    drawn = draw(case, hashes)
    scores = calibrated(drawn, drawn.space.synthetic)
    tried = [] if case.cut or not drawn.enough else [distance(drawn, scores), density_ratio(drawn)]
    singled, linked, inferred = singling_out(case, hashes), linkability(case), inference(case)
    unique, groups = uniqueness(case)
    told = together([
        belonging.told_belonging(tried, drawn), copies.exact_copies(case, hashes), copies.near_copies(drawn),
        values.copied_values(case),
        *_guessed(case, singled, linked, inferred), unique, Told(notes=tuple(_notes(case, inferred))),
    ])  # fmt: skip
    return Privacy(
        scores=tuple(sorted(told.scores, key=lambda score: score.key in WEAK)),
        findings=tuple(finding.sentence for finding in told.findings),
        notes=told.notes,
        membership=tuple(each.figure for each in tried),
        guesses=(*singled, *((linked,) if linked else ()), *inferred.secrets),
        at_risk=at_risk(drawn, scores),
        uniqueness=groups,
    )


def _guessed(case: Case, singled: tuple[Guesses, ...], linked: Guesses | None, inferred: Inferred) -> Iterator[Told]:
    yield guessing.told_guesses("singling out", singled, cut=case.cut) if singled or case.cut else _nobody()
    yield guessing.told_guesses("linkability", (linked,) if linked else (), cut=case.cut, none=NEEDS_TWO)
    yield guessing.told_guesses(
        "attribute inference", inferred.secrets, cut=case.cut, none=NEEDS_TWO, whole=inferred.whole
    )


def _nobody() -> Told:
    """No guess at all does no harm: what cannot be tried is not untold, but 0."""
    score = guessing.STANDARD["singling out"].model_copy(update={"value": 0.0, "reference": 0.0})
    return Told((score,), notes=("no synthetic row is alone with its values, so that nothing singles anybody out",))


def _notes(case: Case, inferred: Inferred) -> Iterator[str]:
    if case.cut:
        yield (
            "rows at risk are looked for in one half of the real rows, beside the other half, which the generator may "
            "have learned as well, so that some are overlooked"
        )
    if case.config.quasi:
        yield "the attackers of linkability and inference know the quasi-identifiers that were named"
    else:
        yield (
            "no quasi-identifiers (quasi) were named, so that attackers know more than they may: who links has the "
            "first half of the columns from one source and the second from another, who infers knows all but the secret"
        )
    if inferred.left_out:
        tried = len(inferred.secrets)
        yield f"inference was tried on {tried} columns, the target first; {inferred.left_out} were left out"
