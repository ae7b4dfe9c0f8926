"""Values that tell who somebody is: by what they look like, and by what their column is called."""

import re
from collections.abc import Callable

import pyarrow.compute as pc

from parhelion.schema import _locales, _names
from parhelion.schema._facts import Facts, spread
from parhelion.schema.columns import CategoryColumn, Column, PersonalColumn

EMAIL = r"^[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}$"
URL = r"^(?:https?://|ftp://|www\.)\S+$"
IP = r"^(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7})$"
IBAN = r"^[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}$"
CARD = r"^[3-6][0-9]{3}([ -]?)[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{1,7}$"
NATIONAL = (
    r"^(?:[0-9]{3}-[0-9]{2}-[0-9]{4}|[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|"
    r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]|[XYZ]?[0-9]{7,8}-?[A-Z])$"
)
PHONE = r"^(?:\+|00)?[0-9(][0-9 ().\-/]{5,20}[0-9](?: ?(?:x|ext\.?) ?[0-9]{1,6})?$"
DIALLED = r"^(?:\+[0-9]|\([0-9]{2,5}\) ?[0-9]|[0-9]{3}-[0-9]{3}-[0-9]{4}$|1-[0-9]{3}-|00[1-9][0-9])"
WORDS = r"^\pL[\pL'.\-]*,?(?: [\pL(\"][\pL'.\-()\"]*)*$"
COMMON = 10  # rows that share a value, on average, from which on it identifies nobody


def by_content(facts: Facts) -> Column | None:
    """What can be told from the values alone: e-mail addresses, telephone numbers, accounts, cards, machines."""
    if pc.min(pc.binary_length(facts.sample)).as_py() < 3:
        return None
    few = spread(facts.sample, 100)
    first = spread(facts.sample, 3).to_pylist()
    for what, pattern, sure, valid in _CONTENT:
        if not any(re.match(pattern, value[:200]) for value in first):
            continue
        if pc.mean(pc.match_substring_regex(few, pattern)).as_py() < 0.9 or facts.share(pattern) < 0.95:
            continue
        if valid(facts) and (what not in _COMMON_ARE_CATEGORIES or identifying(facts)):
            return facts.column(PersonalColumn, sure, f"values look like {what.replace('_', ' ')} values", what=what)
    return None


def identifying(facts: Facts) -> bool:
    """Do values point to somebody? (A value that ten rows share, on average, does not.)"""
    return facts.shared < COMMON


def _always(_: Facts) -> bool:
    return True


def _iban(facts: Facts) -> bool:
    from stdnum import iban  # noqa: PLC0415  # slow to import, and rarely needed

    few = spread(facts.sample, 200).to_pylist()
    return bool(sum(iban.is_valid(value, check_country=False) for value in few) >= 0.8 * len(few))


def _card(facts: Facts) -> bool:
    from stdnum import luhn  # noqa: PLC0415  # the same

    few = [re.sub("[ -]", "", value) for value in spread(facts.sample, 200).to_pylist()]
    return len(few) >= 5 and sum(map(luhn.is_valid, few)) >= 0.95 * len(few)


def _phone(facts: Facts) -> bool:
    """Written as one dials, and possible numbers of their countries (where they say which)."""
    if facts.share(DIALLED) < 0.8:
        return False
    import phonenumbers  # noqa: PLC0415  # slow to import, and rarely needed

    possible = 0
    few = spread(facts.sample, 100).to_pylist()
    for value in few:
        try:
            possible += phonenumbers.is_possible_number(phonenumbers.parse(value, "US"))
        except phonenumbers.NumberParseException:
            continue
    return possible >= 0.6 * len(few)


def _national(facts: Facts) -> bool:
    return _names.says(facts.name) == "national_id"


_COMMON_ARE_CATEGORIES = {"url", "ip_address"}
_CONTENT: tuple[tuple[str, str, float, Callable[[Facts], bool]], ...] = (
    ("email", EMAIL, 0.99, _always),
    ("url", URL, 0.95, _always),
    ("iban", IBAN, 0.98, _iban),
    ("ip_address", IP, 0.95, _always),
    ("credit_card", CARD, 0.95, _card),
    ("national_id", r"^[0-9]{3}-[0-9]{2}-[0-9]{4}$", 0.9, _always),
    ("national_id", NATIONAL, 0.95, _national),
    ("phone", PHONE, 0.9, _phone),
)


def by_name(facts: Facts) -> Column | None:
    """What the column's name says, where the values bear it out."""
    said = _names.says(facts.name)
    if said is None:
        return _unnamed(facts)
    if said in ("name", "first_name", "last_name"):
        return _person(facts, said)
    if not _BEARS_OUT[said](facts):
        return None
    return facts.column(
        PersonalColumn, 0.92, f"its name says {said.replace('_', ' ')}, and its values agree", what=said
    )


def _looks(pattern: str, share: float, most_shared: float = COMMON) -> Callable[[Facts], bool]:
    return lambda facts: facts.shared < most_shared and facts.share(pattern) >= share


_BEARS_OUT: dict[str, Callable[[Facts], bool]] = {
    "email": _looks(EMAIL, 0.5, 1e9),
    "phone": _looks(PHONE, 0.6, 1e9),
    "iban": _looks(IBAN, 0.5, 1e9),
    "credit_card": _looks(r"^[0-9xX* -]{12,24}$", 0.8, 1e9),
    "national_id": _looks(r"[0-9]", 0.9),
    "ip_address": _looks(IP, 0.5),
    "url": _looks(r"\S\.\S", 0.8, 2),
    "username": _looks(r"^\S+$", 0.8, 2),
    "postcode": _looks(r"^[A-Za-z0-9][A-Za-z0-9 \-]{1,9}$", 0.8, 2),
    "street": _looks(r"\pL", 0.9),
    "address": _looks(r"\pL.*[ ,]|[0-9]", 0.8),
    "city": _looks(r"^[^0-9]*\pL[^0-9]*$", 0.9, 2),
    "company": _looks(r"\pL", 0.9, 4),
}


def _person(facts: Facts, what: str) -> Column | None:
    """Names of people: few of them are a category, unless they are known names."""
    if facts.share(WORDS) < 0.8:
        return None
    known = _locales.known_names(spread(facts.sample, 1000))
    if facts.shared >= COMMON and (known < 0.5 or facts.different < 50):
        return None
    if what == "name":
        return _full_name(facts, known)
    if known < 0.1 and facts.shared >= 2:
        return None
    why = f"its name says {what.replace('_', ' ')}, and {known:.0%} are known names"
    return facts.column(PersonalColumn, 0.97 if known >= 0.3 else 0.85, why, what=what)


def _full_name(facts: Facts, known: float) -> Column | None:
    """Much is called a name; people's are those with given names in them."""
    if known < 0.3:
        return None
    several = facts.share(r"\pL\S* +\S*\pL") >= 0.5
    why = f"its name says name, and {known:.0%} hold known names of people"
    return facts.column(PersonalColumn, 0.95 if known >= 0.5 else 0.8, why, what="name" if several else "first_name")


def _unnamed(facts: Facts) -> Column | None:
    """First and last names, whatever the column is called."""
    if facts.shared >= 2 or facts.many < 5 or facts.share(r"^\p{Lu}\pL+(?: \p{Lu}[\pL'.\-]+){1,2}$") < 0.9:
        return None
    known = _locales.known_names(spread(facts.sample, 1000))
    if known < 0.6:
        return None
    return facts.column(PersonalColumn, 0.8, f"{known:.0%} hold known names of people", what="name")


def common_postcode(facts: Facts) -> Column | None:
    """Postcodes that rows share are codes of places, and kept."""
    if _names.says(facts.name) != "postcode" or facts.shared < 2:
        return None
    return facts.column(CategoryColumn, 0.92, f"{facts.different} different postcodes, shared by rows")
