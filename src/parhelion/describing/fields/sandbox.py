"""What templates may do: read values, choose, loop, and shape text. Nothing they write can reach anything, or hang.

Work is bounded where it begins: loops by a count for each rendering, operators and filters by the size of what they
make, templates by their shape (loops within a loop at most, no macros, no assignments, no included files).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from functools import wraps
from math import isfinite
from time import monotonic
from typing import Any, TypeVar, cast

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from parhelion.describing.fencing import fenced
from parhelion.describing.fields.patterns import matches

LONGEST = 400_000
"""Characters that a template can make of its values; 100,000 tokens, more than most models read."""
ROUNDS = 10_000
ITEMS = 100

SECONDS = 5.0

N = TypeVar("N", bound=nodes.Node)

_left: ContextVar[tuple[int, float]] = ContextVar("rounds left, and until when", default=(ROUNDS, float("inf")))

_FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Macro: "macros", nodes.CallBlock: "call blocks", nodes.Include: "include", nodes.Import: "import",
    nodes.FromImport: "import", nodes.Extends: "extends", nodes.Block: "blocks", nodes.Assign: "set",
    nodes.AssignBlock: "set", nodes.With: "with",
}  # fmt: skip
_PLAIN_FILTERS = (
    "abs count first float int items last length list map max min reject rejectattr reverse round select selectattr "
    "sort unique"
)
_TEXT_FILTERS: dict[str, Callable[[str], str]] = {
    "capitalize": str.capitalize, "lower": str.lower, "string": str, "title": str.title, "trim": str.strip,
    "upper": str.upper, "fenced": fenced,
}  # fmt: skip
_FILTERS = ("join", "length", "lower", "matches", "replace", "truncate", "upper", "words")
_CALLED = (
    "count endswith find get index isalnum isalpha isdigit islower isnumeric isupper items keys lower lstrip "
    "removeprefix removesuffix rstrip split splitlines startswith strip title upper values"
)
_METHODS = frozenset(_CALLED.split())


def start() -> None:
    """Before each rendering: all of its rounds and its time are left."""
    _left.set((ROUNDS, monotonic() + SECONDS))


def _spend(rounds: int) -> None:
    left, until = _left.get()
    _left.set((left - rounds, until))
    if left < rounds:
        raise SecurityError(f"its loops go round more than {ROUNDS:,} times")
    if monotonic() > until:
        raise SecurityError(f"it takes longer than {SECONDS:g} seconds")


def plain(value: Any, most: int = LONGEST) -> Any:
    """A value as JSON can hold it, generators as lists. SecurityError where that would be longer than `most`.

    >>> plain(x for x in (1, "a"))
    [1, 'a']
    """
    _spend(0)
    return _plain(value, [most])


def _plain(value: Any, room: list[int]) -> Any:
    if isinstance(value, Undefined):
        return str(value)  # raises what it lacks
    room[0] -= len(value) if isinstance(value, str) else 8
    if room[0] < 0:
        raise SecurityError(f"it makes more than {LONGEST:,} characters")
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, Mapping):
        return {_plain(key, room): _plain(inner, room) for key, inner in value.items()}
    if isinstance(value, Iterable):
        return [_plain(inner, room) for inner in value]
    raise TypeError(f"{value if isinstance(value, float) else f'a {type(value).__name__}'} is no value")


def _shown(value: Any) -> str:
    """A value in a text: objects and lists as JSON."""
    value = plain(value)
    return value if isinstance(value, str) else str(value) if isinstance(value, float | int | None) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False)


def _joined(items: Iterable[Any], between: str = "") -> str:
    texts = [_shown(item) for item in plain(items)]
    if sum(map(len, texts)) + len(texts) * len(between) > LONGEST:
        raise SecurityError(f"it makes more than {LONGEST:,} characters")
    return str(between).join(texts)


def _replaced(value: Any, old: str, new: str) -> str:
    text = _shown(value)
    if len(text) + text.count(old) * len(new) > LONGEST:
        raise SecurityError(f"replace makes more than {LONGEST:,} characters")
    return text.replace(old, new)


def _indented(text: Any, width: int = 4) -> str:
    return str(plain(_shown(text).replace("\n", "\n" + " " * min(int(width), 40))))


def _truncated(value: Any, length: int = 255, end: str = "…") -> str:
    text = _shown(value)
    return text if len(text) <= length else text[: max(length - len(end), 0)].rstrip() + end


def _of_text(make: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: make(_shown(value))


def _words(text: Any) -> int:
    """How many words a text has: `answer | words`."""
    return len(_shown(text).split())


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    """What a loop goes over, as long as there are rounds left."""
    for item in plain(items):
        _spend(1)
        yield item


def _ranged(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > ROUNDS:
        raise SecurityError(f"range has more than {ROUNDS:,} numbers")
    return found


def _of_plain(known: Callable[..., Any]) -> Callable[..., Any]:
    """One of jinja2's filters, on what is no longer than values may be: a generator could give any number of them."""
    at = int(hasattr(known, "jinja_pass_arg"))  # where its value stands: after the context that it may ask for

    @wraps(known)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        return known(*args[:at], plain(args[at]), *args[at + 1 :], **kwargs)

    return bounded


class _Bounded(NodeTransformer):
    """Makes work countable: loops go over `_counted`, `~` becomes a filter. Refuses what could not be bounded."""

    def __init__(self) -> None:
        self.depth = 0

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        if type(node) in _FORBIDDEN:
            raise TemplateSyntaxError(f"templates here have no {_FORBIDDEN[type(node)]}", node.lineno)
        if isinstance(node, nodes.List | nodes.Tuple | nodes.Dict) and len(node.items) > ITEMS:
            raise TemplateSyntaxError(f"a list in a template has {ITEMS} items at most", node.lineno)
        if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
            raise TemplateSyntaxError("a number is too large", node.lineno)
        return super().visit(node, *args, **kwargs)

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 (jinja2 looks methods up by the node's name)
        if node.recursive or self.depth == 2:
            raise TemplateSyntaxError("loops go two deep at most, and are not recursive", node.lineno)
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        node.iter = _filtered(node.iter, "_counted")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 (the same)
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "join")


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", node), name, [], [], None, None, lineno=node.lineno)


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of all templates and expressions of plans."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
            optimized=False,  # it would write what constants make into code, and infinity is no Python word
        )
        self.globals = {"range": _ranged}
        self.filters = {name: _of_plain(FILTERS[name]) for name in _PLAIN_FILTERS.split()}
        self.filters |= {name: _of_text(make) for name, make in _TEXT_FILTERS.items()}
        self.filters |= {
            "join": _joined, "replace": _replaced, "indent": _indented, "truncate": _truncated, "words": _words,
            "wordcount": _words, "json": _json, "tojson": _json, "_counted": _counted, "sum": lambda n: sum(plain(n)),
            "default": FILTERS["default"], "d": FILTERS["default"],
            "matches": lambda text, pattern: matches(_shown(text), pattern),
        }  # fmt: skip

    def bounded(self, parsed: N) -> N:
        """A parsed template or expression, made safe to run. Raises TemplateSyntaxError."""
        safe: N = _Bounded().visit(parsed)
        safe.set_environment(self)
        return safe

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of an object before a method of it: `order.items` is data where there is such a part."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Methods of plain values that make nothing longer than what they have."""
        if obj is _ranged:
            return True
        owner = getattr(obj, "__self__", None)
        return isinstance(owner, str | Mapping | list) and getattr(obj, "__name__", "") in _METHODS

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if isinstance(obj, Undefined):
            str(obj)  # raises what it lacks
        if not self.is_safe_callable(obj):
            name = getattr(obj, "__name__", type(obj).__name__)
            raise SecurityError(f"{name!r} cannot be called in a template; there are filters: {', '.join(_FILTERS)}")
        return context.call(obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Operators on numbers of a sane size, and the sum of two texts or two lists."""
        for value in (left, right):
            if isinstance(value, Undefined):
                str(value)  # raises what it lacks
        if operator == "+" and type(left) is type(right) and isinstance(left, str | list):
            plain([left, right])
        elif not (_number(left) and _number(right)):
            raise SecurityError(f"{operator!r} is for numbers; `~` joins texts")
        elif abs(left) > 1e100 or abs(right) > (64 if operator == "**" else 1e100):
            raise SecurityError(f"{operator!r} makes a number that is too large")
        return super().call_binop(context, operator, left, right)


def _number(value: Any) -> bool:
    return isinstance(value, int | float)
