"""What people and places of a locale are called: mimesis' lists, as Arrow arrays."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from parhelion.errors import SchemaError, nearest

_LETTERS = (
    "ä:ae ö:oe ü:ue ß:ss ø:o æ:ae å:aa ł:l đ:d ð:d þ:th ı:i ə:e "
    "а:a б:b в:v г:g д:d е:e ё:yo ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh "
    "щ:shch ъ: ы:y ь: э:e ю:yu я:ya є:ye і:i ї:yi ґ:g ғ:g қ:q ң:n ү:u ұ:u һ:h ә:a ө:o "
    "α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s ς:s τ:t υ:y φ:f χ:ch ψ:ps ω:o "
    "ά:a έ:e ή:i ί:i ό:o ύ:y ώ:o ϊ:i ϋ:y"
)
_SPELLED = dict(pair.split(":") for pair in _LETTERS.split())
"""Letters that lose more than an accent in ASCII, with the Cyrillic and the Greek alphabet."""

Pair = tuple[pa.Array, pa.Array]
"""Of women, of men."""


@dataclass(frozen=True)
class NameLists:
    """A locale's lists. `latin_given` and `latin_family` are the names as e-mail addresses spell them."""

    locale: str
    given: Pair
    family: Pair
    latin_given: Pair
    latin_family: Pair
    city: pa.Array
    street: pa.Array
    suffix: pa.Array
    street_format: str
    postcode_format: str
    company_form: pa.Array


@lru_cache(maxsize=8)
def name_lists(locale: str) -> NameLists:
    """A locale's lists. Raises SchemaError where there are none."""
    check_locale(locale)
    person, address, finance = (_data(locale, name) for name in ("person", "address", "finance"))
    given, family = _by_gender(person["names"]), _by_gender(person["surnames"])
    form = finance["company"]["type"]
    return NameLists(
        locale=locale,
        given=(_texts(given[0]), _texts(given[1])),
        family=(_texts(family[0]), _texts(family[1])),
        latin_given=(_latin(given[0], "names"), _latin(given[1], "names")),
        latin_family=(_latin(family[0], "surnames"), _latin(family[1], "surnames")),
        city=_texts(address["city"]),
        street=_texts(address["street"]["name"]),
        suffix=_texts(address["street"].get("suffix") or [""]),
        street_format=address["address_fmt"],
        postcode_format=address["postal_code_fmt"],
        company_form=_texts(form.get("abbr") or form["title"]),
    )


def check_locale(locale: str) -> None:
    """Raises SchemaError where there are no names of a locale.

    >>> check_locale("de_DE")
    Traceback (most recent call last):
    parhelion.errors.SchemaError: there are no names of the locale 'de_DE'; did you mean 'de'?
    """
    from mimesis.locales import Locale  # noqa: PLC0415  # slow, and rarely needed

    valid = sorted(each.value for each in Locale)
    if locale not in valid:
        alike = [each for each in valid if each == locale[:2].lower()]
        raise SchemaError(f"there are no names of the locale {locale!r}{nearest(locale[:2].lower(), alike or valid)}")


def _data(locale: str, name: str) -> dict[str, Any]:
    """One of mimesis' data sets: its public methods only draw from them, one value a call."""
    from mimesis import Address, Finance, Person  # noqa: PLC0415  # slow, and rarely needed
    from mimesis.locales import Locale  # noqa: PLC0415  # slow, and rarely needed

    provider = {"person": Person, "address": Address, "finance": Finance}[name]
    data: dict[str, Any] = provider(Locale(locale))._dataset  # noqa: SLF001  # see the docstring
    return data


def _by_gender(names: dict[str, list[str]] | list[str]) -> tuple[list[str], list[str]]:
    return (names["female"], names["male"]) if isinstance(names, dict) else (list(names), list(names))


def _texts(items: list[str]) -> pa.Array:
    return pa.array([item.strip() for item in items], pa.large_string())


def _latin(names: list[str], what: str) -> pa.Array:
    """Names in a to z. Where a script has no simple way there, English names stand in."""
    english = _by_gender(_data("en", "person")[what])[0]
    return _texts([_slug(name) or english[at % len(english)].lower() for at, name in enumerate(names)])


def _slug(name: str) -> str:
    """
    >>> _slug("Jörg-Åke O'Neill"), _slug("Щукина")
    ('joergaakeoneill', 'shchukina')
    """
    spelled = "".join(_SPELLED.get(sign, sign) for sign in unicodedata.normalize("NFC", name.lower()))
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())
