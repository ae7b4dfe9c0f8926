"""People who do not exist: who row i is about follows from a key and i alone, so the columns of a row agree.

Names and places come from mimesis' lists. Numbers and addresses that could reach a real person come from ranges kept
for examples where there are such: domains (RFC 2606), private IP addresses (RFC 1918), phone numbers (see `phones`),
national numbers that are never given out.
"""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.codecs.checks import Check, check_places, write_check
from parhelion.codecs.keyed import Words, below, hashed, key_of
from parhelion.codecs.namelists import NameLists, Pair, name_lists
from parhelion.codecs.phones import phone_numbers, region_of
from parhelion.codecs.shapes import Shape, as_texts, parse_pattern
from parhelion.schema.columns import Personal

_FAMILY_FIRST = {"ja": " ", "hu": " ", "zh": "", "ko": ""}
"""Where the family's name comes first, and what stands between the two."""

_IBAN = {
    "DE": "DE99" + "9" * 18, "CH": "CH99" + "9" * 17, "NL": r"NL99TEST" + "9" * 10, "DK": "DK99" + "9" * 14,
    "GB": "GB99TEST" + "9" * 14, "SE": "SE99" + "9" * 20, "GR": "GR99" + "9" * 23,
    "TR": "TR99" + "9" * 5 + "0" + "9" * 16,
}  # fmt: skip
_CARD = "4000009999999999"
"""Visa's test cards begin so."""

_NATIONAL = {
    "US": "666-99-9999", "CA": "000-999-999", "GB": r"QQ999999\C", "CH": "756.9999.9999.99", "FR": "9" * 15,
    "BR": "999.999.999-99", "MX": "AAAA999999", "DE": "0" + "9" * 10,
}  # fmt: skip
"""Beginnings that are never given out, where a country has one."""

_DOMAINS = ["example.com", "example.org", "example.net"]


@dataclass(frozen=True)
class People:
    """The people of some rows."""

    lists: NameLists
    rows: Words
    key: int

    def lot(self, what: int, bound: int) -> npt.NDArray[np.int64]:
        """A number below `bound` for each person; each `what` is a lot of its own."""
        return below(hashed(self.rows, key_of(self.key, what)), bound)

    def pick(self, what: int, items: pa.Array) -> pa.Array:
        return items.take(pa.array(self.lot(what, len(items))))

    @cached_property
    def male(self) -> npt.NDArray[np.int64]:
        return self.lot(1, 2)

    def _named(self, what: int, names: Pair) -> pa.Array:
        """The person's entry of a list for women or for men."""
        women, men = names
        at = np.where(self.male, len(women) + self.lot(what, len(men)), self.lot(what, len(women)))
        return pa.concat_arrays([women, men]).take(pa.array(at))

    def first_name(self) -> pa.Array:
        return self._named(2, self.lists.given)

    def last_name(self) -> pa.Array:
        return self._named(3, self.lists.family)

    def name(self) -> pa.Array:
        between = _FAMILY_FIRST.get(self.lists.locale)
        if between is not None:
            return _joined(self.last_name(), between, self.first_name())
        return _joined(self.first_name(), " ", self.last_name())

    def username(self) -> pa.Array:
        """No two rows' are the same: names have no digits, and the row's number ends it."""
        given, family = self._named(2, self.lists.latin_given), self._named(3, self.lists.latin_family)
        return _joined(given, ".", family, _numbers(self.rows + np.uint64(1)))

    def email(self) -> pa.Array:
        return _joined(self.username(), "@", self._domain())

    def _domain(self) -> pa.Array:
        return self.pick(4, pa.array(_DOMAINS, pa.large_string()))

    def url(self) -> pa.Array:
        family = self._named(3, self.lists.latin_family)
        return _joined("https://", family, _numbers(self.rows + np.uint64(1)), ".", self._domain(), "/")

    def company(self) -> pa.Array:
        """A family's name and a legal form: the lists of companies hold real ones."""
        return _joined(self.pick(5, self.lists.family[0]), " ", self.pick(6, self.lists.company_form))

    def city(self) -> pa.Array:
        return self.pick(7, self.lists.city)

    def street(self) -> pa.Array:
        parts = {
            "st_name": self.pick(8, self.lists.street),
            "st_sfx": self.pick(9, self.lists.suffix),
            "st_num": _numbers(1 + self.lot(10, 200)),
        }
        written = re.split(r"\{(\w*)\}", self.lists.street_format)
        if "" in written[1::2]:  # Japanese: a town and the numbers of block, house and flat
            places = [parts["st_name"], *(_numbers(1 + self.lot(at, 30)) for at in (10, 11, 12))]
            written[1::2] = [str(at) for at in range(4)]
            parts = {str(at): place for at, place in enumerate(places)}
        return _joined(*(parts[piece] if at % 2 else piece for at, piece in enumerate(written)))

    def postcode(self) -> pa.Array:
        signs = {"#": "9", "@": "A"}
        return self._shaped("".join(signs.get(sign, "\\" + sign) for sign in self.lists.postcode_format), 13)

    def address(self) -> pa.Array:
        return _joined(self.street(), ", ", self.postcode(), " ", self.city())

    def phone(self) -> pa.Array:
        return phone_numbers(region_of(self.lists.locale), hashed(self.rows, key_of(self.key, 14)))

    def ip_address(self) -> pa.Array:
        octets = [_numbers(self.lot(at, 256)) for at in (15, 16, 17)]
        return _joined("10.", octets[0], ".", octets[1], ".", octets[2])

    def iban(self) -> pa.Array:
        pattern = _IBAN.get(region_of(self.lists.locale), _IBAN["DE"])
        return self._shaped("".join(sign if sign == "9" else "\\" + sign for sign in pattern), 18, "iban")

    def credit_card(self) -> pa.Array:
        return self._shaped(_CARD, 19, "luhn")

    def national_id(self) -> pa.Array:
        return self._shaped(_NATIONAL.get(region_of(self.lists.locale), "9" * 11), 20)

    def _shaped(self, pattern: str, what: int, check: Check | None = None) -> pa.Array:
        """Texts of a pattern, with their check digits."""
        shape = Shape(tuple(parse_pattern(pattern)), 1)
        signs = [at for at, place in enumerate(shape.places) if place[0].isalnum()]
        fixed = check_places(check, signs)
        space = np.uint64(min(shape.space(fixed), 2**62))
        lot = hashed(self.rows, key_of(self.key, what)) % space
        written = shape.write(lot, fixed, key_of(self.key, what))
        if check:
            write_check(check, [written[at][:, 0] for at in signs])
        return as_texts(written, len(self.rows))


def made_up(what: Personal, locale: str, rows: Words, seed: int) -> pa.Array:
    """Texts (large strings) about the people of some rows: the same rows and seed are the same people.

    >>> rows = np.arange(100, dtype=np.uint64)
    >>> people = made_up("name", "en", rows, seed=1)
    >>> people[50:].equals(made_up("name", "en", rows[50:], seed=1))
    True
    """
    make = getattr(People(name_lists(locale), rows, key_of(seed, 0)), what)
    texts: pa.Array = make()
    return texts


def _numbers(numbers: npt.NDArray[np.int64] | Words) -> pa.Array:
    return pa.array(numbers).cast(pa.large_string())


def _joined(*parts: pa.Array | str) -> pa.Array:
    texts = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))
