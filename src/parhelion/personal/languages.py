"""The languages and countries that the values of a corpus speak for, and which of them a text is written in."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.personal.lexicon import key
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

_AT_HOME = ("US", "GB", "DE", "FR", "ES", "IT", "NL")
_SCRIPTS = {
    "el": r"\p{Greek}", "ru": r"\p{Cyrillic}", "uk": r"\p{Cyrillic}", "kk": r"\p{Cyrillic}", "ar": r"\p{Arabic}",
    "fa": r"\p{Arabic}", "ja": r"[\p{Hiragana}\p{Katakana}\p{Han}]", "zh": r"\p{Han}", "ko": r"\p{Hangul}",
}  # fmt: skip
_LEAST = 0.05
_MOST = 6


def locales_of(values: Iterable[tuple[Value, int]], protect: int) -> dict[str, int]:
    """The locales for which at least `protect` owners' values speak, and how many do; English where none does."""
    votes: Counter[str] = Counter()
    heard: defaultdict[str, set[int]] = defaultdict(set)
    for value, owner in values:
        for locale, share in _votes(value).items():
            votes[locale] += share  # type: ignore[assignment]  # a share of a vote is a number, too
            heard[locale].add(owner)
    total = sum(votes.values())
    kept = {at: many for at, many in votes.most_common(_MOST) if len(heard[at]) >= protect and many > _LEAST * total}
    return {locale: max(1, round(many)) for locale, many in kept.items()} or {"en": 1}


def _votes(value: Value) -> dict[str, float]:
    if value.sort in ("first_name", "last_name", "name"):
        return _named(key(value.text))
    return dict(_dialled(value.text)) if value.sort == "phone" else {}


def _named(name: str) -> dict[str, float]:
    """Each word of a name speaks for the languages that list it, the shorter the list the more."""
    found = {
        locale: sum(
            (word in given) / (len(given) + 100) + (word in family) / (len(family) + 100) for word in name.split()
        )
        for locale, (given, family) in _lists().items()
    }
    total = sum(found.values())
    return {locale: share / total for locale, share in found.items() if share} if total else {}


@cache
def _lists() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    return {locale: listed_names(locale) for locale in _LOCALES}


def _dialled(number: str) -> list[tuple[str, float]]:
    """The country of a phone number, where it tells."""
    import phonenumbers  # noqa: PLC0415  # slow, and rarely needed

    for region in _AT_HOME:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        locale = _CALLED.get(str(parsed.country_code))
        if locale and phonenumbers.is_valid_number(parsed):
            return [(locale, 1.0)]
    return []


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
