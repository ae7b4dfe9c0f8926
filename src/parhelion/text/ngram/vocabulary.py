"""Words, whatever their case, and the forms in which people write them.

Only forms that several owners share are known; a word none of whose forms is shared is hidden: it is not learned, and
never written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.overlap import unsafe_words, words
from parhelion.text.contract import Corpus
from parhelion.text.ngram._spell import Spelling
from parhelion.text.ngram.counting import numbered
from parhelion.text.ngram.cutting import Cut

Array = npt.NDArray[Any]

PLACES = 6
"""Where a form may stand: at the beginning of a sentence, after a word in capitals, elsewhere; the same in a text that
began with a small letter."""
_ENDS = ".!?…。！？\n\r"


@dataclass(frozen=True)
class Vocabulary:
    """first: (V + 1,) forms of word v are first[v]:first[v + 1], the most usual first. glued: (V,) words that no space
    stands before. forms: (F,) as written. uses: (F, PLACES) how often each stands where."""

    first: npt.NDArray[np.int64]
    glued: npt.NDArray[np.bool_]
    forms: tuple[str, ...]
    uses: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.glued)

    @classmethod
    def of(cls, cut: Cut, corpus: Corpus, people: int) -> tuple[Self, npt.NDArray[np.int32]]:
        """The words that `people` owners share, and (m,) that of each token, -1 where it is hidden."""
        owners = np.repeat(corpus.owners, cut.lengths)
        folded: dict[str, int] = {}
        fold_of = np.array([folded.setdefault(form.casefold(), len(folded)) for form in cut.strings], np.int64)
        tokens = numbered(fold_of[cut.forms] * 2 + cut.glued, owners)
        forms = numbered(tokens.ids.astype(np.int64) * len(cut.strings) + cut.forms, owners)
        word, string = np.divmod(forms.keys, max(len(cut.strings), 1))
        safe = _safe(folded, corpus)
        shown = np.flatnonzero((forms.owners >= people) & safe[tokens.keys[word] // 2])
        new = np.full(len(tokens.keys) + 1, -1, np.int32)
        known = np.unique(word[shown])
        new[known] = np.arange(len(known))
        shown = shown[np.lexsort((-forms.counts[shown], new[word[shown]]))]
        first = np.searchsorted(new[word[shown]], np.arange(len(known) + 1))
        strings = tuple(cut.strings[i] for i in string[shown].tolist())
        made = cls(first, tokens.keys[known] % 2 == 1, strings, np.zeros((len(shown), PLACES), np.int64))
        number = np.full(len(forms.keys) + 1, -1, np.int32)
        number[shown] = np.arange(len(shown))
        return replace(made, uses=made._places(number[forms.ids], cut.lengths)), new[tokens.ids]

    def arranged(self, order: Array) -> Self:
        """The same words in another order."""
        sizes = np.diff(self.first)[order]
        ends = np.cumsum(sizes)
        rows = np.repeat(self.first[order] - (ends - sizes), sizes) + np.arange(int(sizes.sum()))
        first = np.concatenate([[0], ends])
        return replace(
            self, first=first, glued=self.glued[order], forms=tuple(self.forms[i] for i in rows), uses=self.uses[rows]
        )

    def _places(self, forms: Array, lengths: Array) -> npt.NDArray[np.int64]:
        """How often each form stands in each place, given those of all tokens, -1 where it is hidden."""
        looks = looks_of(self.forms)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        begins = np.ones(len(forms), bool)
        begins[1:] = rows[1:] != rows[:-1]
        before = np.concatenate([[-1], forms[:-1]])
        known = before >= 0
        place = np.where(known & looks.upper[before], 1, 2)
        place[begins | (known & looks.ends[before])] = 0
        place += 3 * _after_small(looks, forms, rows, len(lengths))
        shown = forms >= 0
        flat = forms[shown].astype(np.int64) * PLACES + place[shown]
        return np.bincount(flat, minlength=len(self.forms) * PLACES).reshape(-1, PLACES)

    def spelling(self) -> Spelling:
        """What the kernels know of it."""
        looks = looks_of(self.forms)
        length = np.array([len(form) for form in self.forms], np.int64)
        shown = {name: look[:-1] for name, look in looks._asdict().items()}
        return Spelling(first=self.first, chance=self._chance(), length=length, glued=self.glued, **shown)

    def _chance(self) -> npt.NDArray[np.float64]:
        """(F, PLACES) p(form | word, place): uses at the place, with one more that is divided as uses anywhere are."""
        if not len(self):
            return np.zeros((0, PLACES))
        word_of = np.repeat(np.arange(len(self)), np.diff(self.first))
        here = np.add.reduceat(self.uses, self.first[:-1], axis=0)
        share = self.uses.sum(1) / np.maximum(here.sum(1), 1)[word_of]
        chance: npt.NDArray[np.float64] = (self.uses + share[:, None]) / (here[word_of] + 1.0)
        return chance

    def encode(self, cut: Cut) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """(words, forms) of tokens, -1 where they are not known.

        At the beginning of a text, and after white space that is a token, a word may stand that else is glued.
        """
        word_of = np.repeat(np.arange(len(self)), np.diff(self.first))
        place = {(form, bool(self.glued[w])): i for i, (form, w) in enumerate(zip(self.forms, word_of, strict=True))}
        table = np.array([[place.get((form, glued), -1) for form in cut.strings] for glued in (False, True)], np.int64)
        forms = table.reshape(2, -1)[cut.glued.astype(int), cut.forms]
        free = np.diff(np.repeat(np.arange(len(cut.lengths)), cut.lengths), prepend=-1) > 0
        free[1:] |= np.array([form.isspace() for form in cut.strings], bool)[cut.forms[:-1]]
        forms = np.where((forms < 0) & free, table.reshape(2, -1)[1, cut.forms], forms)
        return np.append(word_of, -1)[forms], forms

    def written(self) -> tuple[Array, Array]:
        """(bytes, starts) of the forms in UTF-8."""
        encoded = [form.encode() for form in self.forms]
        return np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)])


def _safe(folded: Iterable[str], corpus: Corpus) -> npt.NDArray[np.bool_]:
    """Which tokens hold no word that must not be shown."""
    unsafe = unsafe_words(corpus.texts, corpus.owners, corpus.protect)
    held = words(pa.array(list(folded), pa.string()))
    bad = np.array([word in unsafe for word in held.vocabulary.to_pylist()], bool)[held.ids]
    safe = np.ones(len(held), bool)
    safe[np.repeat(np.arange(len(held)), np.diff(held.ends))[bad]] = False
    return safe


class Looks(NamedTuple):
    """What forms look like; one more entry at the end, of no form."""

    upper: npt.NDArray[np.bool_]
    cased: npt.NDArray[np.bool_]
    lower: npt.NDArray[np.bool_]
    ends: npt.NDArray[np.bool_]
    space: npt.NDArray[np.bool_]


def looks_of(forms: tuple[str, ...]) -> Looks:
    """Is a form all capitals, cased, small at its beginning, the end of a sentence, white space?"""
    rows = [
        (len(form) > 1 and form.isupper(), form[:1].lower() != form[:1].upper(), form[:1].islower(),
         form[-1:] in _ENDS, form.isspace())
        for form in forms
    ]  # fmt: skip
    return Looks(*np.array([*rows, (False,) * 5], bool).T.copy())


def _after_small(looks: Looks, forms: Array, rows: Array, texts: int) -> Array:
    """(m,) stands the token after the first letter of its text, and was that a small one?"""
    cased = np.flatnonzero((forms >= 0) & looks.cased[forms])
    first = np.full(texts, len(forms), np.int64)
    np.minimum.at(first, rows[cased], cased)
    small = np.append(looks.lower[forms], False)[first]
    after: Array = small[rows] & (np.arange(len(forms)) > first[rows])
    return after


def strings_of(data: Array, lengths: Array) -> tuple[str, ...]:
    """The forms that `written` wrote."""
    offsets = np.cumsum([0, *lengths.tolist()]).astype(np.int64)
    array = pa.LargeStringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(data.tobytes()))
    array.validate(full=True)
    return tuple(array.to_pylist())
