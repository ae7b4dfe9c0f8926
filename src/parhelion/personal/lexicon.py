"""The names that are known, and what a corpus says about its own words."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.personal.cues import GREETINGS, NO_NAMES, PARTINGS, TITLES
from parhelion.personal.ordinary import ELSEWHERE, EVERYDAY
from parhelion.schema import listed_names

LOCALES = (
    "en", "en-au", "en-ca", "de", "de-at", "de-ch", "fr", "es", "es-mx", "it", "pt", "pt-br", "nl", "nl-be", "sv", "da",
    "no", "fi", "is", "et", "pl", "cs", "sk", "hr", "hu", "tr", "az", "el", "ru", "uk", "kk", "ar", "ar-dz", "fa", "ja",
    "zh", "ko",
)  # fmt: skip
_CORE = ("en", "en-ca", "de", "fr", "es", "it", "pt", "nl", "pt-br", "es-mx")
_AT_ONCE = 100_000


def key(word: str) -> str:
    """How words are looked up."""
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word.lower())


@dataclass(frozen=True)
class Lexicon:
    """given, family: all names listed, in lower case. sure: given names that are hardly anything else, and known in
    several languages or in a large one. kin: family names that are hardly anything else.
    """

    given: frozenset[str]
    family: frozenset[str]
    sure: frozenset[str]
    kin: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The names of all languages together."""
    languages: Counter[str] = Counter()
    for language in {locale[:2] for locale in LOCALES}:
        languages.update(frozenset().union(*(_given(each) for each in LOCALES if each[:2] == language)))
    core = frozenset().union(*(_given(locale) for locale in _CORE))
    no = EVERYDAY | ELSEWHERE | NO_NAMES | GREETINGS | PARTINGS | TITLES
    sure = {name for name, many in languages.items() if (many > 1 or name in core) and len(name) > 2}
    family = frozenset().union(*(listed_names(locale)[1] for locale in LOCALES))
    return Lexicon(frozenset(languages), family, frozenset(sure) - no, family - no)


def _given(locale: str) -> frozenset[str]:
    return listed_names(locale)[0]


@dataclass(frozen=True)
class Habits:
    """How a corpus writes its words. small, capital: how often each word, by key, stands in lower case and with a
    capital. cased: whether the corpus uses capitals at all. texts: how many there are.
    """

    small: Counter[str] = field(default_factory=Counter)
    capital: Counter[str] = field(default_factory=Counter)
    cased: bool = True
    texts: int = 0

    @classmethod
    def of(cls, texts: pa.Array) -> "Habits":
        small: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        for written, count in _counted(texts).items():
            (small if written.islower() else capital)[key(written)] += count
        cased = capital.total() > 0.02 * (small.total() + 1)
        return cls(small, capital, cased, len(texts))

    def everyday(self, word: str) -> bool:
        """Whether a word mostly stands in lower case here, though names are written with capitals."""
        return self.cased and self.small[word] > 2 * self.capital[word]

    def common(self, word: str) -> bool:
        """Whether so many texts have a word in lower case that it is hardly a name."""
        return self.small[word] > 5 + 0.003 * self.texts


def _counted(texts: pa.Array) -> Counter[str]:
    counts: Counter[str] = Counter()
    for start in range(0, len(texts), _AT_ONCE):
        words, _ = split(texts.slice(start, _AT_ONCE))
        for each in pc.value_counts(words).to_pylist():
            counts[each["values"]] += each["counts"]
    counts.pop("", None)
    return counts


def split(texts: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """The words of all texts, and where each text's begin."""
    lists = pc.split_pattern_regex(texts, r"[^\pL\pM]+")
    starts = lists.offsets.to_numpy().astype(np.int64)
    return lists.flatten(), starts - starts[0]
