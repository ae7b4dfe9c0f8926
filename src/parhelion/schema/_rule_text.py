"""Rules from text."""

import re
from collections.abc import Callable
from datetime import date, datetime
from math import isinf
from typing import TypeVar

from pydantic import ValidationError

from parhelion.errors import SchemaError
from parhelion.schema._rule_kinds import (
    WORDS,
    AnyRule,
    Bound,
    DependencyRule,
    MissingRule,
    OrderRule,
    PatternRule,
    ProductRule,
    RangeRule,
    SumRule,
    UniqueRule,
    ValuesRule,
)
from parhelion.schema.tokens import MOMENT, NAME, NUMBER, Tokens

Made = TypeVar("Made", bound=AnyRule)
_SPELLED = {"=<": "<=", "=>": ">=", "==": "=", "≤": "<=", "≥": ">=", "→": "->"}
_ORDERS = ("<=", "<", ">=", ">")
_TOKENS = re.compile(
    r"\s*(?:"
    rf"(?P<moment>{MOMENT})"
    rf"|(?P<number>{NUMBER})|(?P<word>{NAME})"
    r"|`(?P<column>(?:[^`]|``)+)`|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<sign>->|<=|>=|=<|=>|==|[<>=+\-*,{}≤≥→]))"
)


def rule_of(text: str) -> AnyRule:
    """The rule that a text says.

    >>> rule_of("start <= end")
    OrderRule(kind='order', first='start', sign='<=', second='end')
    >>> rule_of("`net price`+tax = total")
    Traceback (most recent call last):
    parhelion.errors.SchemaError: rule '`net price`+tax = total': expected a rule's sign (...) at place 11, and got '+';
    what is added or multiplied stands after `=`: `total = net + tax`
    >>> for said in ("120>=age >= 0", "total = net-tax", "total = net - tax", "city,street → postcode", "sex = 'f'"):
    ...     print(rule_of(said))
    0 <= age <= 120
    total = net-tax
    total = net - tax
    city, street -> postcode
    sex in {f}
    """
    reader = _Reader(text)
    rule = _rule(reader)
    if reader.left:
        reader.refuse("the end of the rule")
    return rule


class _Reader(Tokens):
    """The pieces of a rule."""

    pattern = _TOKENS
    advice = "names of columns that do not look like `a_b1` stand in backticks, texts in single quotes"

    def plain(self, kind: str, text: str) -> str:
        match kind:
            case "column":
                return text.replace("``", "`")
            case "text":
                return text.replace("''", "'")
            case _:
                return _SPELLED.get(text, text)

    def hint(self, got: str) -> str:
        if got in ("+", "-", "*"):
            return "; what is added or multiplied stands after `=`: `total = net + tax`"
        return f"; a column called {got} stands in backticks: `{got}`" if got in WORDS else ""

    def at_column(self) -> bool:
        kind, text, *_ = self.next()
        return kind == "column" or (kind == "word" and text not in WORDS)

    def column(self) -> str:
        if not self.at_column():
            self.refuse("a column")
        return self.pop().text

    def columns(self) -> tuple[str, ...]:
        found = [self.column()]
        while self.take(","):
            found.append(self.column())
        return tuple(found)

    def value(self) -> str:
        if self.next().kind not in ("word", "number", "text", "moment"):
            self.refuse("a value")
        return self.pop().text

    def values(self) -> tuple[str, ...]:
        if not self.take("{"):
            self.refuse("values such as `{open, 'to be done', 3}`")
        found = [self.value()]
        while self.take(","):
            found.append(self.value())
        if not self.take("}"):
            self.refuse("`,` or `}`")
        return tuple(dict.fromkeys(found))

    def made(self, kind: Callable[..., Made], **fields: object) -> Made:
        try:
            return kind(**fields)
        except ValidationError as error:
            told = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise SchemaError(told if told.startswith("rule ") else f"rule {self.text!r}: {told}") from None


def _rule(said: _Reader) -> AnyRule:
    if not said.at_column():
        return _range(said, None)
    names = said.columns()
    if said.take("->"):
        return said.made(DependencyRule, left=names, right=said.column())
    if said.take("is", "are"):
        return _is(said, names)
    if len(names) > 1:
        said.refuse("`->` or `is unique` after several columns")
    if said.take("in"):
        return said.made(ValuesRule, column=names[0], values=said.values())
    if said.take("matches"):
        if said.next().kind != "text":
            said.refuse("a pattern in single quotes such as `'AA-999'`")
        return said.made(PatternRule, column=names[0], pattern=said.pop().text)
    if said.take("="):
        return _equation(said, names[0])
    return _range(said, names[0])


def _is(said: _Reader, names: tuple[str, ...]) -> AnyRule:
    if said.take("unique"):
        return said.made(UniqueRule, only=names)
    if len(names) > 1 or not said.take("missing"):
        said.refuse("`unique`" if len(names) > 1 else "`unique` or `missing if`")
    if not said.take("if"):
        said.refuse("`if`, a column and its value, such as `if status = open`")
    when = said.column()
    if said.take("in"):
        return said.made(MissingRule, column=names[0], when=when, values=said.values())
    if not said.take("="):
        said.refuse("`=` and a value")
    return said.made(MissingRule, column=names[0], when=when, values=(said.value(),))


def _equation(said: _Reader, total: str) -> AnyRule:
    """What follows `total =`."""
    if not said.at_column():
        return said.made(ValuesRule, column=total, values=(said.value(),))
    first = said.column()
    if said.next().text == "*":
        factors = [first]
        while said.take("*"):
            factors.append(said.column())
        return said.made(ProductRule, total=total, factors=tuple(factors))
    plus, minus = [first], list[str]()
    while sign := said.take("+", "-"):
        (plus if sign == "+" else minus).append(said.column())
    if len(plus) + len(minus) == 1:
        return said.made(OrderRule, first=total, sign="=", second=first)
    return said.made(SumRule, total=total, plus=tuple(plus), minus=tuple(minus))


def _range(said: _Reader, column: str | None) -> AnyRule:
    """A chain of two or three: columns in an order, or a column between bounds."""
    parts: list[str | Bound] = [column if column is not None else _bound(said)]
    signs: list[str] = []
    while len(parts) < 3 and (sign := said.take(*_ORDERS)):
        signs.append(sign)
        parts.append(said.column() if said.at_column() else _bound(said))
    if not signs:
        said.refuse("a rule's sign (`<=`, `<`, `=`, `->`, `in`, `is unique`, `matches`)")
    if len({sign[0] for sign in signs}) > 1:
        raise SchemaError(f"rule {said.text!r} goes up and down; write it as `0 <= age <= 120`")
    if signs[0][0] == ">":
        parts, signs = parts[::-1], [sign.replace(">", "<") for sign in signs[::-1]]
    return _ordered(said, parts, signs)


def _ordered(said: _Reader, parts: list[str | Bound], signs: list[str]) -> AnyRule:
    """parts: columns (text) and bounds, none greater than the next."""
    match [isinstance(part, str) for part in parts]:
        case [True, True]:
            return said.made(OrderRule, first=parts[0], sign=signs[0], second=parts[1])
        case [True, False]:
            return said.made(RangeRule, column=parts[0], high=parts[1], below=signs[0] == "<")
        case [False, True]:
            return said.made(RangeRule, column=parts[1], low=parts[0], above=signs[0] == "<")
        case [False, True, False]:
            low, column, high = parts
            bounds = {"low": low, "high": high, "above": signs[0] == "<", "below": signs[1] == "<"}
            return said.made(RangeRule, column=column, **bounds)
    raise SchemaError(f"rule {said.text!r} is neither two columns in order nor a column between two bounds; split it")


def _bound(said: _Reader) -> Bound:
    kind, text, *_ = said.next()
    if kind not in ("number", "moment"):
        said.refuse("a column, a number or a date")
    said.pop()
    try:
        return _moment(text) if kind == "moment" else _number(text)
    except (ValueError, OverflowError):
        raise SchemaError(f"rule {said.text!r}: {text[:40]!r} is no date or number that there is") from None


def _moment(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _number(text: str) -> int | float:
    number = int(text) if text.lstrip("-").isdecimal() else float(text)
    if isinf(float(number)):
        raise OverflowError
    return number
