"""The languages and countries that the values of a corpus speak for, and which of them a text is written in."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.personal.lexicon import key
from parhelion.personal.marks import Sort
from parhelion.personal.values import Value
from parhelion.schema import listed_names

_LOCALES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "tr", "hu", "el", "ru", "uk", "fa",
    "ja", "zh", "ko", "ar-eg",
)  # fmt: skip
_CALLED = {
    "1": "en", "44": "en-gb", "61": "en-au", "49": "de", "43": "de-at", "41": "de-ch", "33": "fr", "34": "es",
    "52": "es-mx", "39": "it", "351": "pt", "55": "pt-br", "31": "nl", "46": "sv", "45": "da", "47": "no", "358": "fi",
    "48": "pl", "420": "cs", "90": "tr", "36": "hu", "30": "el", "380": "uk", "81": "ja", "82": "ko", "86": "zh",
}  # fmt: skip
"""Where people are who are called under a code."""

_ORDER = (*_LOCALES, *sorted({*_CALLED.values()} - {*_LOCALES}))
_AT_HOME = ("US", "GB", "DE", "FR", "ES", "IT", "NL")
_SCRIPTS = {
    "el": r"\p{Greek}", "ru": r"\p{Cyrillic}", "uk": r"\p{Cyrillic}", "kk": r"\p{Cyrillic}", "ar": r"\p{Arabic}",
    "fa": r"\p{Arabic}", "ja": r"[\p{Hiragana}\p{Katakana}\p{Han}]", "zh": r"\p{Han}", "ko": r"\p{Hangul}",
}  # fmt: skip
_LEAST = 0.1
_MOST = 6


def locales_of(values: Iterable[tuple[Value, int]], protect: int) -> dict[str, int]:
    """The locales for which at least `protect` owners' values speak, and how many do; English where none does.

    A value speaks for one locale: of those it could be from, the one that most others could be from, too.
    """
    heard: defaultdict[frozenset[str], set[int]] = defaultdict(set)
    for value, owner in values:
        heard[_could_be_from(value.sort, key(value.text))].add(owner)
    left = {homes: len(owners) for homes, owners in heard.items() if homes}
    total = sum(left.values())
    kept: dict[str, int] = {}
    while left and len(kept) < _MOST:
        best = max(_ORDER, key=lambda locale: _count(left, locale))
        if _count(left, best) < max(protect, _LEAST * total):
            break
        kept[best] = _count(left, best)
        left = {homes: many for homes, many in left.items() if best not in homes}
    return kept or {"en": 1}


def _count(heard: dict[frozenset[str], int], locale: str) -> int:
    return sum(many for homes, many in heard.items() if locale in homes)


@lru_cache(maxsize=200_000)
def _could_be_from(sort: Sort, value: str) -> frozenset[str]:
    if sort == "phone":
        return _dialled(value)
    return _named(value) if sort in ("first_name", "last_name", "name") else frozenset()


def _named(name: str) -> frozenset[str]:
    """The locales that list most words of a name."""
    words = name.split()
    listed = {locale: sum(word in known for word in words) for locale, known in _lists().items()}
    most = max(listed.values())
    return frozenset(locale for locale, many in listed.items() if many == most and most)


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {locale: frozenset().union(*listed_names(locale)) for locale in _LOCALES}


def _dialled(number: str) -> frozenset[str]:
    """Where a phone number is, if it tells."""
    import phonenumbers  # noqa: PLC0415  # slow, and rarely needed

    for region in _AT_HOME:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        locale = _CALLED.get(str(parsed.country_code))
        if locale and phonenumbers.is_valid_number(parsed):
            return frozenset({locale})
    return frozenset()


def locales_for(texts: pa.Array, locales: dict[str, int], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Which of some locales each text's people are of: by share, among those that are written as the text is."""
    share = np.array(list(locales.values()), float)
    scripts = [_SCRIPTS.get(locale[:2], "") for locale in locales]
    chosen = _drawn(share * np.array([not script for script in scripts]), share, len(texts), rng)
    for script in sorted({*scripts} - {""}):
        so = pc.match_substring_regex(texts, script).fill_null(False).to_numpy(zero_copy_only=False)
        own = share * np.array([each == script for each in scripts])
        chosen[so] = _drawn(own, share, int(so.sum()), rng)
    return chosen


def _drawn(
    share: npt.NDArray[np.float64], otherwise: npt.NDArray[np.float64], many: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    share = share if share.any() else otherwise
    return rng.choice(len(share), many, p=share / share.sum())
