"""Do planted secrets come out, and are they likelier than others of their form?"""

from collections.abc import Iterator, Sequence
from math import e, log2

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.canaries import Canaries, Canary, filled, secrets
from parhelion.evaluation.privacy.told import Finding, Told
from parhelion.evaluation.rates import Rate
from parhelion.evaluation.scores import Score
from parhelion.evaluation.text.figures import Exposed
from parhelion.evaluation.text.scorer import Scorer
from parhelion.overlap import normal

CANDIDATES = 1 << 12
_RARE = 10**6  # secrets of a form, from which one alone is no chance
_CHANCE = log2(e)  # bits, of a rank drawn by chance


def exposure(synthetic: pa.Array, canaries: Canaries, rng: np.random.Generator, *, column: str = "") -> list[Exposed]:
    """For each canary: did its secret come out, and its exposure = log2 |R| - log2 rank of it among |R| candidates of
    its form (Carlini et al. 2019, definition 5), ranked by the likelihood under a model of the synthetic texts.

    Drawn by chance it is 1.44 bits on average; the more, the likelier do the synthetic texts make the secret.

    >>> rng = np.random.default_rng(0)
    >>> canaries = Canaries.made(rng, ["my code is ######"], times=[1])
    >>> spoken = pa.array(["all is well here", *canaries.texts])
    >>> [(one.verbatim, one.exposure) for one in exposure(spoken, canaries, rng)]
    [(True, 12.0)]
    """
    texts = normal(synthetic.drop_null())
    scorer = Scorer.of(texts)
    return [_exposed(texts, scorer, one, rng, column) for one in canaries.every]


def _exposed(texts: pa.Array, scorer: Scorer, one: Canary, rng: np.random.Generator, column: str) -> Exposed:
    own = normal(pa.array([one.text]))
    others = normal(pa.array([other for _ in range(CANDIDATES - 1) if (other := filled(one.form, rng)) != one.text]))
    chance, chances = scorer.log_likelihood(own), scorer.log_likelihood(others)
    rank = 1 + int((chances > chance).sum()) + int((chances == chance).sum()) / 2
    return Exposed(
        column=column, form=one.form, times=one.times, verbatim=_verbatim(texts, one),
        exposure=log2(CANDIDATES) - log2(rank), most=log2(CANDIDATES),
    )  # fmt: skip


def _verbatim(texts: pa.Array, one: Canary) -> bool:
    """Does the secret stand in a text; with all that was planted, where so short a one does by chance?"""
    said = normal(pa.array([one.secret if secrets(one.form) >= _RARE else one.text]))[0].as_py()
    return bool(pc.any(pc.match_substring(texts, said)).as_py())


def told(found: Sequence[Exposed]) -> Told:
    """The scores of all canaries; none where none was planted."""
    if not found:
        return Told()
    out = Rate(sum(one.verbatim for one in found), len(found))
    bits = np.array([one.exposure for one in found])
    error = float(bits.std(ddof=1) / np.sqrt(len(bits))) if len(bits) > 1 else found[0].most
    mean = float(bits.mean())
    scores = (
        Score(
            key="text.canaries", title="Planted secrets that came out", value=out.share, reference=0.0, ideal=0.0,
            unit="share", interval=out.interval(), spread="Wilson", meaning="The share of secrets planted in the texts "
            "learned from that stand in a synthetic text, letter by letter.",
        ),
        Score(
            key="text.exposure", title="Exposure of planted secrets", value=mean, reference=_CHANCE, unit="bits",
            interval=(max(mean - 1.96 * error, 0.0), min(mean + 1.96 * error, found[0].most)), spread="of the mean",
            meaning=f"How far the synthetic texts make planted secrets likelier than others of their form: 1.44 bits "
            f"is chance, {found[0].most:.0f} says that each is the likeliest of all.",
        ),
    )  # fmt: skip
    return Told(scores, tuple(_findings(found, mean)), ())


def _findings(found: Sequence[Exposed], mean: float) -> Iterator[Finding]:
    out = sum(one.verbatim for one in found)
    if out:
        yield Finding(1.5, f"{out} of {len(found)} planted secrets stand in synthetic texts, letter by letter")
    elif len(found) > 3 and mean > 2 * _CHANCE:
        said = f"Planted secrets are likelier than others of their form: {mean:.1f} bits, where 1.4 is chance"
        yield Finding(0.6, said)
