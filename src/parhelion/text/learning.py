"""Learning a column of texts: personal values are marked, fingerprints taken, and an engine learns what is left."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.overlap import Prints, ValuePrints
from parhelion.personal import Masked, mask
from parhelion.progress import Progress
from parhelion.schema import Column
from parhelion.text.config import TextConfig
from parhelion.text.context import Coder, coder_of, context_of
from parhelion.text.contract import Context, Corpus, Drawing, TextEngine
from parhelion.text.engines import engine_class
from parhelion.text.part import TextPart
from parhelion.text.relevance import telling

MOST = 10_000_000  # characters of a text
LEAST = 20  # characters that the longest text may have, however few texts there are
TRIED = 256  # texts that are written at once, to see whether any can be
COPYING = 0.5  # of them: beyond, the user is told


class Known(NamedTuple):
    """The columns of the rows whose texts are learned, which may be context: what each is, and its native values."""

    specs: Sequence[Column]
    values: Sequence[pa.Array]


def learn_texts(
    spec: Column,
    texts: pa.Array,
    known: Known,
    owners: npt.NDArray[np.int64],
    config: TextConfig,
    *,
    protect: int,
    rng: np.random.Generator,
    progress: Progress,
) -> tuple[TextPart | None, list[str]]:
    """A column of texts (string, none missing or blank), and what the user should know of it.

    known: of the same rows; all of them are context where the user named labels, else those that tell something of the
    texts. owners: who wrote each. None where the texts are so alike that nothing can be written that copies none.
    """
    learning, printing = rng.spawn(2)
    masked = mask(texts, owners, config.personal, protect)
    coders, context = _context(masked.texts, known, protect, chosen=bool(config.label))
    corpus = Corpus(masked.texts, context, owners, protect, _longest(texts, protect))

    def told(done: int, total: int) -> None:
        progress(f"learning {spec.name}", done, total)

    assert config.text_engine != "none"
    engine = engine_class(config.text_engine).fit(corpus, getattr(config, config.text_engine), learning, told)
    found = {str(sort): many for sort, many in masked.counts.items()}
    part = TextPart(
        column=spec.name, coders=coders, engine_name=config.text_engine, engine=engine, filler=masked.filler,
        longest=corpus.longest, found=found, **_fingerprints(engine, corpus, masked, printing),
    )  # fmt: skip
    return _told_of(part, corpus)


def _fingerprints(engine: TextEngine, corpus: Corpus, masked: Masked, rng: np.random.Generator) -> dict[str, Any]:
    """Of the originals and of their personal values; differential privacy does not allow them."""
    if getattr(engine, "private", False):
        return {"prints": None, "values": None}
    return {
        "prints": Prints.of(corpus.texts, corpus.owners, rng, protect=corpus.protect),
        "values": ValuePrints.of(masked.values, rng),
    }


def _told_of(part: TextPart, corpus: Corpus) -> tuple[TextPart | None, list[str]]:
    """The part, if it can write, and notes on how well."""
    share = 0.0 if part.engine.habits.paid else _tried(part, corpus, np.random.default_rng(0))
    if share is None:
        return None, ["its texts are so alike that none can be written without copying one; a placeholder stands"]
    notes = [part.engine.note] if part.engine.note else []
    if share > COPYING:
        notes.append(f"{share:.0%} of the texts drawn copy an original and are drawn again, which takes its time")
    return part, notes


def _context(texts: pa.Array, known: Known, protect: int, *, chosen: bool) -> tuple[tuple[Coder, ...], Context]:
    found = [coder_of(values, spec, protect) for spec, values in zip(known.specs, known.values, strict=True)]
    pairs = [(coder, values) for coder, values in zip(found, known.values, strict=True) if coder is not None]
    whole = context_of([coder for coder, _ in pairs], [values for _, values in pairs], len(texts))
    sizes = [column.size for column in whole.columns]
    order = list(range(len(pairs))) if chosen else telling(texts, whole.codes, sizes)
    coders = tuple(pairs[i][0] for i in order)
    codes = np.ascontiguousarray(whole.codes[:, order])
    return coders, Context(tuple(whole.columns[i] for i in order), codes)


def _longest(texts: pa.Array, protect: int) -> int:
    """Characters of a text: as many as those have that enough others reach too."""
    lengths = np.sort(pc.utf8_length(texts).to_numpy(zero_copy_only=False))
    return min(MOST, max(LEAST, int(lengths[-min(protect, len(lengths))])))


def _tried(part: TextPart, corpus: Corpus, rng: np.random.Generator) -> float | None:
    """The share of drawn texts that are no good; None where for most rows none is."""
    rows = rng.permutation(len(corpus.texts))[:TRIED]
    texts, at_once = part.masked(corpus.context.take(rows), Drawing(longest=part.longest), rng)
    return None if texts.null_count > len(rows) / 2 else 1 - at_once
