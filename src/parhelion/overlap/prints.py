"""Fingerprints of the originals: output can be checked when the originals are gone."""

import enum
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.overlap import hashing
from parhelion.overlap.filters import Filter, Hashes, check, read_filter
from parhelion.overlap.hashing import Hashed, Settings
from parhelion.overlap.known import Known, read_known
from parhelion.overlap.normalizing import points
from parhelion.overlap.phrases import TRIPLE, UNCOMMON, bound_phrases, uncommon_triples
from parhelion.overlap.pieces import in_pieces
from parhelion.overlap.splitting import vocabulary_of
from parhelion.overlap.unsafe import REACH, bound_pairs, owners_of_words, pairable, unsafe_of

# Shares of innocent keys taken for an original's. A text of 20 words has one whole, 15 windows of words and about as
# many fingerprints of spans: together one in a hundred such texts is refused for nothing.
RATES = {
    "whole": 0.004,
    "spans": 0.0001,
    "sequences": 0.0001,
    "words": 0.004,
    "pairs": 0.004,
    "phrases": 0.0001,
    "triples": 0.0001,
}
Owners = npt.NDArray[np.int64]


class Copied(enum.IntFlag):
    """What a text has in common with the originals.

    VERBATIM: all of it is one of them. SPAN: 50 characters in a row. SEQUENCE: 6 words in a row that fewer than three
    owners wrote. SECRET: a word, or two, three or four words together, that may be somebody's secret (see
    `unsafe_words`, `unsafe_pairs`, `uncommon_triples`, `bound_phrases`).
    """

    VERBATIM = 1
    SPAN = 2
    SEQUENCE = 4
    SECRET = 8


@dataclass(frozen=True)
class Prints:
    """Fingerprints of originals. A copy is always found; of innocent texts of 20 words about one in a hundred is taken
    for one.

    They are kept in the model file, and are no secret: who holds the file and a text can find out whether that text,
    its spans of 50 characters and its sequences of six words were among the originals, as anybody can whom a guard
    tells what it refuses. What cannot be guessed cannot be read out of them: they hold salted hashes in Bloom filters,
    no words. Guessing short texts and single words from lists is answered falsely in 0.4 % of cases, so that a list of
    100,000 names brings 400 false ones; long texts have so many fingerprints that who can name one can be sure of it.

    >>> originals = pa.array(["the cat sat on the mat today", "a dog"])
    >>> prints = Prints.of(originals, np.array([1, 2]), np.random.default_rng(0))
    >>> found = prints.copies(pa.array(["A  dog", "and the cat sat on the mat", "no such thing", "", None]))
    >>> [Copied(flags) for flags in found.tolist()]
    [<Copied.VERBATIM|SECRET: 9>, <Copied.SEQUENCE|SECRET: 12>, <Copied: 0>, <Copied: 0>, <Copied: 0>]
    """

    settings: Settings
    filters: dict[str, Filter]
    known: Known

    @classmethod
    def of(
        cls, texts: pa.Array, owners: Owners, rng: np.random.Generator, *,
        span: int = 50, words: int = 6, rare: int = 3, protect: int = 10,
    ) -> Self:  # fmt: skip
        """Fingerprints of texts; null and empty ones have none.

        owners: (n,) who wrote each. span: characters in a row, words: words in a row, that count as copied, the latter
        if fewer than `rare` owners wrote them. protect: words of more owners than this are no secrets; 1 for no
        secrets at all. About one byte for each character of the originals.
        """
        settings = Settings(int(rng.integers(1, 2**63)), span, words)
        hashed = hashing.hashed(points(texts), settings)
        owners = np.asarray(owners, np.int64)
        known, secret = _secrets(hashed, owners, protect)
        keys = {
            "whole": hashed.whole,
            "spans": hashed.spans,
            "sequences": hashed.sequences[hashing.owners_of(hashed.sequences, hashed.sequence_ends, owners) < rare],
            **secret,
        }
        return cls(settings, {name: Filter.of(keys[name], rate) for name, rate in RATES.items()}, known)

    def copies(self, texts: pa.Array) -> npt.NDArray[np.uint8]:
        """(n,) uint8, what each text has in common with the originals: a `Copied` each, 0 for nothing."""
        return np.concatenate([np.zeros(0, np.uint8), *in_pieces(texts, self._copies)])

    def _copies(self, texts: pa.Array) -> npt.NDArray[np.uint8]:
        hashed = hashing.hashed(points(texts), self.settings)
        out = np.zeros(len(texts), np.uint8)
        self.filters["whole"].flag(hashed.whole, hashed.whole_ends, Copied.VERBATIM, out)
        self.filters["spans"].flag(hashed.spans, hashed.span_ends, Copied.SPAN, out)
        self.filters["sequences"].flag(hashed.sequences, hashed.sequence_ends, Copied.SEQUENCE, out)
        kinds = self.known.kinds(hashed.words)
        novel, ends = hashing.where(hashed.words, hashed.word_ends, kinds == 0)
        self.filters["words"].flag(novel, ends, Copied.SECRET, out)
        pairs, ends = hashing.pairs(hashed, kinds, REACH)
        self.filters["pairs"].flag(pairs, ends, Copied.SECRET, out)
        self.filters["phrases"].flag(hashed.phrases, hashed.phrase_ends, Copied.SECRET, out)
        self.filters["triples"].flag(*hashing.windows(hashed.words, hashed.word_ends, TRIPLE), Copied.SECRET, out)
        return out

    def state(self) -> dict[str, Any]:
        """What it is, as JSON."""
        return {**self.settings._asdict(), "probes": {name: held.probes for name, held in self.filters.items()}}

    def arrays(self) -> dict[str, Hashes]:
        """The filters and the words that may be shown, as flat arrays of uint64."""
        return {name: held.bits for name, held in self.filters.items()} | self.known.arrays()

    @classmethod
    def from_parts(cls, state: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """The same fingerprints again. They may come from a stranger: ModelFileError where they cannot be some."""
        check(isinstance(state, dict) and state.keys() == {*Settings._fields, "probes"}, "what is told of them")
        check(arrays.keys() == {*RATES, "shared", "shown"}, "their number")
        probes = state["probes"]
        check(isinstance(probes, dict) and probes.keys() == RATES.keys(), "what is told of their probes")
        settings = hashing.read_settings({name: state[name] for name in Settings._fields})
        filters = {name: read_filter(name, arrays[name], probes[name]) for name in RATES}
        return cls(settings, filters, read_known(arrays["shared"], arrays["shown"]))


def _secrets(hashed: Hashed, owners: Owners, protect: int) -> tuple[Known, dict[str, Hashes]]:
    """The words that may be shown, and the hashes of words, pairs and phrases that may not."""
    if protect <= 1:
        none = np.zeros(0, np.uint64)
        return Known.of(none, none), dict.fromkeys(("words", "pairs", "phrases", "triples"), none)
    made = vocabulary_of(hashed.points, hashed.places)
    counts = owners_of_words(made, owners)
    unsafe = unsafe_of(made, counts, protect)
    shown = pairable(made, counts, protect) & ~unsafe
    hashes = np.zeros(len(counts), np.uint64)
    hashes[made.ids] = hashed.words
    pairs = bound_pairs(made, owners, counts, protect, shown)
    uncommon = (counts <= UNCOMMON * protect) & ~unsafe
    triples = uncommon_triples(hashed, owners, protect, uncommon[made.ids])
    phrases = bound_phrases(hashed, owners, protect, unsafe[made.ids]) & ~triples.within(hashed)
    secret = {
        "words": hashes[unsafe],
        "pairs": hashing.hashes_of_pairs(hashes[pairs[:, 0]], hashes[pairs[:, 1]]),
        "phrases": hashed.phrases[phrases],
        "triples": triples.hashes[triples.told],
    }
    return Known.of(hashes[~unsafe & ~shown], hashes[shown]), secret
