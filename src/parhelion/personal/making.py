"""Values that nobody has, many at a time.

Who a value is about follows from a lot: values of one lot agree. Names come from lists; numbers, domains and addresses
from ranges kept for examples where there are such (see `parhelion.codecs.people` and `parhelion.codecs.phones`).
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.codecs.keyed import Words, below, hashed
from parhelion.codecs.people import made_up
from parhelion.codecs.phones import phone_numbers, region_of
from parhelion.personal.forms import chosen, written
from parhelion.personal.marks import Sort

Case = Literal["lower", "upper", "usual"]
_DOMAINS = ("example.com", "example.org", "example.net")
_ANY_CODE = {"19999999": 4, "199999": 3, "AA199999": 2, "19999": 1, "AAA-1999": 1}
"""Forms of identifiers where no form is shared."""
_WITHOUT_TRUNK = frozenset({"US", "CA", "ES", "IT", "PT", "DK", "NO", "PL", "CZ", "GR", "EE", "IS"})


class Wanted(NamedTuple):
    """Values of one sort and locale. lots: who each is about. forms, cases: how originals look, with their shares.
    grown: how many signs longer than usual, when the usual ones all belong to originals.
    """

    sort: Sort
    locale: str
    lots: Words
    forms: dict[str, int]
    cases: dict[Case, int]
    grown: int


def made(wanted: Wanted, rng: np.random.Generator) -> pa.Array:
    """A value for each lot (large strings)."""
    values = _MAKERS.get(wanted.sort, _plainly_made)(wanted, rng)
    if wanted.grown:
        values = _grown(values, wanted)
    return _cased(values, wanted.cases, rng) if wanted.cases else values


def _joined(*parts: pa.Array | str) -> pa.Array:
    texts = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _grown(values: pa.Array, wanted: Wanted) -> pa.Array:
    """Two names for one, and more digits."""
    again = wanted._replace(lots=hashed(wanted.lots, wanted.grown))
    if wanted.sort in ("first_name", "last_name", "name"):
        return _joined(values, "-", _people("first_name" if wanted.sort == "first_name" else "last_name", again))
    digits = written("9" * (2 + wanted.grown), again.lots, 1)
    if wanted.sort == "email":
        parts = pc.split_pattern(values, "@")
        return _joined(pc.list_element(parts, 0), digits, "@", pc.list_element(parts, 1))
    return _joined(values, digits)


def _people(what: str, wanted: Wanted) -> pa.Array:
    return made_up(what, wanted.locale, wanted.lots, 0)  # type: ignore[arg-type]  # one of Personal


def _plainly_made(wanted: Wanted, rng: np.random.Generator) -> pa.Array:  # noqa: ARG001  # as all makers
    return _people(wanted.sort, wanted)


def _address(wanted: Wanted, rng: np.random.Generator) -> pa.Array:  # noqa: ARG001  # as all makers
    return _people("street", wanted)


def _latin(wanted: Wanted) -> tuple[pa.Array, pa.Array]:
    """The person's given and family name as addresses spell them."""
    parts = pc.split_pattern(pc.replace_substring_regex(_people("username", wanted), r"[0-9]+$", ""), ".")
    return pc.list_element(parts, 0), pc.list_element(parts, 1)


def _user(wanted: Wanted, ways: int) -> pa.Array:
    """`anna.weber`, `anna_weber`, `aweber`, `annaweber`, `anna.weber27`: by lot."""
    given, family = _latin(wanted)
    digits = written("19", hashed(wanted.lots, 5), 2)
    first = pc.utf8_slice_codeunits(given, 0, 1)
    written_so = [
        _joined(given, ".", family), _joined(given, "_", family), _joined(first, family), _joined(given, family),
        _joined(given, ".", family, digits), _joined(given, digits), _joined(family, digits),
    ]  # fmt: skip
    return pc.choose(pa.array(below(hashed(wanted.lots, 6), ways)), *written_so)


def _domain(wanted: Wanted) -> pa.Array:
    domains = pa.array(_DOMAINS, pa.large_string())
    return domains.take(pa.array(below(hashed(wanted.lots, 7), len(_DOMAINS))))


def _email(wanted: Wanted, rng: np.random.Generator) -> pa.Array:  # noqa: ARG001  # as all makers
    return _joined(_user(wanted, 5), "@", _domain(wanted))


def _username(wanted: Wanted, rng: np.random.Generator) -> pa.Array:  # noqa: ARG001  # as all makers
    return _user(wanted, 7)


def _url(wanted: Wanted, rng: np.random.Generator) -> pa.Array:
    _, family = _latin(wanted)
    starts = pa.array(["https://", "www.", "http://www."], pa.large_string())
    start = starts.take(pa.array(chosen({"https": 2, "www": 2, "http": 1}, len(family), rng)))
    return _joined(start, family, ".", _domain(wanted))


def _formed(wanted: Wanted, rng: np.random.Generator) -> pa.Array:
    """A value for each lot, of a form drawn by share."""
    forms = wanted.forms or _ANY_CODE
    return _by_form(forms, wanted.lots, rng, lambda form, lots: written(form, lots, 3))


def _by_form(
    forms: dict[str, int],
    lots: Words,
    rng: np.random.Generator,
    write: Callable[[str, Words], pa.Array],
) -> pa.Array:
    which = chosen(forms, len(lots), rng)
    parts, order = [], []
    for at, form in enumerate(forms):
        rows = np.flatnonzero(which == at)
        if len(rows):
            parts.append(write(form, lots[rows]))
            order.append(rows)
    back = np.argsort(np.concatenate(order))
    return pa.concat_arrays(parts).take(pa.array(back))


def _postcode(wanted: Wanted, rng: np.random.Generator) -> pa.Array:
    return _formed(wanted, rng) if wanted.forms else _people("postcode", wanted)


def _grouped(wanted: Wanted, rng: np.random.Generator) -> pa.Array:
    """IBANs and cards, in groups of four where originals are."""
    if not wanted.forms:
        return _people(wanted.sort, wanted)
    return _by_form(
        wanted.forms,
        wanted.lots,
        rng,
        lambda form, lots: _parted(_people(wanted.sort, wanted._replace(lots=lots)), form),
    )


def _parted(values: pa.Array, form: str) -> pa.Array:
    between = next((sign for sign in (" ", "-") if sign in form), "")
    return pc.replace_substring_regex(values, r"(\w{4})\B", rf"\1{between}") if between else values


def _phone(wanted: Wanted, rng: np.random.Generator) -> pa.Array:
    """Numbers that ring nowhere, in a form of the originals' where they have as many digits as it asks for."""
    region = region_of(wanted.locale)
    numbers = phone_numbers(region, wanted.lots)
    if not wanted.forms:
        return numbers
    forms = list(wanted.forms)
    drawn = chosen(wanted.forms, len(numbers), rng).tolist()
    return pa.array([_shaped(each, forms[at], region) for each, at in zip(numbers.to_pylist(), drawn, strict=True)],
                    pa.large_string())  # fmt: skip


def _shaped(number: str, form: str, region: str) -> str:
    """A number in international form as another form has it.

    >>> _shaped("+44 20 7946 0123", "01999 999999", "GB"), _shaped("+44 20 7946 0123", "199", "GB")
    ('02079 460123', '+44 20 7946 0123')
    """
    places = _places(form)
    for digits in _spellings("".join(filter(str.isdigit, number)), region):
        if len(digits) == places and (form[0] == "0") == (digits[0] == "0"):
            signs = iter(digits)
            return "".join(next(signs) if sign in "019" else sign for sign in form)
    return number


@lru_cache(maxsize=1000)
def _places(form: str) -> int:
    return sum(sign in "019" for sign in form)


def _spellings(digits: str, region: str) -> Iterable[str]:
    """With the country's code and without, and as it is dialled at home."""
    national = digits[_code_length(region) :]
    if region not in _WITHOUT_TRUNK:
        yield "0" + national
    yield from (national, digits, "00" + digits)


@lru_cache(maxsize=100)
def _code_length(region: str) -> int:
    import phonenumbers  # noqa: PLC0415  # slow, and rarely needed

    return len(str(phonenumbers.country_code_for_region(region)))


def _cased(values: pa.Array, cases: dict[Case, int], rng: np.random.Generator) -> pa.Array:
    """Names as originals write them: in lower case, in capitals, or as usual."""
    names = list(cases)
    which = np.array(names)[chosen({str(case): many for case, many in cases.items()}, len(values), rng)]
    values = pc.if_else(pa.array(which == "lower"), pc.utf8_lower(values), values)
    return pc.if_else(pa.array(which == "upper"), pc.utf8_upper(values), values)


def case_of(text: str) -> Case:
    """
    >>> case_of("anna"), case_of("ANNA"), case_of("Anna"), case_of("J")
    ('lower', 'upper', 'usual', 'usual')
    """
    if text.islower():
        return "lower"
    return "upper" if text.isupper() and len(text) > 2 else "usual"


_MAKERS: dict[Sort, Callable[[Wanted, np.random.Generator], pa.Array]] = {
    "email": _email,
    "username": _username,
    "url": _url,
    "address": _address,
    "code": _formed,
    "postcode": _postcode,
    "iban": _grouped,
    "credit_card": _grouped,
    "phone": _phone,
}
