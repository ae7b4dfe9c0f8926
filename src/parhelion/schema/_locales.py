"""The lists of names that mimesis brings, and what a column's values say about the country they come from."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema import _names
from parhelion.schema._facts import spread
from parhelion.schema.columns import Column, PersonalColumn

LOCALES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "tr", "pt-br")
_REGIONS = {
    "US": "en", "GB": "en-gb", "IE": "en-gb", "AU": "en-au", "CA": "en-ca", "DE": "de", "AT": "de-at", "CH": "de-ch",
    "FR": "fr", "ES": "es", "MX": "es-mx", "IT": "it", "PT": "pt", "BR": "pt-br", "NL": "nl", "BE": "nl-be", "SE": "sv",
    "NO": "no", "DK": "da", "FI": "fi", "PL": "pl", "CZ": "cs", "SK": "sk", "TR": "tr", "JP": "ja", "CN": "zh",
    "KR": "ko", "RU": "ru", "UA": "uk", "GR": "el", "HU": "hu", "HR": "hr", "EE": "et", "IS": "is",
}  # fmt: skip
_DOMAINS = {region.lower(): locale for region, locale in _REGIONS.items()} | {"uk": "en-gb"}
_POSTCODES = {
    "en-gb": r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$",
    "en-ca": r"^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$",
    "nl": r"^[1-9][0-9]{3} ?[A-Z]{2}$",
    "pt-br": r"^[0-9]{5}-[0-9]{3}$",
    "pt": r"^[0-9]{4}-[0-9]{3}$",
    "pl": r"^[0-9]{2}-[0-9]{3}$",
    "sv": r"^[1-9][0-9]{2} [0-9]{2}$",
    "en": r"^[0-9]{5}-[0-9]{4}$",
}


def known_names(values: pa.Array) -> float:
    """The share of texts with a word that is somewhere a given name (or, alone, a family name).

    >>> known_names(pa.array(["Maria Anders", "Hans Maier", "Dark Side of the Moon"])) > 0.6
    True
    """
    texts = values.to_pylist()
    given, family = _known()
    found = sum(_is_name(words, given, family) for words in (_plain(text) for text in texts))
    return found / max(len(texts), 1)


def _is_name(words: list[str], given: frozenset[str], family: frozenset[str]) -> bool:
    if len(words) == 1:
        return words[0] in given or words[0] in family
    return 2 <= len(words) <= 4 and (words[0] in given or words[-1] in given)


def _plain(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower()[:200])


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    given, family = zip(*(_of(locale) for locale in LOCALES), strict=True)
    return frozenset().union(*given), frozenset().union(*family)


@cache
def _of(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """The given and the family names of a locale, in lower case."""
    from mimesis.constants import DATADIR  # noqa: PLC0415  # slow to import, and rarely needed

    person = json.loads((DATADIR / locale / "person.json").read_text(encoding="utf-8"))
    return frozenset(_words(person.get("names"))), frozenset(_words(person.get("surnames")))


def _words(listed: object) -> Iterable[str]:
    if isinstance(listed, dict):
        for part in listed.values():
            yield from _words(part)
    elif isinstance(listed, list):
        yield from (str(name).lower() for name in listed)


def locale_of(columns: Iterable[tuple[Column, pa.Array]]) -> str:
    """The locale that the personal columns of a table (with some of their values) come from; `en` where nothing tells."""
    votes: Counter[str] = Counter()
    for column, values in columns:
        if isinstance(column, PersonalColumn):
            votes.update(_votes(column, spread(values, 300)))
    return votes.most_common(1)[0][0] if votes else "en"


def _votes(column: PersonalColumn, values: pa.Array) -> Counter[str]:
    hint = _names.personal(column.name)
    language = hint.language if hint is not None and hint.language != "en" else None
    votes = Counter({language: 0.3 * len(values)} if language else {})
    match column.what:
        case "phone":
            votes.update(_dialled(values))
        case "iban":
            votes.update(_mapped(pc.utf8_slice_codeunits(values, 0, 2).to_pylist(), _REGIONS))
        case "email":
            votes.update(_mapped((value.rsplit(".", 1)[-1].lower() for value in values.to_pylist()), _DOMAINS))
        case "postcode":
            votes.update({key: pc.sum(pc.match_substring_regex(values, shape)).as_py() for key, shape in _POSTCODES.items()})
        case "name" | "first_name" | "last_name":
            votes.update(_named(values))
    return votes


def _mapped(found: Iterable[str], known: dict[str, str]) -> Counter[str]:
    return Counter(known[value] for value in found if value in known)


def _dialled(values: pa.Array) -> Counter[str]:
    import phonenumbers  # noqa: PLC0415  # slow to import, and rarely needed

    regions = []
    for value in values.to_pylist():
        if value.startswith(("+", "00")):
            try:
                number = phonenumbers.parse("+" + value.removeprefix("00").lstrip("+"), None)
            except phonenumbers.NumberParseException:
                continue
            regions.append(phonenumbers.region_code_for_country_code(number.country_code or 0))
    return _mapped(regions, _REGIONS)


def _named(values: pa.Array) -> Counter[str]:
    """A name speaks for each locale that lists it, the less the more there are."""
    votes: Counter[str] = Counter()
    for words in map(_plain, values.to_pylist()):
        speaking = [key for key in LOCALES if any(word in names for word in words[:3] for names in _of(key))]
        votes.update(dict.fromkeys(speaking, 1 / len(speaking)) if speaking else {})
    return votes
