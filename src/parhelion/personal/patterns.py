"""Values that are known by their own look, or by the word before them: everything but names and numbers.

Every repetition is bounded, or cannot be entered twice at one place: a text of a megabyte takes time in proportion.
"""

import re
from collections.abc import Iterator

from parhelion.personal.cues import SECRETS, USERNAMES
from parhelion.personal.marks import Sort
from parhelion.personal.streets import ADDRESS, HINTED, is_address
from parhelion.personal.values import Value
from parhelion.personal.wordlist import listed

_HOST = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}"
_TLD = (
    r"(?:com|org|net|edu|gov|info|biz|co|io|me|uk|de|at|ch|fr|es|it|nl|be|pt|br|eu|us|ca|au|ie|se|no|dk|fi|pl|cz|ru|ua|"
    r"in|cn|jp|mobi|tv|example|test|invalid)"
)
_EMAIL = r"(?<![\w.+-])[\w.+%'’-]{1,64}@" + _HOST + r"[^\W\d_]{2,24}(?![\w-])"
_SPELT_EMAIL = (
    r"(?<![\w.+-])[\w.+%-]{1,64} ?[\[(] ?at ?[\])] ?[\w-]{1,63}(?: ?(?:\.|[\[(] ?dot ?[\])]) ?[\w-]{1,63}){1,4}"
)
_URL = (
    r"(?<![\w@])(?:(?:https?|ftp)://[^\s<>\"“”]{1,2000}|www\.[^\s<>\"“”]{3,2000}"
    r"|(?<![.-])" + _HOST + _TLD + r"(?![\w@'’-])(?:/[^\s<>\"“”]{0,2000})?)"
)
_IP = (
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])|(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5}::[0-9a-f]{1,4}(?![\w:])"
    r"|(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])"
)
_IBAN = r"(?<!\w)[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?(?!\w)"
_NINO = r"(?<!\w)[a-ceghj-prstw-z]{2} \d{2} \d{2} \d{2} [a-d](?!\w)"
_HANDLE = r"(?<![\w@./])@(?P<it>[^\W\d]\w{1,39}(?:\.[a-z]\w{1,39}){0,2})"
_LOOKS: tuple[tuple[Sort, tuple[str, ...], re.Pattern[str]], ...] = (
    # sort, one of what every text with such a value has, pattern: those first that hold others
    ("url", (".", "://"), re.compile(_URL, re.IGNORECASE)),
    ("email", ("@",), re.compile(_EMAIL, re.IGNORECASE)),
    ("email", ("at", "AT"), re.compile(_SPELT_EMAIL, re.IGNORECASE)),
    ("username", ("@",), re.compile(_HANDLE, re.IGNORECASE)),
)
_NUMERIC: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("ip_address", re.compile(_IP, re.IGNORECASE)),
    ("iban", re.compile(_IBAN, re.IGNORECASE)),
    ("national_id", re.compile(_NINO, re.IGNORECASE)),
)
_TOLD_USER = re.compile(
    rf"(?i)\b{USERNAMES}(?P<how> (?:is|ist|est|es|è|é)[ :]{{1,2}}| ?[:=] ?| )[\"'“@]?(?P<it>[\w.-]{{3,40}})(?![\w.-])"
)
_TOLD_SECRET = re.compile(
    rf"(?i)\b{SECRETS}(?:\s?(?:no|nr|number|nummer)\.?)?"
    r"(?P<how>\s?[:=]\s?|\s(?:is:?|ist|est|es|è|é|was)\s|\s)['\"“]?(?P<it>[^\s'\"“”]{3,64})"
)
_SURE_ENDS = listed("com org net uk de fr eu edu gov info biz ru nl pl tv")
_ENDS = ".,;:!?)]}'\"’…>"
_MIXED = re.compile(r"\d|[^\W\d_]*[a-z][A-Z]|[^\w\s.,;:!?'’)(-]")


def shown(text: str, *, digits: bool) -> Iterator[Value]:
    """E-mails, links, IP addresses, IBANs, names of users, secrets and addresses, those first that are surest."""
    for sort, signs, look in _LOOKS:
        if any(sign in text for sign in signs):
            yield from _looking(text, sort, look)
    if digits or ":" in text:
        for sort, look in _NUMERIC:
            yield from _looking(text, sort, look)
    for found in _TOLD_SECRET.finditer(text):
        yield from _secret(found)
    for found in _TOLD_USER.finditer(text):
        value = _value(found, "it", "username")
        if len(value.text) > 2 and (re.search(r"[\d_.]", value.text) or found["how"].strip() in (":", "=")):
            yield value
    if digits and HINTED.search(text):
        for found in ADDRESS.finditer(text):
            if is_address(found[0]):
                yield Value(found.start(), found.end(), "address", found[0])


def _value(found: re.Match[str], group: str | int, sort: Sort) -> Value:
    text = found[group].rstrip(_ENDS)
    return Value(found.start(group), found.start(group) + len(text), sort, text)


def _looking(text: str, sort: Sort, look: re.Pattern[str]) -> Iterator[Value]:
    for found in look.finditer(text):
        value = _value(found, "it" if "it" in look.groupindex else 0, sort)
        if _CHECKS.get(sort, bool)(value.text):
            yield value


def _is_url(text: str) -> bool:
    """`great.It`, `u.me` and `e.g.in` are no addresses: a bare one is in one case and has a name of four letters."""
    if "://" in text or text[:4].lower() == "www." or "/" in text:
        return True
    host, _, end = text.rpartition(".")
    small = text.islower() or text.isupper()
    sure = end.lower() in _SURE_ENDS
    long = host.isascii() and "." not in host and len(host) > 6
    return small and len(host) >= 3 and (sure or long)


def _is_iban(text: str) -> bool:
    from stdnum import iban  # noqa: PLC0415  # rarely needed
    from stdnum.exceptions import ValidationError  # noqa: PLC0415  # the same

    try:
        iban.validate(text, check_country=False)
    except ValidationError:
        return False
    return True


_CHECKS = {"url": _is_url, "iban": _is_iban}


def _secret(found: re.Match[str]) -> Iterator[Value]:
    """What follows `password is` is a word of the sentence unless it looks like no word."""
    value = _value(found, "it", "code")
    word, how = value.text, found["how"].strip()
    if len(word) < 3 or not any(map(str.isalpha, word)):
        return
    odd = _MIXED.search(word) if how else re.search(r"[^\W\d_]{3}", word) and re.search(r"[^\W\d_]\d", word)
    if odd or (how in (":", "=") and word.isalpha() and (len(word) >= 6 or not word.islower())):
        yield value
