"""Rules that real rows keep, found in them: what holds in every row and would be surprising by chance.

Each kind of rule is looked for in a sample of the rows, which refutes nearly all candidates at once, and is then
confirmed in all of them. What holds must also say something: it counts only where independent columns would be expected
to break it dozens of times (`EXPECTED`), so that a table of a few rows, or a column that hardly varies, yields nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from parhelion.schema._rule_dependencies import dependencies
from parhelion.schema._rule_keeps import kept_by
from parhelion.schema._rule_kinds import AnyRule, OrderRule, RangeRule, UniqueRule
from parhelion.schema._rule_orders import orders
from parhelion.schema._rule_rows import Floats, Rows, variety
from parhelion.schema._rule_sums import sums

if TYPE_CHECKING:
    from parhelion.schema.schema import Table

Made = TypeVar("Made", bound=AnyRule)

SAMPLE = 10_000
LEAST = 20
WIDEST = 120
EXPECTED = 30.0


class Found(NamedTuple):
    """Rules, and what was not looked at."""

    rules: tuple[AnyRule, ...]
    notes: tuple[str, ...]


def find_rules(table: pa.Table, spec: "Table") -> tuple[AnyRule, ...]:
    """Rules that all rows of a table of native values keep: equal columns, sums and products, orders, dependencies,
    bounds at 0, 1 and 100, columns without repetition.

    >>> from parhelion.schema import NumberColumn, Table
    >>> columns = tuple(NumberColumn(name=name, decimals=0) for name in ("net", "tax", "all"))
    >>> net, tax = [7 * i % 97 for i in range(500)], [5 * i % 43 for i in range(500)]
    >>> table = pa.table({"net": net, "tax": tax, "all": [a + b for a, b in zip(net, tax)]})
    >>> [str(rule) for rule in find_rules(table, Table(name='goods', columns=columns))]
    ['all = net + tax', 'net >= 0', 'tax >= 0']
    >>> find_rules(table.slice(0, 5), Table(name='goods', columns=columns))
    ()
    """
    return rules_found(Rows(table, spec)).rules


@np.errstate(invalid="ignore", over="ignore")  # infinite numbers are compared like others
def rules_found(rows: Rows) -> Found:
    """`find_rules`, and what was not looked at."""
    names = [column.name for column in rows.spec.columns if column.kind != "constant"]
    notes = []
    if len(names) > WIDEST:
        notes.append(f"rules between columns were looked for among the first {WIDEST} of {len(names)} columns")
    if rows.count < LEAST:
        return Found((), (f"no rules were looked for in {rows.count} rows; {LEAST} are needed at least",))
    seen = rows.sample(SAMPLE)
    wide = [name for name in names[:WIDEST] if seen.coded(name).size > 2]
    alike = _confirmed(_alike(seen, wide), rows)
    wide = [name for name in wide if name not in {rule.second for rule in alike}]
    made, told = sums(seen, wide)
    totals = _confirmed(made, rows)
    follow, said = dependencies(rows, seen, wide, totals)
    found = [*alike, *totals, *orders(rows, seen, wide, totals), *follow, *_bounds(rows, seen, wide)]
    return Found((*found, *_unique(rows, seen, names)), (*notes, *told, *said))


def _confirmed(rules: Iterable[Made], rows: Rows) -> list[Made]:
    return [rule for rule in rules if kept_by(rule, rows).all()]


def _first(values: pa.Array) -> str:
    """The first value, as something to compare; of dates and moments the number, since Python does not hold all."""
    first = values[0]
    return str(first.value if hasattr(first, "value") else first.as_py())


def _alike(seen: Rows, names: Sequence[str]) -> Iterator[OrderRule]:
    """Columns that are another one over again: of one kind, of equally many values, the first of which is equal."""

    def look(name: str) -> tuple[str, int, str]:
        return seen.column(name).kind, seen.coded(name).size, _first(seen.coded(name).values)

    for _, group in groupby(sorted(names, key=look), key=look):
        first, *others = group
        for other in others:
            rule = OrderRule(first=first, sign="=", second=other)
            if seen.count * variety(seen.coded(first)) > EXPECTED and kept_by(rule, seen).all():
                yield rule


def _bounds(rows: Rows, seen: Rows, names: Sequence[str]) -> Iterator[RangeRule]:
    """Bounds that are such by nature: 0, and 100 or 1 of what begins at 0."""
    for name in names:
        if seen.column(name).kind not in ("number", "duration") or seen.coded(name).size <= 4:
            continue
        values = seen.numbers(name)[np.isfinite(seen.numbers(name))]
        if _ends_at(values, 0):
            whole = seen.column(name).kind == "duration" or seen.unit(name) == 1
            highs = [high for high in ((100,) if whole else (1, 100)) if high in values and _ends_at(-values, -high)]
            rules = [RangeRule(column=name, low=0, high=high) for high in highs]
            yield from _confirmed([*rules, RangeRule(column=name, low=0)], rows)[:1]


def _ends_at(values: Floats, bound: float) -> bool:
    """Do values crowd just above a bound, and does none lie below? (A smooth tail would go on on the other side.)

    >>> _ends_at(np.arange(500) % 100 / 2.0, 0), _ends_at(np.arange(500) % 100 + 30.0, 0)
    (True, False)
    """
    if not len(values) or values.min() < bound:
        return False
    return bool((values < bound + values.std() / 4).sum() >= LEAST)


def _unique(rows: Rows, seen: Rows, names: Sequence[str]) -> Iterator[UniqueRule]:
    """Identifiers that never come twice, and numbers and dates that would by chance (the birthday problem)."""
    for name in names:
        kind, coded = seen.column(name).kind, seen.coded(name)
        if kind not in ("identifier", "number", "date", "datetime") or coded.size - 1 < max(
            LEAST, (coded.codes > 0).sum()
        ):
            continue
        rule = UniqueRule(only=(name,))
        if kept_by(rule, rows).all() and (kind == "identifier" or _crowded(rows.numbers(name))):
            yield rule


def _crowded(values: Floats) -> bool:
    """Would so many values, drawn from as many places as lie between the least and the greatest, meet?"""
    known = np.sort(values[~np.isnan(values)])
    gap = np.diff(known).min()
    if not gap > 0:  # numbers so large that floats do not tell them apart
        return False
    places = (known[-1] - known[0]) / gap + 1
    return bool(len(known) ** 2 / (2 * places) > EXPECTED)
