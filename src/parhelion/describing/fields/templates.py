"""Jinja templates and expressions of plans, over the values that a row has so far.

    render(template, values) -> str
    evaluate(expression, values) -> Any
    names_in(template), names_in_expression(expression)      the fields that it reads

All are compiled once. A template that is none is a PlanError; one that cannot be filled rejects the row.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from jinja2 import Template, meta, nodes
from jinja2.environment import TemplateExpression
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.parser import Parser

from parhelion.describing.fields.sandbox import LONGEST, Sandbox, plain, start
from parhelion.describing.rows.candidate import Rejected
from parhelion.errors import PlanError

LONGEST_TEMPLATE = 100_000
_WORDS = (
    "and or not is in if else elif for endfor endif true false none True False None loop self caller varargs kwargs "
    "range recursive import as with without context ignore missing"
)
RESERVED = frozenset(_WORDS.split())
"""Names that mean something else in a template."""

_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


@cache
def _sandbox() -> Sandbox:
    return Sandbox()


def render(template: str, values: Mapping[str, Any]) -> str:
    """The text that a template makes of values. Raises Rejected where it cannot, PlanError where it is no template.

    >>> render("{{ name }} asks: {{ words | join(', ') }}", {"name": "Ada", "words": ["why", "how"]})
    'Ada asks: why, how'
    >>> render("{{ nmae }}", {"name": "Ada"})
    Traceback (most recent call last):
    parhelion.describing.rows.candidate.Rejected: 'nmae' is undefined
    """
    compiled = _template(template)
    start()
    pieces: list[str] = []
    length = 0
    try:
        for piece in compiled.generate(values):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST:
                raise Rejected(f"the template makes more than {LONGEST:,} characters")
    except _FAULTS as fault:
        raise Rejected(_told(fault)) from None
    return "".join(pieces)


def evaluate(expression: str, values: Mapping[str, Any]) -> Any:
    """What an expression is, as JSON can hold it. Raises as `render` does.

    >>> evaluate("question | words > 3 and not 'foo' in question", {"question": "why is the sky blue"})
    True
    >>> evaluate("10 ** 999", {})
    Traceback (most recent call last):
    parhelion.describing.rows.candidate.Rejected: '**' makes a number that is too large
    """
    compiled = _expression(expression)
    start()
    try:
        return plain(compiled(values))
    except _FAULTS as fault:
        raise Rejected(_told(fault)) from None


@lru_cache(maxsize=1024)
def names_in(template: str) -> frozenset[str]:
    """The fields that a template reads. Raises PlanError, with the line, where it is none.

    >>> sorted(names_in("{{ persona }}{% for x in facts %}{{ x.quote }}{% endfor %}"))
    ['facts', 'persona']
    >>> names_in("{{ persona")
    Traceback (most recent call last):
    parhelion.errors.PlanError: is no template: unexpected end of template, expected 'end of print statement'. (line 1)
    """
    _template(template)
    return frozenset(meta.find_undeclared_variables(_sandbox().parse(template))) - {"range"}


@lru_cache(maxsize=1024)
def names_in_expression(expression: str) -> frozenset[str]:
    """The fields that an expression reads. Raises PlanError where it is none."""
    _expression(expression)
    return frozenset(meta.find_undeclared_variables(_wrapped(_parsed_expression(expression)))) - {"range"}


def path_of(expression: str) -> tuple[str, ...] | None:
    """`a.b` as ("a", "b"); None where an expression is more than that.

    >>> path_of("written.mood"), path_of("mood | lower")
    (('written', 'mood'), None)
    """
    node: nodes.Node = _parsed_expression(expression)
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    return (node.name, *reversed(parts)) if isinstance(node, nodes.Name) else None


@lru_cache(maxsize=1024)
def _template(source: str) -> Template:
    try:
        if len(source) > LONGEST_TEMPLATE:
            raise PlanError(f"is longer than {LONGEST_TEMPLATE:,} characters; write a shorter template")
        return _sandbox().from_string(_sandbox().bounded(_sandbox().parse(source)))
    except TemplateError as fault:
        raise _no("template", fault) from None
    except (RecursionError, SyntaxError):  # Python refuses to compile what is nested too deeply
        raise PlanError("is nested too deeply for a template; write it flat") from None


@lru_cache(maxsize=1024)
def _expression(source: str) -> TemplateExpression:
    try:
        safe = _wrapped(_sandbox().bounded(_parsed_expression(source)))
        return TemplateExpression(_sandbox().from_string(safe), undefined_to_none=False)
    except TemplateError as fault:
        raise _no("expression", fault) from None
    except (RecursionError, SyntaxError):
        raise PlanError("is nested too deeply for an expression; write it flat") from None


def _parsed_expression(source: str) -> nodes.Expr:
    try:
        if len(source) > LONGEST_TEMPLATE:
            raise PlanError(f"is longer than {LONGEST_TEMPLATE:,} characters; write a shorter expression")
        parser = Parser(_sandbox(), source, state="variable")
        found = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError("something stands after its end", parser.stream.current.lineno)
    except TemplateError as fault:
        raise _no("expression", fault) from None
    except RecursionError:
        raise PlanError("is nested too deeply for an expression; write it flat") from None
    return found


def _wrapped(expression: nodes.Expr) -> nodes.Template:
    """A template that gives its module a `result`: what jinja2's own `compile_expression` makes."""
    template = nodes.Template([nodes.Assign(nodes.Name("result", "store"), expression, lineno=1)], lineno=1)
    template.set_environment(_sandbox())
    return template


def _no(what: str, fault: TemplateError) -> PlanError:
    line = f" (line {fault.lineno})" if isinstance(fault, TemplateSyntaxError) else ""
    return PlanError(f"is no {what}: {fault.message or 'it cannot be read'}{line}")


def _told(fault: Exception) -> str:
    """Why a row is rejected, short enough to be counted by."""
    if isinstance(fault, UndefinedError | SecurityError | ValueError):
        return str(fault)[:200]
    return f"{type(fault).__name__}: {fault}"[:200]
