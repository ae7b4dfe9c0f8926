"""Values that are written with digits: phones, cards, national numbers, postcodes, and everything few texts share."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

from parhelion.personal import cues
from parhelion.personal.marks import Sort
from parhelion.personal.values import Value
from parhelion.personal.wordlist import listed

_PIECE = re.compile(r"(?<!\w)\w*?\d\w*")
_TIGHT = frozenset("-/.:,'’+_#*=")
_LOOSE = frozenset((" ", "  ", ") ", ")", " (", " - ", " / ", "-(", ".(", " (0)", "(0)", ") - ", ". ", "\t"))
_LEAD = re.compile(r"(?:(?<![^\W_])[A-Z][^\W\d_]{0,7}|(?<![^\W_])[^\W\d_]*[a-z][A-Z][^\W\d_]*)[-/_.#]$")
_TAIL = re.compile(r"[-/_][A-Z][^\W\d_]{0,7}(?!\w)")
_LONGEST = 12
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:(?:19|20)\d\d|\d\d)"
_NUMBER = r"\d{1,3}(?:[,.'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_UNIT = "|".join(sorted(cues.UNITS, key=len, reverse=True))
_HOUR = r"(?:[01]?\d|2[0-4])(?:[:.h]?[0-5]\d)?(?:[:.][0-5]\d)?\s?(?:am|pm|a|p|h|uhr)?"
_MOMENT = re.compile(
    rf"(?i){_DAY}[/.-]{_MONTH}[/.-]{_YEAR}|{_MONTH}[/.-]{_DAY}[/.-]{_YEAR}|(?:19|20)\d\d[/.-]{_MONTH}[/.-]{_DAY}"
    rf"(?:t\d\d:\d\d(?::\d\d)?z?)?|{_DAY}[/.]{_MONTH}\.?|{_MONTH}/{_DAY}|\d{{1,2}}-\d{{1,2}}|{_MONTH}/(?:19|20)\d\d|(?:19|20)\d\d[/-](?:\d\d|(?:19|20)\d\d)"
    r"|(?:[01]?\d|2[0-4])[:h][0-5]\d(?::[0-5]\d)?(?:am|pm|a|p|h|uhr)?|(?:0?\d|1[0-2])(?:[:.]?[0-5]\d)?(?:am|pm)|24/7"
)
_AMOUNT = re.compile(
    rf"(?i)(?:(?:{_NUMBER})(?:{_UNIT})?(?:/[a-z]{{2,5}})?)(?:[-/x](?:{_NUMBER})(?:{_UNIT})?)?|\d{{1,3}}(?:ème|er|e|º|ª|°)"
)
_MONEY = frozenset("£$€¥₹₽%‰")
_WORD_BEFORE = re.compile(r"([^\W\d_]+|n°|#)[\s.:#'’=-]{0,4}$")
_DATE_BEFORE = re.compile(r"([^\W\d_]{3,10})\.? \d{1,2}(?:st|nd|rd|th)?[,.]? $")
_WORD_AFTER = re.compile(r"[\s-]?([^\W\d_]+|%)")


class Span(NamedTuple):
    """A part of a text. before: the words that stand before it, the nearest first. regions: countries whose phone
    numbers may be written without a code."""

    text: str
    start: int
    end: int
    before: tuple[str, ...]
    regions: tuple[str, ...]

    @property
    def whole(self) -> str:
        return self.text[self.start : self.end]

    @property
    def sign_before(self) -> str:
        return self.text[max(0, self.start - 1) : self.start]


class Piece(NamedTuple):
    """A run of letters and digits with at least one digit, with the ones tied to it."""

    start: int
    end: int
    text: str


def numbers(text: str, regions: tuple[str, ...]) -> Iterator[Value]:
    """Values with digits, none of which overlap. `code` stands for whatever is no other sort: who looks at all texts
    knows which of them many share.
    """
    pieces = _tied(text)
    at = 0
    while at < len(pieces):
        chain = _chain(text, pieces, at)
        used, found = _read(text, chain, regions)
        yield from found
        at += used


def _tied(text: str) -> list[Piece]:
    """Pieces with what is tied to them without a blank: `ZX81-Q77`, `12/05/2021`, `8,50`."""
    spans: list[tuple[int, int]] = []
    for found in _PIECE.finditer(text):
        start, end = found.span()
        tail = _TAIL.match(text, end)
        end = tail.end() if tail else end
        if spans and start - spans[-1][1] == 1 and text[start - 1] in _TIGHT:
            spans[-1] = (spans[-1][0], end)
        else:
            lead = _LEAD.search(text, max(0, start - 10), start) if start else None
            spans.append((lead.start() if lead else start, end))
    return [Piece(start, end, text[start:end]) for start, end in spans]


def _chain(text: str, pieces: list[Piece], at: int) -> list[Piece]:
    """The piece and those after it that only blanks, brackets and the like part."""
    chain = [pieces[at]]
    for after in pieces[at + 1 : at + _LONGEST]:
        if text[chain[-1].end : after.start] not in _LOOSE:
            break
        chain.append(after)
    return chain


def _read(text: str, chain: list[Piece], regions: tuple[str, ...]) -> tuple[int, list[Value]]:
    """What the chain begins with, and of how many pieces it is."""
    dutch = _DUTCH_POSTCODE.match(text, chain[0].start)
    if dutch:
        return 1, [Value(*dutch.span(), "postcode", dutch[0])]
    before = _before(text, chain[0].start)
    for many in range(len(chain), 0, -1):
        start, end = chain[0].start, chain[many - 1].end
        sort = _sort(Span(text, start, end, before, regions))
        if sort:
            start = _opened(text, start) if sort == "phone" else start
            return many, [Value(start, end, sort, text[start:end])]
    many = _split_code(chain, before)
    if many > 1 or _is_code(text, chain[0], before):
        start, end = chain[0].start, chain[many - 1].end
        return many, [Value(start, end, "code", text[start:end])]
    return 1, []


def _before(text: str, start: int) -> tuple[str, ...]:
    """The words before, the nearest first."""
    return tuple(word.lower() for word in re.findall(r"[^\W\d_]+|n°|#", text[max(0, start - 40) : start]))[::-1]


def _opened(text: str, start: int) -> int:
    """Where a phone number begins, its plus and bracket included."""
    while start and text[start - 1] in "+(":
        start -= 1
    return start


def _sort(span: Span) -> Sort | None:
    """What a number is by its form and its check digits."""
    whole = span.whole
    digits = re.sub(r"\D", "", whole)
    if 13 <= len(digits) <= 19 and _is_card(whole, digits):
        return "credit_card"
    if len(digits) >= 4 and _is_national(whole, span.before):
        return "national_id"
    if len(whole) <= 10 and _is_postcode(span):
        return "postcode"
    if 7 <= len(digits) <= 15 and _is_phone(span, digits):
        return "phone"
    return None


def _is_card(whole: str, digits: str) -> bool:
    if digits[0] not in "3456" or not re.fullmatch(r"\d{13,19}|\d{4}([ .-])\d{4,6}\1\d{4,5}(?:\1\d{1,7})?", whole):
        return False
    total = sum(int(sign) if at % 2 == 0 else sum(divmod(2 * int(sign), 10)) for at, sign in enumerate(digits[::-1]))
    return total % 10 == 0


_NATIONAL: tuple[tuple[str, str, bool], ...] = (
    # pattern, module of stdnum that checks it, whether a word before must say so
    (r"\d{3}-\d{2}-\d{4}", "us.ssn", False),
    (r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]", "it.codicefiscale", False),
    (r"\d{8}-?[A-Z]", "es.dni", False),
    (r"[XYZ]-?\d{7}-?[A-Z]", "es.nie", False),
    (r"\d{3}\.\d{3}\.\d{3}-\d{2}", "br.cpf", False),
    (r"756\.?\d{4}\.?\d{4}\.?\d{2}", "ch.ssn", False),
    (r"[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}", "fr.nir", False),
    (r"\d{6}[-+A]\d{3}[0-9A-Y]", "fi.hetu", False),
    (r"(?:\d{2})?\d{6}[-+]\d{4}", "se.personnummer", False),
    (r"\d{6}-\d{4}", "dk.cpr", False),
    (r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", "be.nn", False),
    (r"\d{17}[\dX]", "cn.ric", False),
    (r"[A-Z]{5}\d{4}[A-Z]", "in_.pan", False),
    (r"\d{2} \d{3} \d{3} \d{3}", "de.idnr", False),
    (r"\d{11}", "de.idnr", True),
    (r"\d{11}", "pl.pesel", True),
    (r"\d{9}", "nl.bsn", True),
    (r"\d{9}", "pt.nif", True),
    (r"\d{9}", "us.ssn", True),
    (r"\d{3} ?\d{3} ?\d{4}", "gb.nhs", True),
    (r"\d{4} ?\d{4} ?\d{4}", "in_.aadhaar", False),
    (r"\d{3} \d{3} \d{3}", "ca.sin", True),
)
_NINO = re.compile(r"(?i)(?!bg|gb|nk|kn|tn|nt|zz)[a-ceghj-prstw-z][a-ceghj-nprstw-z] ?\d{2} ?\d{2} ?\d{2} ?[a-d]")
_NATIONALS = tuple((re.compile(pattern), module, told) for pattern, module, told in _NATIONAL)


def _is_national(whole: str, before: tuple[str, ...]) -> bool:
    if _NINO.fullmatch(whole):
        return True
    told = any(word in cues.NATIONAL for word in before[:5])
    upper = whole.upper()
    return any(
        (told or not needs) and pattern.fullmatch(upper) and (told or _valid(module, upper))
        for pattern, module, needs in _NATIONALS
    )


def _valid(module: str, number: str) -> bool:
    return bool(import_module(f"stdnum.{module}").is_valid(number))


_SHAPED_POSTCODE = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d|\d{5}-\d{3}|\d{5}-\d{4}"
    r"|[1-9]\d{3} ?[A-Z]{2}"
)
_DUTCH_POSTCODE = re.compile(r"[1-9]\d{3} (?!AM|PM|US|EU|UK|KG|KM|MB|GB|TV|PC|OK)[A-Z]{2}(?=[\s,.]+[A-Z][a-z'])")
_BARE_POSTCODE = re.compile(r"\d{5}|\d{4}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2}|[A-Z]-\d{4,5}")
_STATE = re.compile(r"(?<![A-Z])[A-Z]{2},?\s$")


def _is_postcode(span: Span) -> bool:
    """One that looks like nothing else; or five digits that a word, a state or a city says are one."""
    whole, told = span.whole, bool(span.before) and span.before[0] in cues.POSTCODES
    if _SHAPED_POSTCODE.fullmatch(whole):
        return not re.fullmatch(r"[1-9]\d{3} ?(?:AM|PM|US|EU|UK|KG|KM|MB|GB)", whole)
    if not _BARE_POSTCODE.fullmatch(whole):
        return told and bool(re.fullmatch(r"[\w ]{3,8}", whole))
    if told or len(whole) < 5 or whole.endswith("000"):
        return told
    city = re.match(r" [A-ZÄÖÜ][a-zäöüß]{2,20}(?=$|[.,;!?\n)])", span.text[span.end : span.end + 24])
    led = re.search(r"(?:^|[,\n]|\bin|aus|nach) ?$", span.text[max(0, span.start - 5) : span.start])
    return bool(city and led) or bool(_STATE.search(span.text, max(0, span.start - 4), span.start))


_NO_PHONES = cues.CODES - listed(
    "no nr num number numero nummer numéro número n° customer client cliente registration contact"
)


def _is_phone(span: Span, digits: str) -> bool:
    """With the code of a country; or valid somewhere, and written or announced as one."""
    whole = span.whole
    if not re.fullmatch(r"[\d ()./\t–-]+", whole) or _MOMENT.fullmatch(whole):
        return False
    if span.sign_before == "+" or digits.startswith("00"):
        return len(digits) >= 8
    decimal = whole.count(".") == 1 and len(whole.rpartition(".")[2]) < 3
    if (
        decimal
        or (span.sign_before and span.sign_before in _MONEY)
        or any(word in _NO_PHONES for word in span.before[:3])
    ):
        return False
    told = any(word in cues.PHONES for word in span.before[:6])
    written = digits[0] == "0" and len(digits) >= 9
    spaced = len(re.findall(r"\d+", whole)) > 1 and len(digits) >= 8
    return (told and len(digits) >= 8) or ((written or spaced) and _rings(digits, span.regions))


@lru_cache(maxsize=100_000)
def _rings(digits: str, regions: tuple[str, ...]) -> bool:
    """Whether there is such a number in one of the countries."""
    import phonenumbers  # noqa: PLC0415  # slow, and rarely needed

    for region in regions:
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


def _split_code(chain: list[Piece], before: tuple[str, ...]) -> int:
    """How many pieces make one number that is written in groups: `8391 2764`, `12 34 56`, `8 3 9 1`."""
    many = 1
    while many < len(chain) and chain[many - 1].text.isdigit() and chain[many].text.isdigit():
        many += 1
    told = bool(before) and before[0] in cues.CODES
    while many > 1:
        sizes = [len(piece.text) for piece in chain[:many]]
        even = min(sizes) >= 3 or (len(set(sizes)) == 1 and many >= (3 if sizes[0] > 1 else 4))
        if even or (told and sum(sizes) >= 4):
            return many
        many -= 1
    return 1


def _is_code(text: str, piece: Piece, before: tuple[str, ...]) -> bool:
    """Whether a piece could be an identifier: three digits, or two among letters, and no date and no amount."""
    whole = piece.text
    digits = sum(map(str.isdigit, whole))
    letters = sum(map(str.isalpha, whole))
    if digits < 3 and not (digits >= 2 and letters):
        return False
    near = before[0] if before and _WORD_BEFORE.search(text[max(0, piece.start - 24) : piece.start]) else ""
    if near in cues.CODES:
        return True
    if letters and not _AMOUNT.fullmatch(whole) and not _MOMENT.fullmatch(whole):
        return not re.fullmatch(r"[a-z]+-\d{1,2}|\d{1,2}-[a-z]+(?:-[a-z]+)*|\d{2,3}[a-z]{4,}", whole)
    return not _MOMENT.fullmatch(whole) and not _is_amount(text, piece, near)


def _dated(text: str, start: int) -> bool:
    """Whether the day of a month stands before a year."""
    found = _DATE_BEFORE.search(text, max(0, start - 24), start)
    return found is not None and found[1].lower() in cues.MONTHS


def _is_amount(text: str, piece: Piece, near: str) -> bool:
    """So much money, so many things, or the year of a date; an amount of seven digits and more names somebody."""
    if not _AMOUNT.fullmatch(piece.text) or len(re.sub(r"\D", "", piece.text).rstrip("0")) >= 7:
        return False
    if re.search(r"[^\W\d_]|[.,]\d{1,2}$", piece.text):
        return True
    if text[piece.start - 1 : piece.start] in _MONEY or text[max(0, piece.start - 2) : piece.start - 1] in _MONEY:
        return piece.start > 0
    after = _WORD_AFTER.match(text, piece.end)
    follows = after[1].lower() if after else ""
    if text[piece.end : piece.end + 1] in _MONEY and piece.end < len(text):
        return True
    money = near in ("rs", "usd", "eur", "gbp", "chf", "inr", "aud", "cad", "sgd", "euro", "euros")
    year = re.fullmatch(r"(?:19|20)\d\d", piece.text) is not None and (near in cues.MONTHS or _dated(text, piece.start))
    return follows in cues.UNITS or follows == "%" or money or year
