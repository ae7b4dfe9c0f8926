"""What a field needs, and the order that follows from it."""

from collections.abc import Iterator, Mapping

from parhelion.describing.fields.templates import names_in, names_in_expression
from parhelion.describing.plan.model import (
    AnyField,
    CategoryField,
    CheckField,
    ExpressionField,
    FactField,
    GroundedField,
    JudgeField,
    Plan,
    StructuredField,
    TextField,
)
from parhelion.errors import PlanError


def needs(field: AnyField, plan: Plan | None = None) -> frozenset[str]:
    """The fields that a field reads.

    plan: where it is given, a `grounded` field that names no fact needs the only one that there is. Raises PlanError
    where a template is none.

    >>> sorted(needs(TextField(make="text", prompt="{{ persona }} asks about {{ fact.title }}")))
    ['fact', 'persona']
    """
    match field:
        case TextField() | StructuredField() | JudgeField():
            return names_in(field.prompt) | names_in(field.system)
        case ExpressionField():
            return names_in_expression(field.value)
        case CheckField():
            return names_in_expression(field.that)
        case CategoryField() if field.by is not None:
            return frozenset({field.by})
        case GroundedField():
            claims = {path.partition(".")[0] for path in field.fields}
            return frozenset(claims) | frozenset([field.fact] if field.fact else facts_of(plan))
        case _:
            return frozenset()


def facts_of(plan: Plan | None) -> list[str]:
    """The fields that are facts."""
    return [] if plan is None else [name for name, field in plan.fields.items() if isinstance(field, FactField)]


def compared(plan: Plan) -> tuple[str, ...]:
    """The fields whose text must not repeat another row's; none where repeating is no fault."""
    if plan.duplicates is None:
        return ()
    return plan.duplicates.fields or tuple(
        name for name, field in plan.fields.items() if isinstance(field, TextField | StructuredField)
    )


def order(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The fields in layers: each needs only fields of layers before its own. Raises PlanError where they go round.

    >>> loud = {"make": "expression", "value": "mood | upper"}
    >>> fields = {"loud": loud, "mood": {"make": "category", "values": ["calm", "cross"]}}
    >>> order(Plan.model_validate({"goal": "moods", "fields": fields}))
    (('mood',), ('loud',))
    """
    left = {name: needs(field, plan) & plan.fields.keys() for name, field in plan.fields.items()}
    layers = []
    while left:
        layer = tuple(name for name, needed in left.items() if not needed & left.keys())
        if not layer:
            raise PlanError(f"fields need each other: {' -> '.join(round_of(left))}; take one of these needs away")
        layers.append(layer)
        left = {name: needed for name, needed in left.items() if name not in layer}
    return tuple(layers)


def round_of(needed: Mapping[str, frozenset[str]]) -> list[str]:
    """Fields that need one another in a circle, the first once more at the end; nothing where there is none.

    >>> round_of({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("b")})
    ['b', 'c', 'b']
    """
    done: set[str] = set()
    for start in needed:
        trail: list[str] = []
        walks: list[Iterator[str]] = [iter([start])]
        while walks:
            name = next(walks[-1], None)
            if name is None:
                walks.pop()
                done.update(trail[-1:])
                trail = trail[:-1]
            elif name in trail:
                return [*trail[trail.index(name) :], name]
            elif name not in done and name in needed:
                trail.append(name)
                walks.append(iter(sorted(needed[name])))
    return []
