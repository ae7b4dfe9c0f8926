"""Conditions on rows: what `where` says, bound to a model's columns and judged while rows are drawn.

A condition is true, false or unknown of a row, as in SQL: a comparison with a missing value is unknown, and so is what
is not drawn yet. Rows are made where it is true; a row is given up as soon as it is false, whatever else it will hold.
`and` is the least, `or` the greatest of its parts (Kleene's logic).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial, reduce
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.codecs import Codes, Draw
from parhelion.errors import ConfigError, nearest, problems
from parhelion.schema.rules import OrderRule, Rows, kept_by
from parhelion.tables import _condition_text as text
from parhelion.tables._condition_values import Operand, Test, Unfit, applied, like, with_column, with_value

if TYPE_CHECKING:
    from parhelion.tables.model import Model

Truth = npt.NDArray[np.int8]
FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)
FEW = ("category", "boolean", "constant")  # kinds whose codes stand for one value each
MADE_ANEW = ("identifier", "personal", "text")  # kinds whose values are no matter of codes


@dataclass
class Known:
    """What is known of so many rows: the codes of some columns, and the native values of some."""

    rows: int
    codes: dict[int, Codes] = field(default_factory=dict)
    values: dict[int, pa.Array] = field(default_factory=dict)

    def only(self, kept: npt.NDArray[np.bool_]) -> None:
        """Forget the other rows."""
        self.rows = int(kept.sum())
        self.codes = {i: codes[kept] for i, codes in self.codes.items()}
        self.values = {i: values.filter(pa.array(kept)) for i, values in self.values.items()}


class Node(Protocol):
    """A part of a condition. coded: the columns whose codes it looks at; valued: those whose values it looks at."""

    @property
    def coded(self) -> frozenset[int]: ...

    @property
    def valued(self) -> frozenset[int]: ...

    def judge(self, known: Known) -> Truth: ...


@dataclass(frozen=True)
class Leaf:
    """A test of the native values of one column or two."""

    columns: tuple[int, ...]
    test: Test
    coded: frozenset[int] = frozenset()

    @property
    def valued(self) -> frozenset[int]:
        return frozenset(self.columns)

    def judge(self, known: Known) -> Truth:
        if not self.valued <= known.values.keys():
            return np.full(known.rows, UNKNOWN)
        return _truth(self.test(*(known.values[i] for i in self.columns)))


@dataclass(frozen=True)
class Coded:
    """A test of one column of which all values are known: what it says of each code."""

    column: int
    truth: Truth
    valued: frozenset[int] = frozenset()

    @property
    def coded(self) -> frozenset[int]:
        return frozenset([self.column])

    def judge(self, known: Known) -> Truth:
        codes = known.codes.get(self.column)
        return np.full(known.rows, UNKNOWN) if codes is None else self.truth[codes]


@dataclass(frozen=True)
class Joined:
    """Several parts: `np.minimum` says whether all hold, `np.maximum` whether one does."""

    parts: tuple[Node, ...]
    by: Callable[[Truth, Truth], Truth]

    @property
    def coded(self) -> frozenset[int]:
        return frozenset[int]().union(*(part.coded for part in self.parts))

    @property
    def valued(self) -> frozenset[int]:
        return frozenset[int]().union(*(part.valued for part in self.parts))

    def judge(self, known: Known) -> Truth:
        return reduce(self.by, (part.judge(known) for part in self.parts))


@dataclass(frozen=True)
class Negated:
    part: Node

    @property
    def coded(self) -> frozenset[int]:
        return self.part.coded

    @property
    def valued(self) -> frozenset[int]:
        return self.part.valued

    def judge(self, known: Known) -> Truth:
        return TRUE - self.part.judge(known)


@dataclass(frozen=True)
class Condition:
    """What rows must hold. parts: those of them that must hold all, each with how it is said; there may be none."""

    parts: tuple[tuple[str, Node], ...]

    @property
    def whole(self) -> Joined | None:
        return Joined(tuple(node for _, node in self.parts), np.minimum) if self.parts else None


def _truth(told: pa.Array) -> Truth:
    known = np.asarray(pc.fill_null(told, False)).astype(np.int8) * TRUE
    known[np.asarray(told.is_null())] = UNKNOWN
    return known


def condition_of(where: str | None, model: "Model") -> Condition:
    """The condition that a text says, and the orders between columns that the model's rows keep. Raises ConfigError for
    all that is wrong with it."""
    if where is not None and not isinstance(where, str):
        raise ConfigError(f"where is {where!r}; expected a text such as \"label = 'new' and amount > 100\"")
    parts = () if where is None else _bound(where, model)
    return Condition((*parts, *_orders(model)))


def _orders(model: "Model") -> Iterator[tuple[str, Node]]:
    for rule in model.table.rules:
        if isinstance(rule, OrderRule) and rule.sign != "=":
            columns = tuple(model.table.names.index(name) for name in rule.columns)
            yield f"{rule} (a rule of the table)", Leaf(columns, _keeping(rule, model))


def _keeping(rule: OrderRule, model: "Model") -> Test:
    def test(*values: pa.Array) -> pa.Array:
        return pa.array(kept_by(rule, Rows(pa.table(dict(zip(rule.columns, values, strict=True))), model.table)))

    return test


def _bound(where: str, model: "Model") -> tuple[tuple[str, Node], ...]:
    said = text.parse(where)
    binder = _Binder(model)
    split = isinstance(said, text.Both) and said.said
    each = zip(said.said, said.parts, strict=True) if isinstance(said, text.Both) and split else [(where, said)]
    parts = tuple((written, binder.node(part)) for written, part in each)
    if binder.found:
        raise ConfigError(f"where {where!r}: {problems(dict.fromkeys(binder.found))}")
    return parts


class _Binder:
    """Makes nodes of what is said; `found` collects what is wrong with it."""

    def __init__(self, model: "Model") -> None:
        self.model = model
        self.found: list[str] = []
        self._operands: dict[int, Operand] = {}
        self._values = cache(partial(values_of_codes, model))

    def node(self, said: text.Said) -> Node:
        """What is said, as a node; where it all is about one column of few values, as what it says of each of them."""
        node = self._made(said)
        columns = node.coded | node.valued
        if len(columns) == 1 and columns != _NONE.valued:
            (column,) = columns
            values = self._values(column)
            if values is not None:
                codes = np.arange(len(values), dtype=np.int32)
                return Coded(column, node.judge(Known(len(values), {column: codes}, {column: values})))
        return node

    def _made(self, said: text.Said) -> Node:
        match said:
            case text.Both():
                return Joined(tuple(map(self.node, said.parts)), np.minimum)
            case text.Either():
                return Joined(tuple(map(self.node, said.parts)), np.maximum)
            case text.Not():
                return Negated(self.node(said.part))
            case text.Among():
                equal = (self._leaf(text.Compared(said.left, "=", value)) for value in said.values)
                return Joined(tuple(equal), np.maximum)
            case _:
                return self._leaf(said)

    def _leaf(self, said: text.Compared | text.Like | text.Missing | text.Holds) -> Node:
        try:
            return self._test(said)
        except Unfit as problem:
            self.found.append(str(problem))
            return _NONE

    def _test(self, said: text.Compared | text.Like | text.Missing | text.Holds) -> Node:
        if isinstance(said, text.Missing):
            return Leaf((self._place(said.left),), lambda values: pc.is_null(values, nan_is_null=True))
        left = self._operand(said.left)
        match said:
            case text.Compared(right=text.Name() as name):
                right = self._operand(name, beside=left)
                return Leaf((left.column, right.column), with_column(left, said.sign, right))
            case text.Compared(right=text.Value() as value):
                return Leaf((left.column,), with_value(left, said.sign, value))
            case text.Like():
                return Leaf((left.column,), like(left, said.pattern))
        if left.family != "boolean":
            raise Unfit(f"{left.name} is a {left.spec.kind}, and says neither yes nor no; compare it, such as by `=`")
        return Leaf((left.column,), left.of)

    def _place(self, name: text.Name, beside: Operand | None = None) -> int:
        if name.text in self.model.table.names:
            return self.model.table.names.index(name.text)
        there = nearest(name.text, self.model.table.names)
        if beside is not None and beside.family in ("text", "boolean", "date", "moment", "duration"):
            there = f"; a text stands in single quotes: '{name.text}'"
        raise Unfit(f"{self.model.table.name} has no column {name.text!r}{there}")

    def _operand(self, name: text.Name, beside: Operand | None = None) -> Operand:
        column = self._place(name, beside)
        if column not in self._operands:
            self._operands[column] = self._of_column(column)
        return applied(self._operands[column], name.function)

    def _of_column(self, column: int) -> Operand:
        spec = self.model.table.columns[column]
        if spec.kind in MADE_ANEW:
            raise Unfit(
                f"{spec.name} is a column of kind {spec.kind}: its values are made anew when the rows are chosen; only "
                f"`{spec.name} is missing` can be asked of it"
            )
        empty = self.model.codecs[column].decode(np.zeros(0, np.int32), Draw(np.random.default_rng(0), 0, 0, 0))
        return Operand(column, spec, empty.type, self._values(column))


_NONE = Leaf((-1,), pc.is_null)
"""What stands for a part that is wrong until all such parts are found."""


def values_of_codes(model: "Model", column: int) -> pa.Array | None:
    """The native value of each code, where a code stands for one value; of what is made anew, whether there is one."""
    if model.table.columns[column].kind not in (*FEW, *MADE_ANEW):
        return None
    codes = np.arange(model.codecs[column].size, dtype=np.int32)
    return model.codecs[column].decode(codes, Draw(np.random.default_rng(0), 0, 0, len(codes)))
