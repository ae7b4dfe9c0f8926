"""Near-duplicates while rows are made: MinHash to find texts that may be alike, their shingles to see that they are.

Broder, "On the resemblance and containment of documents" (1997); Leskovec, Rajaraman, Ullman, "Mining of Massive
Datasets", chapter 3. A text is never called a twin for its signature: the true similarity decides.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from parhelion.describing.contract import Place
from parhelion.describing.store import Store
from parhelion.errors import ConfigError

SHINGLE = 5  # characters
PERMUTATIONS = 128
_SKETCHED = 256  # texts whose sketches are looked at, those that share most bands first
_COMPARED = 8  # of these, texts that are compared in full, those with the most similar sketches first
_MISSED = 0.95  # how much worse a twin not found is than a text looked at in vain
_PIECE = 4096  # shingles hashed at once: a long text takes no more memory
_RECENT = 512  # texts that may be looked at again soon: those of rows in the making
_SPACES = re.compile(r"\s+")
Words = NDArray[np.uint32]


class _Plain(dict[int, int | str]):
    """Character to character: punctuation and what cannot be seen become a space. Symbols (+, =, emojis) stay."""

    def __missing__(self, code: int) -> int | str:
        sign: int | str = " " if unicodedata.category(chr(code))[0] in "PZC" else code
        self[code] = sign
        return sign


_PLAIN = _Plain()


def normalised(text: str) -> str:
    """A text without what makes no difference: case, punctuation, spaces, forms of one character.

    What would be shorter than a shingle keeps its punctuation, which then says much.

    >>> normalised("  Ｗhat's *NEW*?  "), normalised("C++!"), normalised("?!")
    ('what s new', 'c++!', '?!')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = " ".join(folded.translate(_PLAIN).split())
    return plain if len(plain) >= SHINGLE else _SPACES.sub(" ", folded).strip()


def shingles(text: str) -> frozenset[str]:
    """All runs of five characters of a normalised text; one shorter than that is its own.

    >>> sorted(shingles("wheels")), sorted(shingles("egg"))
    (['heels', 'wheel'], ['egg'])
    """
    return frozenset(text[at : at + SHINGLE] for at in range(max(len(text) - SHINGLE + 1, 1)))


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard's: the share of what either has that both have. At least one is not empty."""
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)


def signature(text: str) -> Words:
    """MinHash of a normalised text: for each permutation the least hash of its shingles.

    h is mixed once, then permuted by a * h + b mod 2**32 with a odd, which is a bijection. Made here, so that the
    signatures of a project that is gone on with are the same under any version of any library.
    """
    a, b = _permutations()
    hashes = _hashes(text)
    least = np.full(PERMUTATIONS, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(hashes), _PIECE):
        piece = hashes[start : start + _PIECE]
        np.minimum(least, (a * piece + b).min(axis=1), out=least)
    return least


def _hashes(text: str) -> Words:
    """A 32-bit hash of each shingle, by multiplying and adding over all places at once."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    count = max(len(codes) - SHINGLE + 1, 1)
    hashes = np.full(count, 0x811C9DC5, np.uint32)
    for offset in range(min(SHINGLE, len(codes))):
        hashes = _mixed(hashes ^ codes[offset : offset + count])
    return hashes


def _mixed(h: Words) -> Words:
    """MurmurHash3's finalizer: a bijection of 32 bits in which each bit depends on all."""
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


@cache
def _permutations() -> tuple[Words, Words]:
    """a (odd) and b of each permutation, by the same counter on every machine."""
    counter = np.arange(2 * PERMUTATIONS, dtype=np.uint32).reshape(2, PERMUTATIONS, 1)
    a, b = _mixed(_mixed(counter + np.uint32(0x9E3779B9)) + counter)
    return a | np.uint32(1), b


@cache
def bands_for(threshold: float) -> tuple[int, int]:
    """How many bands of how many hashes find what is as alike as `threshold`, and little else.

    Texts of similarity s share one of b bands of r hashes with probability 1 - (1 - s**r)**b. Chosen is the b, r whose
    curve errs least around the threshold.

    >>> bands_for(0.8), bands_for(1.0)
    ((16, 8), (1, 128))
    """
    s = (np.arange(1000) + 0.5) / 1000

    def error(b: int, r: int) -> float:
        found = 1 - (1 - s**r) ** b
        return float(np.where(s < threshold, (1 - _MISSED) * found, _MISSED * (1 - found)).mean())

    choices = [(b, r) for b in range(1, PERMUTATIONS + 1) for r in range(1, PERMUTATIONS // b + 1)]
    return min(choices, key=lambda choice: error(*choice))


class _Traits(NamedTuple):
    """What is compared of a text.

    sketch: the lowest byte of each hash of the signature: those of two texts agree as often as the texts are alike.
    (b-bit minwise hashing, Li and König 2010; by chance, one in 256 of the others agrees too.)
    bands: a hash of 64 bits of each band: which it is, and its part of the signature.
    """

    plain: str
    sketch: bytes
    bands: list[int]


class Nearness:
    """The accepted texts of a run, and which of them a new one repeats. All lies in the store: a restart loads nothing.

    threshold: the similarity of shingles (Jaccard) from which a text is a twin, above 0 and at most 1.
    """

    def __init__(self, store: Store, run: str, threshold: float) -> None:
        if not 0 < threshold <= 1:
            raise ConfigError(f"the threshold of near-duplicates is {threshold}; expected above 0, at most 1")
        self._store, self._run, self._threshold = store, run, threshold
        self._bands, self._rows = bands_for(threshold)
        self._traits = lru_cache(maxsize=_RECENT)(lambda text: self._traits_of(normalised(text)))
        self._added, self._new = 0, ("", -1)  # texts added here; the last one without a twin, and how many there were
        self._same_bands()

    def twin_of(self, text: str) -> Place | None:
        """The row whose text is as alike as the threshold or more; the most alike that is found, or None."""
        if self._new == (text, self._added):
            return None
        found = [*self._candidates(self._traits(text))]
        own = shingles(self._traits(text).plain) if found else frozenset[str]()
        alike = ((similarity(own, shingles(other)), place) for place, other in found)
        twins = [(much, place) for much, place in alike if much >= self._threshold]
        if twins:
            return max(twins, key=lambda twin: twin[0])[1]
        self._new = text, self._added
        return None

    def add(self, place: Place, text: str) -> None:
        """Compare later texts with this one too, as long as its row is accepted or held."""
        self._store.keep_text(self._run, place, *self._traits(text))
        self._added += 1

    def _candidates(self, traits: _Traits) -> Iterator[tuple[Place, str]]:
        """Texts that share a band and whose sketches agree about as often as those of twins, the best first."""
        near = self._store.alike(self._run, traits.bands, _SKETCHED)
        if not near:
            return
        others = np.frombuffer(b"".join(sketch for _, sketch in near), np.uint8).reshape(len(near), PERMUTATIONS)
        agreeing = (others == np.frombuffer(traits.sketch, np.uint8)).mean(axis=1)
        least = self._threshold - 3 * math.sqrt(self._threshold * (1 - self._threshold) / PERMUTATIONS)
        for index in np.argsort(-agreeing, kind="stable")[:_COMPARED].tolist():
            text = self._store.text(self._run, near[index][0])
            if agreeing[index] >= least and text is not None:
                yield near[index][0], text

    def _traits_of(self, plain: str) -> _Traits:
        signed = signature(plain)
        parts = signed[: self._bands * self._rows].reshape(self._bands, self._rows).astype(np.uint64)
        hashes = np.arange(self._bands, dtype=np.uint64)
        for part in parts.T:
            hashes = (hashes ^ part) * np.uint64(0x9E3779B97F4A7C15)
            hashes ^= hashes >> np.uint64(32)
        return _Traits(plain, signed.astype(np.uint8).tobytes(), hashes.view(np.int64).tolist())

    def _same_bands(self) -> None:
        """Texts that were kept for another threshold are put into the bands of this one."""
        name, now = f"bands of {self._run}", [self._bands, self._rows]
        if self._store.get(name) == now:
            return
        with self._store.writing():
            for place, plain in self._store.texts(self._run):
                self._store.keep_text(self._run, place, *self._traits_of(plain))
            self._store.set(name, now)
