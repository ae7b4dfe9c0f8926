"""What all attacks of Anonymeter have in common: a main attack, a control, a naive one, and the risk they leave."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from parhelion.evaluation.privacy.figures import Guesses
from parhelion.evaluation.privacy.told import UNSEEN, Finding, Told, untold
from parhelion.evaluation.rates import Rate, Z, residual
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import percent

Attack = Literal["singling out", "linkability", "attribute inference"]
_BAD = 0.02  # a risk whose whole interval is above it is a finding


def guesses(attack: Attack, detail: str, *, main: Rate, control: Rate | None, naive: Rate, z: float = Z) -> Guesses:
    """The figures of one attack. z: of the intervals of the risk, wider where many attacks are looked at together."""
    risk = residual(main, control, z) if control else None
    return Guesses(
        attack=attack,
        detail=detail,
        attempts=round(main.attempts),
        main=main.share,
        main_interval=main.interval(),
        control=control.share if control else None,
        control_interval=control.interval() if control else None,
        naive=naive.share,
        risk=risk.value if risk else None,
        risk_interval=risk.interval if risk else None,
    )


STANDARD: dict[Attack, Score] = {
    "singling out": Score(
        key="privacy.singling_out", title="Singling out", value=None, ideal=0.0, unit="share",
        meaning="How much more often a description found in the synthetic rows fits exactly one person in the training "
        "data than exactly one who was not in it.",
    ),
    "linkability": Score(
        key="privacy.linkability", title="Linking two sources", value=None, ideal=0.0, unit="share",
        meaning="How much more often two halves of a person's data can be put together by means of the synthetic rows "
        "if the person was in the training data than if not.",
    ),
    "attribute inference": Score(
        key="privacy.inference", title="Guessing what is secret", value=None, ideal=0.0, unit="share",
        meaning="How much more often something unknown about a person is guessed rightly from the synthetic rows if "
        "the person was in the training data than if not.",
    ),
}  # fmt: skip


def told_guesses(
    attack: Attack, tried: Sequence[Guesses], *, cut: bool, none: str = "", whole: Guesses | None = None
) -> Told:
    """The score is the worst of the attacks', or that of the whole where there is one. none: why there is no attack."""
    score = STANDARD[attack]
    known = [each for each in ((whole,) if whole else tried) if each.risk is not None]
    if cut or not known:
        return untold([score], UNSEEN if cut else none)
    worst = max(known, key=lambda each: each.risk or 0.0)
    told = score.model_copy(
        update={
            "value": worst.risk, "reference": 0.0, "interval": worst.risk_interval,
            "spread": "Wilson's intervals of both attacks, propagated (Giomi et al. 2023)",
        }
    )  # fmt: skip
    return Told((told,), tuple(_findings(tried)))


_DONE: dict[Attack, str] = {
    "singling out": "A description found in the synthetic rows ({detail}) fits exactly one",
    "linkability": "Two halves of the data ({detail}) are linked through a synthetic row for",
    "attribute inference": "The value of {detail!r} is guessed rightly for",
}
_SHOWN = 3  # sentences on attacks of one kind


def _findings(tried: Iterable[Guesses]) -> Iterator[Finding]:
    bad = sorted((each for each in tried if _is_bad(each)), key=lambda each: -(each.risk or 0.0))
    for each in bad[:_SHOWN]:
        done = _DONE[each.attack].format(detail=each.detail)
        more = f"{done} {percent(each.main)} of train rows, against {percent(each.control or 0.0)} of held-out rows."
        yield Finding(each.risk or 0.0, more)
    if bad[_SHOWN:]:
        others = ", ".join(repr(each.detail) for each in bad[_SHOWN : 2 * _SHOWN])
        left = f" and {len(bad) - 2 * _SHOWN} more" if bad[2 * _SHOWN :] else ""
        yield Finding(
            bad[_SHOWN].risk or 0.0, f"More than for held-out rows, values are guessed rightly of {others}{left}."
        )


def _is_bad(each: Guesses) -> bool:
    return each.risk_interval is not None and each.risk_interval[0] > _BAD
