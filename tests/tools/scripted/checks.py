"""What a request must have, in the words of OpenAI's errors."""

from typing import Any

from .request import Refused

Body = dict[str, Any]


def text(body: Body, name: str) -> str:
    """A text that must be there."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise missing(name) if value is None else wrong_type(name, "a string", value)
    return value


def number(body: Body, name: str, low: float, high: float | None = None, *, whole: bool = False) -> Any:
    """A number within bounds, or None."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise wrong_type(name, "an integer" if whole else "a number", value)
    if value < low:
        raise invalid(f"Invalid '{name}': {value} is below the minimum of {low}.", name, "integer_below_min_value")
    if high is not None and value > high:
        raise invalid(f"Invalid '{name}': {value} is above the maximum of {high}.", name, "decimal_above_max_value")
    return value


def flag(body: Body, name: str) -> bool:
    """True or false; false where it is not given."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise wrong_type(name, "a boolean", value)
    return bool(value)


def texts(body: Body, name: str) -> tuple[str, ...]:
    """A text, several, or none."""
    value = body.get(name)
    many = [value] if isinstance(value, str) else value or []
    if not isinstance(many, list) or not all(isinstance(each, str) for each in many):
        raise wrong_type(name, "a string or a list of strings", value)
    return tuple(filter(None, many))


def messages(body: Body, roles: tuple[str, ...]) -> list[Body]:
    """The messages, each with a role and a content."""
    found = body.get("messages")
    if found is None:
        raise missing("messages")
    if not isinstance(found, list):
        raise wrong_type("messages", "an array", found)
    if not found:
        raise invalid("Invalid 'messages': empty array. Expected at least one message.", "messages", "empty_array")
    for place, message in enumerate(found):
        where = f"messages[{place}]"
        if not isinstance(message, dict):
            raise wrong_type(where, "an object", message)
        if message.get("role") not in roles:
            known = ", ".join(map(repr, roles))
            raise invalid(f"Invalid value: {message.get('role')!r}. Supported values are: {known}.", f"{where}.role")
        content(message.get("content"), where, needed=message["role"] != "assistant")
    return found


def content(value: Any, where: str, *, needed: bool = True) -> str:
    """The text of a message's content: a text, or parts of which some are texts."""
    if isinstance(value, str):
        return value
    if value is None and not needed:
        return ""
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise wrong_type(f"{where}.content", "a string or an array of objects", value)
    parts = [part["text"] for part in value if part.get("type") == "text" and isinstance(part.get("text"), str)]
    return "\n".join(parts)


def missing(name: str) -> Refused:
    """A parameter that must be there."""
    return Refused(400, f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def wrong_type(name: str, expected: str, value: Any) -> Refused:
    """A parameter of another type."""
    message = f"Invalid type for '{name}': expected {expected}, but got {type(value).__name__} instead."
    return Refused(400, message, param=name, code="invalid_type")


def invalid(message: str, name: str, code: str = "invalid_value") -> Refused:
    """A parameter whose value cannot be."""
    return Refused(400, message, param=name, code=code)


def unsupported(name: str, instead: str = "") -> Refused:
    """A parameter that this server lacks."""
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    message += f" Use '{instead}' instead." if instead else ""
    return Refused(400, message, param=name, code="unsupported_parameter", fault="refuses")


def loose(schema: Any, where: str) -> str:
    """Where a schema leaves room that OpenAI's strict mode does not allow; empty where it leaves none."""
    if isinstance(schema, list):
        return next(filter(None, (loose(each, f"{where}[{i}]") for i, each in enumerate(schema))), "")
    if not isinstance(schema, dict):
        return ""
    if isinstance(schema.get("properties"), dict):
        if schema.get("additionalProperties") is not False:
            return f"In context={where}, 'additionalProperties' is required to be supplied and to be false."
        if lacking := [name for name in schema["properties"] if name not in schema.get("required", [])]:
            return f"In context={where}, 'required' must include every key in properties. Missing {lacking[0]!r}."
    return next(filter(None, (loose(value, f"{where}.{key}") for key, value in schema.items())), "")
