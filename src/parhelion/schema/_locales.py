"""The lists of names that mimesis brings, and what a column's values say about the country they come from."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema import _names
from parhelion.schema._facts import spread
from parhelion.schema._types import is_text
from parhelion.schema.columns import Column, PersonalColumn

LOCALES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "tr", "pt-br")
_REGIONS = {
    "US": "en", "GB": "en-gb", "IE": "en-gb", "AU": "en-au", "CA": "en-ca", "DE": "de", "AT": "de-at",
    "CH": "de-ch", "FR": "fr", "ES": "es", "MX": "es-mx", "IT": "it", "PT": "pt", "BR": "pt-br", "NL": "nl",
    "BE": "nl-be", "SE": "sv", "NO": "no", "DK": "da", "FI": "fi", "PL": "pl", "CZ": "cs", "SK": "sk", "TR": "tr",
    "JP": "ja", "CN": "zh", "KR": "ko", "RU": "ru", "UA": "uk", "GR": "el", "HU": "hu", "HR": "hr", "EE": "et",
    "IS": "is",
}  # fmt: skip
_DOMAINS = {region.lower(): locale for region, locale in _REGIONS.items()} | {"uk": "en-gb"}
_COUNTRIES = {
    "usa": "en", "united states": "en", "united states of america": "en", "us": "en", "uk": "en-gb", "gb": "en-gb",
    "united kingdom": "en-gb", "great britain": "en-gb", "england": "en-gb", "germany": "de", "deutschland": "de",
    "de": "de", "austria": "de-at", "österreich": "de-at", "at": "de-at", "switzerland": "de-ch",
    "schweiz": "de-ch", "ch": "de-ch", "france": "fr", "fr": "fr", "spain": "es", "españa": "es", "es": "es",
    "mexico": "es-mx", "méxico": "es-mx", "mx": "es-mx", "italy": "it", "italia": "it", "it": "it",
    "portugal": "pt", "pt": "pt", "brazil": "pt-br", "brasil": "pt-br", "br": "pt-br", "netherlands": "nl",
    "nederland": "nl", "nl": "nl", "belgium": "nl-be", "be": "nl-be", "canada": "en-ca", "ca": "en-ca",
    "australia": "en-au", "au": "en-au", "sweden": "sv", "sverige": "sv", "norway": "no", "denmark": "da",
    "finland": "fi", "poland": "pl", "polska": "pl", "czech republic": "cs", "turkey": "tr", "japan": "ja",
    "china": "zh",
}  # fmt: skip
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
    given, family = _known()
    found = sum(_is_name(text, given, family) for text in values.to_pylist())
    return found / max(len(values), 1)


def _is_name(text: str, given: frozenset[str], family: frozenset[str]) -> bool:
    """`Anna`, `Anna Weber`, `Weber, Mrs. Anna Maria`: a given name at either end, or after a comma."""
    words = _plain(text)
    if len(words) == 1:
        return words[0] in given or words[0] in family
    if "," in text:
        return len(words) <= 9 and any(word in given for word in words[1:])
    return 2 <= len(words) <= 4 and (words[0] in given or words[-1] in given)


def _plain(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower()[:200])


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    given, family = zip(*(listed_names(locale) for locale in LOCALES), strict=True)
    return frozenset().union(*given), frozenset().union(*family)


@cache
def listed_names(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """The given and the family names that mimesis lists for a locale, in lower case."""
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
    """The locale that the personal columns of a table, with some of their values, come from (`en`: nothing tells)."""
    votes: Counter[str] = Counter()
    for column, values in columns:
        few = spread(values, 300)
        if isinstance(column, PersonalColumn):
            votes.update(_votes(column, few))
            votes.update({"en": len(few) // 10})
        elif is_text(values.type) and _names.is_country(column.name):
            votes.update(_mapped((value.casefold() for value in few.to_pylist()), _COUNTRIES))
    return max(votes, key=lambda locale: votes[locale], default="en")


def _votes(column: PersonalColumn, values: pa.Array) -> Counter[str]:
    hint = _names.personal(column.name)
    votes: Counter[str] = Counter()
    if hint is not None and hint.language != "en":
        votes[hint.language] += len(values) // 5 + 1
    match column.what:
        case "phone":
            votes.update(_dialled(values))
        case "iban":
            votes.update(_mapped(pc.utf8_slice_codeunits(values, 0, 2).to_pylist(), _REGIONS))
        case "email":
            votes.update(_mapped((value.rsplit(".", 1)[-1].lower() for value in values.to_pylist()), _DOMAINS))
        case "postcode":
            for locale, shape in _POSTCODES.items():
                votes[locale] += pc.sum(pc.match_substring_regex(values, shape)).as_py()
        case "name" | "first_name" | "last_name":
            votes.update(_named(values))
    return votes


def _mapped(found: Iterable[str], known: Mapping[str, str]) -> Counter[str]:
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
    """Each name speaks for the locales that list it: the shorter the list, the more it says that a name is on it."""
    votes: Counter[str] = Counter()
    for words in map(_plain, values.to_pylist()):
        weights = {locale: _weight(words[:3], *listed_names(locale)) for locale in LOCALES}
        total = sum(weights.values())
        if total:
            votes.update({locale: weight / total for locale, weight in weights.items()})
    return votes


def _weight(words: list[str], given: frozenset[str], family: frozenset[str]) -> float:
    return sum((word in given) / len(given) + (word in family) / len(family) for word in words)
