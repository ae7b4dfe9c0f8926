"""Names, templates, and what fields need of one another."""

from collections.abc import Iterator
from typing import Any

from parhelion.describing.fields.templates import RESERVED, names_in, names_in_expression
from parhelion.describing.plan.graph import facts_of, needs, round_of
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
from parhelion.describing.plan.problems import Check, Problem, short
from parhelion.errors import PlanError, missing_extra, nearest

MOST_FIELDS = 127


def _names(plan: Plan) -> Iterator[Problem]:
    if len(plan.fields) > MOST_FIELDS:
        yield Problem(("fields",), f"has {len(plan.fields)} fields; expected {MOST_FIELDS} at most")
    for name in plan.fields:
        if not name.isidentifier() or name.startswith("_"):
            yield Problem(
                ("fields", name),
                f"cannot be named in a template; expected letters, digits and _, such as {usable(name)!r}",
            )
        elif name in RESERVED:
            yield Problem(("fields", name), f"means something else in a template; call it {name + '_'!r}, for example")


def usable(name: str) -> str:
    """A name that templates can use, as near as can be.

    >>> usable("Order no."), usable("2nd"), usable("not"), usable("!")
    ('order_no', 'field_2nd', 'not_', 'field')
    """
    kept = "".join(sign if ("a" + sign).isidentifier() else " " for sign in name.strip().lower())
    plain = "_".join(kept.split()).strip("_") or "field"
    if not plain.isidentifier():
        plain = f"field_{plain}"
    return f"{plain}_" if plain in RESERVED else plain


def _templates(plan: Plan) -> Iterator[Problem]:
    for name, field in plan.fields.items():
        for part, text in _texts_of(field):
            is_template = part in ("prompt", "system")
            try:
                read = names_in(text) if is_template else names_in_expression(text)
            except PlanError as fault:
                yield Problem(("fields", name, part), str(fault))
            else:
                yield from _unknown(plan, name, (part,), sorted(read))
            if part != "system" and not text.strip():
                yield Problem(("fields", name, part), f"is empty; expected a {'template' if is_template else 'value'}")


def _texts_of(field: AnyField) -> Iterator[tuple[str, str]]:
    """The templates and expressions of a field."""
    if isinstance(field, TextField | StructuredField | JudgeField):
        yield "prompt", field.prompt
        yield "system", field.system
    elif isinstance(field, ExpressionField):
        yield "value", field.value
    elif isinstance(field, CheckField):
        yield "that", field.that


def _references(plan: Plan) -> Iterator[Problem]:
    for name, field in plan.fields.items():
        if isinstance(field, CategoryField) and field.by is not None:
            yield from _unknown(plan, name, ("by",), [field.by])
        if isinstance(field, GroundedField):
            yield from _unknown(plan, name, ("fields",), [path.partition(".")[0] for path in field.fields])
            yield from _parts(plan, name, field)
    if plan.duplicates:
        yield from _unknown(plan, "", ("fields",), plan.duplicates.fields)
    for name in plan.quotas:
        if name not in plan.fields:
            yield Problem(("quotas", name), f"is no field{nearest(name, plan.fields)}")


def _parts(plan: Plan, name: str, field: GroundedField) -> Iterator[Problem]:
    """Parts of structured fields that are none: `qa.anser`."""
    for path in field.fields:
        first, *rest = path.split(".")
        whole = plan.fields.get(first)
        known = whole.shape.get("properties") if isinstance(whole, StructuredField) else None
        if rest and isinstance(known, dict) and rest[0] not in known:
            yield Problem(("fields", name, "fields"), f"speaks of {path!r}, which is no part{nearest(rest[0], known)}")


def _unknown(plan: Plan, name: str, place: tuple[str, ...], read: Any) -> Iterator[Problem]:
    """place: within the field, or within `duplicates` where there is no name."""
    for each in read:
        if each not in plan.fields:
            there = ("fields", name, *place) if name else ("duplicates", *place)
            others = [other for other in plan.fields if other != name]
            yield Problem(there, f"speaks of {each!r}, which is no field{nearest(each, others)}")


def _rounds(plan: Plan) -> Iterator[Problem]:
    needed = {}
    for name, field in plan.fields.items():
        try:
            needed[name] = needs(field, plan) & plan.fields.keys()
        except PlanError:  # told by `_templates`
            needed[name] = frozenset()
    found = round_of(needed)
    if found:
        what = f"needs itself: {' -> '.join(found)}; take one of these needs away"
        yield Problem(("fields", found[0]), what)


def _facts(plan: Plan) -> Iterator[Problem]:
    facts = facts_of(plan)
    if facts and plan.facts.file is None and not (plan.sources and plan.sources.some):
        what = (
            "is a fact, and the plan has nowhere to look for facts; add `sources:` with `documents:`, or `facts: file:`"
        )
        yield Problem(("fields", facts[0]), what)
    for name, field in plan.fields.items():
        if isinstance(field, GroundedField):
            yield from _grounded(plan, name, field, facts)


def _grounded(plan: Plan, name: str, field: GroundedField, facts: list[str]) -> Iterator[Problem]:
    place = ("fields", name, "fact")
    if field.fact is None:
        if not facts:
            yield Problem(place, "is missing, and there is no field with `make: fact`; add one")
        elif len(facts) > 1:
            yield Problem(place, f"is missing, and there are several facts; name one of {', '.join(facts)}")
    elif field.fact not in plan.fields:
        yield Problem(place, f"is {field.fact!r}, which is no field{nearest(field.fact, facts or plan.fields)}")
    elif not isinstance(plan.fields[field.fact], FactField):
        yield Problem(place, f"is {field.fact!r}, which is no fact{nearest(field.fact, facts)}")


def _schemas(plan: Plan) -> Iterator[Problem]:
    written = [(name, field) for name, field in plan.fields.items() if isinstance(field, StructuredField)]
    if not written:
        return
    try:
        from jsonschema import Draft202012Validator, SchemaError  # noqa: PLC0415 (of the extra `describe`)
    except ImportError:
        raise missing_extra("describe", "a structured field") from None
    for name, field in written:
        place = ("fields", name, "schema")
        unfit = list(_unfit(place, field.shape))
        yield from unfit
        if unfit:
            continue
        try:
            Draft202012Validator.check_schema(field.shape)
        except SchemaError as fault:
            inner = tuple(str(part) for part in fault.absolute_path)
            yield Problem((*place, *inner), f"is no JSON schema: {short(fault.instance)}: {fault.message[:200]}")
        except RecursionError:
            yield Problem(place, "is nested too deeply for a JSON schema")
        if not field.shape:
            yield Problem(place, "is empty; expected a JSON schema, such as `type: object` with `properties:`")


def _unfit(place: tuple[str, ...], schema: Any) -> Iterator[Problem]:
    """Keys that JSON has no word for; and schemas elsewhere, which would have to be fetched: nobody asked for it."""
    if isinstance(schema, dict):
        for key in schema:
            if not isinstance(key, str):
                yield Problem((*place, str(key)), "is a key that is not text; put it in quotes")
        target = schema.get("$ref")
        if isinstance(target, str) and not target.startswith("#"):
            yield Problem(
                (*place, "$ref"), f"is {short(target)}; expected a place in the same schema, such as '#/$defs/a'"
            )
    inner = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    for key, value in inner:
        yield from _unfit((*place, str(key)), value)


FIELD_CHECKS: tuple[Check, ...] = (_names, _templates, _references, _rounds, _facts, _schemas)
