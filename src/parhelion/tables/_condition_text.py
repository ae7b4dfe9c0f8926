"""What a condition says, before anybody knows which columns there are.

    label = 'late parcel' and amount > 100          also != < <= >=, and chains: 0 < amount <= 10
    city in ('Bern', 'Basel') or city like 'St%'    also `not in`, `not like`
    day between 2024-01-01 and 2024-03-31           days and moments may stand in quotes or not
    month(day) = 12 and not retired                 also year, quarter, day, weekday (1 is Monday), hour
    income is missing                               also `is not missing`; null is another word for it

Words of the language are written in capitals or not; names of columns that look like none stand in `backticks` or in
"double quotes", texts in 'single quotes'.
"""

import re
from dataclasses import dataclass
from typing import Literal

from parhelion.errors import ConfigError
from parhelion.schema.tokens import MOMENT, NAME, NUMBER, Tokens

WORDS = ("and", "or", "not", "in", "between", "is", "missing", "null", "like", "true", "false")
FUNCTIONS = ("year", "quarter", "month", "day", "weekday", "hour")
DEEPEST = 50  # parentheses and `not`s within each other
_SIGNS = {"=<": "<=", "=>": ">=", "==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True)
class Name:
    """A column, or what a function tells of it."""

    text: str
    place: int
    function: str = ""


@dataclass(frozen=True)
class Value:
    """Something written out, and the kind of piece that it is."""

    kind: Literal["number", "text", "moment", "boolean"]
    text: str
    place: int


@dataclass(frozen=True)
class Both:
    """All of the parts hold. said: each part as it is written; nothing where that is no condition by itself."""

    parts: tuple["Said", ...]
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Either:
    """One of the parts holds."""

    parts: tuple["Said", ...]


@dataclass(frozen=True)
class Not:
    part: "Said"


@dataclass(frozen=True)
class Compared:
    """sign: `=`, `<`, `<=`, `>` or `>=`."""

    left: Name
    sign: str
    right: Name | Value


@dataclass(frozen=True)
class Among:
    left: Name
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Like:
    """pattern: `%` stands for any signs, `_` for any one."""

    left: Name
    pattern: Value


@dataclass(frozen=True)
class Missing:
    left: Name


@dataclass(frozen=True)
class Holds:
    """A column of yes and no, by itself."""

    left: Name


Said = Both | Either | Not | Compared | Among | Like | Missing | Holds


def parse(text: str) -> Said:
    """What a condition says.

    >>> parse("day = 3")
    Compared(left=Name(text='day', place=0, function=''), sign='=', right=Value(kind='number', text='3', place=6))
    >>> parse("MONTH(since) = 3 or retired").parts[0].left
    Name(text='since', place=6, function='month')
    >>> parse("a = 1 or (b = 2")
    Traceback (most recent call last):
    parhelion.errors.ConfigError: where 'a = 1 or (b = 2': expected `)`, and the condition ends there
    >>> parse("label = late parcel")
    Traceback (most recent call last):
    parhelion.errors.ConfigError: where 'label = late parcel': expected `and`, `or` or the end at place 13, and got
    'parcel'; a text of several words stands in single quotes
    """
    reader = _Reader(text)
    said = _either(reader)
    if reader.left:
        reader.refuse("`and`, `or` or the end")
    return said


class _Reader(Tokens):
    """The pieces of a condition."""

    what = "where"
    noun = "condition"
    error = ConfigError
    advice = "names of columns stand in backticks or double quotes where need be, texts in single quotes"
    pattern = re.compile(
        r"\s*(?:"
        rf"(?P<moment>{MOMENT})|(?P<number>{NUMBER})|(?P<word>{NAME})"
        r"|`(?P<column>(?:[^`]|``)+)`" + r'|"(?P<quoted>(?:[^"]|"")+)"' + r"|'(?P<text>(?:[^']|'')*)'"
        r"|(?P<sign><=|>=|=<|=>|==|!=|<>|[<>=(),≤≥≠]))"
    )

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def plain(self, kind: str, text: str) -> str:
        match kind:
            case "column":
                return text.replace("``", "`")
            case "quoted":
                return text.replace('""', '"')
            case "text":
                return text.replace("''", "'")
            case "word":
                return text.lower() if text.lower() in WORDS else text
            case _:
                return _SIGNS.get(text, text)

    def hint(self, got: str) -> str:
        if got in WORDS:
            return f"; a column called {got} stands in backticks: `{got}`"
        return "; a text of several words stands in single quotes" if self.next().kind in ("word", "number") else ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            self.refuse(f"`{sign}`")

    def name(self) -> Name:
        if not self.at_name():
            self.refuse("a column")
        kind, text, place, _ = self.pop()
        if kind != "word" or self.next().text != "(" or text.lower() not in FUNCTIONS:
            return Name(text, place)
        self.expect("(")
        inner = self.name()
        self.expect(")")
        return Name(inner.text, inner.place, text.lower())

    def at_name(self) -> bool:
        kind, text, *_ = self.next()
        return kind in ("column", "quoted") or (kind == "word" and text not in WORDS)

    def value(self) -> Value:
        kind, text, place, _ = self.next()
        if kind == "word" and text in ("true", "false"):
            kind = "boolean"
        if kind not in ("number", "text", "moment", "boolean"):
            self.refuse("a number, a date, or a text in single quotes")
        self.pop()
        return Value(kind, text, place)  # type: ignore[arg-type]  # one of these four

    def operand(self) -> Name | Value:
        if not self.at_name() and self.next().kind in ("end", "sign"):
            self.refuse("a column, a number, a date, or a text in single quotes")
        return self.name() if self.at_name() else self.value()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(f"no more than {DEEPEST} parentheses and `not`s within each other")


def _either(said: _Reader) -> Said:
    parts = [_both(said)]
    while said.take("or"):
        parts.append(_both(said))
    return Either(tuple(parts)) if len(parts) > 1 else parts[0]


def _both(said: _Reader) -> Said:
    parts, texts = list[Said](), list[str]()
    while not parts or said.take("and"):
        start = said.at
        parts.append(_one(said))
        texts.append(said.text[start : said.at].strip())
    return Both(tuple(parts), tuple(texts)) if len(parts) > 1 else parts[0]


def _one(said: _Reader) -> Said:
    if said.take("not"):
        said.deeper()
        part: Said = Not(_one(said))
        said.depth -= 1
    elif said.take("("):
        said.deeper()
        part = _either(said)
        said.expect(")")
        said.depth -= 1
    else:
        part = _told(said)
    return part


def _told(said: _Reader) -> Said:
    """What is told of a column."""
    first = said.operand()
    if said.next().kind == "sign" and said.next().text in _FLIPPED:
        return _chain(said, first)
    if isinstance(first, Value):
        said.refuse("a sign (`=`, `<`, `<=`, `>`, `>=`) and a column")
    if said.take("is"):
        negated = said.take("not")
        if not said.take("missing", "null"):
            said.refuse("`missing`" if negated else "`missing` or `not missing`")
        return Not(Missing(first)) if negated else Missing(first)
    negated = said.take("not")
    if said.take("in"):
        part: Said = Among(first, _values(said))
    elif said.take("between"):
        part = _between(said, first)
    elif said.take("like"):
        part = Like(first, said.value())
    elif negated or (said.next().kind not in ("end", "sign") and said.next().text not in ("and", "or")):
        said.refuse("`in`, `between` or `like`" if negated else "a sign such as `=`, or `in`, `between`, `like`, `is`")
    else:
        part = Holds(first)
    return Not(part) if negated else part


def _values(said: _Reader) -> tuple[Value, ...]:
    said.expect("(")
    found = [said.value()]
    while said.take(","):
        found.append(said.value())
    said.expect(")")
    return tuple(found)


def _between(said: _Reader, name: Name) -> Said:
    low = said.value()
    said.expect("and")
    high = said.value()
    return Both((Compared(name, ">=", low), Compared(name, "<=", high)))


def _chain(said: _Reader, first: Name | Value) -> Said:
    """`a < b`, and `a < b <= c`, which is two of them."""
    parts, left = list[Said](), first
    while sign := said.take(*_FLIPPED):
        right = said.operand()
        parts.append(_compared(said, left, sign, right))
        left = right
    return Both(tuple(parts)) if len(parts) > 1 else parts[0]


def _compared(said: _Reader, left: Name | Value, sign: str, right: Name | Value) -> Said:
    if isinstance(left, Value):
        if isinstance(right, Value):
            said.refuse(f"a column on one side of `{sign}`")
        left, sign, right = right, _FLIPPED[sign], left
    return Not(Compared(left, "=", right)) if sign == "!=" else Compared(left, sign, right)
