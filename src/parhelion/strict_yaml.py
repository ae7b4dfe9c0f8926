"""YAML of people: keys must be text and differ, scalars stay text, and whatever is wrong is told with its line."""

from collections.abc import Mapping
from typing import Any

import yaml

from parhelion.errors import ParhelionError


class _Reader(yaml.BaseLoader):
    """what: how messages call the document. error: what is raised. drops_empty: a key without a value is left out."""

    what: str
    error: type[ParhelionError]
    drops_empty: bool


def _mapping(reader: _Reader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = reader.construct_object(key_node, deep=True), key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise reader.error(f"line {line} of the {reader.what} has a key that is not text")
        if key in found:
            raise reader.error(f"line {line} of the {reader.what} gives {key!r} a second time; keep one")
        if not (reader.drops_empty and _empty(value_node)):
            found[key] = reader.construct_object(value_node, deep=True)
    return found


def _empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in ("", "~", "null")


_Reader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(
    text: str, what: str, *, error: type[ParhelionError], is_are: str, expected: str, drops_empty: bool = False
) -> Mapping[str, Any]:
    """The plain values of a YAML mapping, all scalars as text.

    what: how messages call it (`schema`), with `is_are` as its verb. expected: what they say it should be.
    drops_empty: a key with no value, or null, is as if it were left out. Raises `error`, with the line where it can.

    >>> from parhelion.errors import ConfigError
    >>> read_yaml("a: 1\\na: 2", "plan", error=ConfigError, is_are="is", expected="a mapping")
    Traceback (most recent call last):
    parhelion.errors.ConfigError: line 2 of the plan gives 'a' a second time; keep one
    """
    try:
        data = _loaded(text, what, error, drops_empty=drops_empty)
    except yaml.YAMLError as fault:
        raise error(f"the {what} {is_are} not YAML: {' '.join(str(fault).split())}") from None
    except RecursionError:
        raise error(f"the {what} {is_are} nested too deeply; expected {expected}") from None
    if not isinstance(data, dict):
        got = "nothing" if data in (None, "") else repr(data)[:40]
        raise error(f"the {what} {is_are} {got}; expected {expected}")
    return data


def _loaded(text: str, what: str, error: type[ParhelionError], *, drops_empty: bool) -> Any:
    reader = _Reader(text)
    reader.what, reader.error, reader.drops_empty = what, error, drops_empty
    try:
        return reader.get_single_data()
    finally:
        reader.dispose()
