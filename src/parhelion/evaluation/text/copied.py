"""Copies: texts, spans of characters and rare sequences of words that synthetic texts share with those learned from,
beside what texts that were never seen share with them by chance."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.privacy.told import Finding, Told
from parhelion.evaluation.rates import Rate, clearly_above
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import percent
from parhelion.evaluation.text.drawn import Bools, Drawn, Ints
from parhelion.evaluation.text.figures import Shared
from parhelion.overlap import Originals


class Most(NamedTuple):
    """So many texts at most, of so many characters together."""

    texts: int
    characters: int


SPAN = 50  # characters in a row that are a copy, and no way of saying things
_STEPS = (20, 25, 30, 40, SPAN, 75, 100, 200)
HARMLESS = 25  # characters in common with an original that a text may have that is shown
_LEARNED = {False: Most(60_000, 12_000_000), True: Most(20_000, 2_000_000)}  # that are searched; in a quick look
_ASKED = {False: Most(20_000, 4_000_000), True: Most(3_000, 600_000)}
_BY_CHANCE = "The reference is the share of texts never seen for which it is so."
_ABOUT = {
    "copies": (
        "Copied texts",
        "The share of synthetic texts that are one of those learned from, or have 50 characters in a row of one.",
    ),
    "verbatim": (
        "Word for word",
        "The share of synthetic texts that are one of those learned from; case and white space do not matter.",
    ),
    "spans": (
        "Long spans",
        "The share of synthetic texts that have 50 characters in a row, or more, of one of those learned from.",
    ),
    "sequences": (
        "Rare sequences of words",
        "The share of synthetic texts that have six words in a row of one or two of those learned from, and no others.",
    ),
}


class Overlaps(NamedTuple):
    """Of some texts: which are originals word for word, the characters of the longest span in common, and whether they
    have a rare sequence of words."""

    verbatim: Bools
    longest: Ints
    sequences: Bools

    @property
    def copies(self) -> Bools:
        return self.verbatim | self.spans

    @property
    def spans(self) -> Bools:
        return self.longest >= SPAN


class Copied(NamedTuple):
    """clean: which of the synthetic texts drawn share nothing worth mentioning; those not asked about do not count."""

    told: Told
    shared: tuple[Shared, ...]
    clean: Bools


def copied(drawn: Drawn) -> Copied:
    """Of whole texts, however long."""
    case, quick = drawn.case, drawn.case.config.quick
    learned = _within(_learned(drawn), _LEARNED[quick])
    asked = _within(drawn.synthetic.whole, _ASKED[quick])
    originals = Originals.of(learned)
    made = _overlaps(originals, asked)
    unseen = None if case.cut else _overlaps(originals, _within(drawn.holdout.whole, _ASKED[quick]))
    clean = np.zeros(len(drawn.synthetic), bool)
    clean[: len(asked)] = ~made.verbatim & ~made.sequences & (made.longest < HARMLESS)
    scores = tuple(_score(name, made, unseen) for name in _ABOUT)
    note = f"copies: {len(asked):,} synthetic texts were looked for in {len(learned):,} of those learned from"
    return Copied(Told(scores, tuple(_findings(made, unseen)), (note,)), _shared(made, unseen), clean)


def _learned(drawn: Drawn) -> pa.Array:
    """The texts that may have been learned from, in random order; where none were held out, all real ones."""
    train, _, holdout = drawn.case.values(drawn.name)
    real = pa.concat_arrays([train, holdout]) if drawn.case.cut else train
    return real.take(pa.array(drawn.rng("originals").permutation(len(real)))).drop_null()


def _within(texts: pa.Array, most: Most) -> pa.Array:
    """The first of them, as many as there is time for."""
    texts = texts.slice(0, most.texts)
    read = np.cumsum(np.asarray(pc.utf8_length(texts), np.int64))
    return texts.slice(0, max(int((read <= most.characters).sum()), 1))


def _overlaps(originals: Originals, texts: pa.Array) -> Overlaps:
    longest = np.asarray(originals.longest(texts), np.int64)
    return Overlaps(originals.verbatim(texts), longest, originals.sequences(texts) > 0)


def _score(name: str, made: Overlaps, unseen: Overlaps | None) -> Score:
    title, meaning = _ABOUT[name]
    flags: Bools = getattr(made, name)
    rate = Rate(int(flags.sum()), len(flags))
    return Score(
        key=f"text.{name}", title=title, value=rate.share, interval=rate.interval(), spread="Wilson", ideal=0.0,
        unit="share", reference=None if unseen is None else float(getattr(unseen, name).mean()),
        meaning=f"{meaning} {_BY_CHANCE}",
    )  # fmt: skip


def _shared(made: Overlaps, unseen: Overlaps | None) -> tuple[Shared, ...]:
    return tuple(
        Shared(
            characters=step, synthetic=float((made.longest >= step).mean()),
            holdout=None if unseen is None else float((unseen.longest >= step).mean()),
        )
        for step in _STEPS
    )  # fmt: skip


def _findings(made: Overlaps, unseen: Overlaps | None) -> Iterator[Finding]:
    copies = int(made.copies.sum())
    if copies:
        held = "" if unseen is None else f"; of unseen real texts {percent(float(unseen.copies.mean()))} do by chance"
        whole = int(made.verbatim.sum())
        yield Finding(
            float(made.copies.mean()) + (0.6 if _more(made, unseen, "copies") else 0.0),
            f"{copies:,} synthetic text{'s' * (copies > 1)} ({percent(float(made.copies.mean()))}) "
            f"repeat{'s' * (copies == 1)} one that was learned from, {whole:,} of them word for word, the others 50 "
            f"characters in a row or more{held}",
        )
    if unseen is not None and _more(made, unseen, "sequences", by=0.005):
        rare = float(made.sequences.mean())
        yield Finding(
            0.2 + rare / 2,
            f"{percent(rare)} of synthetic texts have six words in a row that only one or two texts learned from "
            f"have; of unseen real texts {percent(float(unseen.sequences.mean()))} have",
        )


def _more(made: Overlaps, unseen: Overlaps | None, name: str, by: float = 0.0) -> bool:
    """Do synthetic texts do so more often than unseen ones, beyond chance?"""
    if unseen is None:
        return True
    rate, chance = (Rate(int(getattr(one, name).sum()), len(one.longest)) for one in (made, unseen))
    return clearly_above(rate, chance, by=by)
