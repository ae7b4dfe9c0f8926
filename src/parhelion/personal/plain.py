"""Texts as they are read: one plain sign for each of its look-alikes, and nothing that cannot be seen."""

import re
import unicodedata

_ODD = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"  # not seen
    "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2010-\u2015\u2212\uff01-\uff5e"  # blanks, dashes, full-width
    "\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u24ff\U0001d400-\U0001d7ff]"  # raised, ringed and mathematical
    "|[^\\W\\da-zA-Z_]\\u0300|[^\\x00-\\u02ff]"
)
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


def plainly(text: str) -> tuple[str, list[int] | None]:
    """A text as it is read, and the place in it of each of its signs (None: as they are).

    >>> plainly("pin 8391"), plainly("８3\u200b91")
    (('pin 8391', None), ('8391', [0, 1, 3, 4]))
    """
    if text.isascii() or not _ODD.search(text):
        return text, None
    signs = [_plain(sign) for sign in text]
    if all(map(str.__eq__, signs, text)):
        return text, None
    return "".join(signs), [at for at, sign in enumerate(signs) if sign]


def _plain(sign: str) -> str:
    if sign < "\u00a0":
        return sign
    kind = unicodedata.category(sign)
    if kind == "Cf" or sign == "\u034f":
        return ""
    if kind == "Zs":
        return " "
    if sign in _DASHES:
        return "-"
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    alike = unicodedata.normalize("NFKC", sign)
    return alike if len(alike) == 1 else sign
