"""Phone numbers that look right and, where a country keeps a range for drama, ring nowhere."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.codecs.keyed import Words, below, hashed, mixed
from parhelion.codecs.shapes import as_texts

_REGIONS = {
    "az": "AZ", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US", "es": "ES", "et": "EE", "fa": "IR",
    "fi": "FI", "fr": "FR", "hu": "HU", "hr": "HR", "is": "IS", "it": "IT", "ja": "JP", "kk": "KZ", "ko": "KR",
    "nl": "NL", "no": "NO", "pl": "PL", "pt": "PT", "ru": "RU", "sk": "SK", "sv": "SE", "tr": "TR", "uk": "UA",
    "zh": "CN",
}  # fmt: skip

_NORTH_AMERICAN = [str(area) for area in range(201, 990)]
_DRAMA: dict[str, tuple[list[str], int]] = {
    # North American Numbering Plan Administrator: 555-0100 to 555-0199 of every area
    "US": ([f"{area}55501" for area in _NORTH_AMERICAN], 2),
    "CA": ([f"{area}55501" for area in _NORTH_AMERICAN], 2),
    # Ofcom, Telephone numbers for drama use
    "GB": (["2079460", "1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960", "1314960",
            "1414960", "1514960", "1614960", "1914980"], 3),
    # Bundesnetzagentur, Rufnummern für Medienproduktionen
    "DE": (["3023125", "6990009", "4066969", "2214710", "8999998"], 3),
    # ARCEP, décision 2018-0881: numéros pour les œuvres audiovisuelles
    "FR": (["19900", "26191", "35301", "46571", "53649"], 4),
    # Australian Communications and Media Authority, numbers for use in creative works
    "AU": (["25550", "27010", "35550", "37010", "75550", "77010", "85550", "87010"], 4),
}  # fmt: skip


def region_of(locale: str) -> str:
    """The country of a locale.

    >>> region_of("de-at"), region_of("en")
    ('AT', 'US')
    """
    return _REGIONS.get(locale) or locale[-2:].upper()


def phone_numbers(region: str, lots: Words) -> pa.Array:
    """One phone number for each lot, in international form.

    >>> phone_numbers("FR", np.array([1], np.uint64)).to_pylist()[0][:7]
    '+33 ...'
    """
    written, tail = _templates(region)
    which = below(lots, len(written))
    texts = written[which]
    digits = mixed(lots)
    for place in range(tail.shape[1]):
        sign = below(hashed(digits, place), 10) + ord("0")
        np.put_along_axis(texts, tail[which, place][:, None], sign.astype(np.uint8)[:, None], axis=1)
    return as_texts([texts], len(lots))


@lru_cache(maxsize=64)
def _templates(region: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Numbers as bytes, all of one length, and the places of their last digits, which are free."""
    import phonenumbers  # noqa: PLC0415  # slow, and rarely needed

    code = phonenumbers.country_code_for_region(region)
    numbers, free = _beginnings(region)
    parsed = [phonenumbers.PhoneNumber(code, int(number + "0" * free)) for number in numbers]
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    texts = [phonenumbers.format_number(n, form).encode("ascii") for n in parsed if phonenumbers.is_valid_number(n)]
    length = max(set(map(len, texts)), key=[len(text) for text in texts].count)
    written = np.array([list(text) for text in texts if len(text) == length], np.uint8)
    tail = np.array([np.flatnonzero((row >= ord("0")) & (row <= ord("9")))[-free:] for row in written])
    return written, tail


def _beginnings(region: str) -> tuple[list[str], int]:
    """What numbers of a region begin with, and how many digits are free after it."""
    if region in _DRAMA:
        return _DRAMA[region]
    import phonenumbers  # noqa: PLC0415  # slow, and rarely needed

    kind = phonenumbers.PhoneNumberType.MOBILE
    example = phonenumbers.example_number_for_type(region, kind)
    assert example is not None, f"no mobile phones in {region}"
    number = str(example.national_number)
    free = next(free for free in range(len(number) - 2, 0, -1) if _valid(region, number, free))
    return [number[:-free]], free


def _valid(region: str, number: str, free: int) -> bool:
    """Whether numbers stay valid whatever their last digits are, as far as a hundred tries tell."""
    import phonenumbers  # noqa: PLC0415  # slow, and rarely needed

    code = phonenumbers.country_code_for_region(region)
    tails = np.random.default_rng(0).integers(0, 10**free, 100)
    tries = (int(number[:-free] + f"{tail:0{free}d}") for tail in tails.tolist())
    return all(phonenumbers.is_valid_number(phonenumbers.PhoneNumber(code, one)) for one in tries)
