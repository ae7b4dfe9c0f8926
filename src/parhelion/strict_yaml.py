"""YAML of people: keys must differ, scalars are what they look like, and whatever is wrong is told with its line.

Scalars stay text, or are read by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), in which
`no`, `on`, `2024-01-01` and `1_000` are text too.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from parhelion.errors import ParhelionError

LARGEST = 1_000_000
"""Values that a document may have, counting those of an alias wherever it stands: ten short lines can make billions."""

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE, _FALSE = re.compile(r"true|True|TRUE"), re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_LONGEST = 400  # digits of a number: Python makes none of very many
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ODD = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class _Reader(yaml.BaseLoader):
    """what: how messages call the document. error: what is raised. drops_empty: a key without a value is left out."""

    what: str
    error: type[ParhelionError]
    drops_empty: bool
    typed = False


class _TypedReader(_Reader):
    """Scalars that are not quoted are read by the core schema."""

    typed = True


def _mapping(reader: _Reader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key, line = reader.construct_object(key_node, deep=True), key_node.start_mark.line + 1
        if not isinstance(key, str) and not (reader.typed and isinstance(key_node, yaml.ScalarNode)):
            raise reader.error(f"line {line} of the {reader.what} has a key that is not text")
        if key in found:
            raise reader.error(f"line {line} of the {reader.what} gives {key!r} a second time; keep one")
        if not (reader.drops_empty and _empty(value_node)):
            found[key] = reader.construct_object(value_node, deep=True)
    return found


def _empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in ("", "~", "null")


def _scalar(reader: _Reader, node: yaml.ScalarNode) -> Any:
    text = str(reader.construct_scalar(node))
    return core_value(text) if node.style is None else text


_Reader.add_constructor("tag:yaml.org,2002:map", _mapping)
for _kind in ("str", "int", "float", "bool", "null"):  # a scalar's tag where nobody gives one is `str`
    _TypedReader.add_constructor(f"tag:yaml.org,2002:{_kind}", _scalar)


def core_value(text: str) -> Any:
    """What a scalar without quotes is by the core schema.

    >>> [core_value(text) for text in ("12", "0x1f", "1e3", "true", "~", "no", "1_000", "2024-01-01")]
    [12, 31, 1000.0, True, None, 'no', '1_000', '2024-01-01']
    """
    if len(text) > _LONGEST:
        return text
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return bool(_TRUE.fullmatch(text))
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    odd = _ODD.fullmatch(text)
    return text if odd is None else float((odd[1] or "") + (odd[2] or "nan"))


def read_yaml(
    text: str,
    what: str,
    *,
    error: type[ParhelionError],
    is_are: str,
    expected: str,
    drops_empty: bool = False,
    typed: bool = False,
) -> Mapping[Any, Any]:
    """The plain values of a YAML mapping, all scalars as text.

    what: how messages call it (`schema`), with `is_are` as its verb. expected: what they say it should be.
    drops_empty: a key with no value, or null, is as if it were left out. typed: scalars without quotes, also those that
    are keys, are read by the core schema. Raises `error`, with the line where it can.

    >>> from parhelion.errors import ConfigError
    >>> read_yaml("a: 1\\na: 2", "plan", error=ConfigError, is_are="is", expected="a mapping")
    Traceback (most recent call last):
    parhelion.errors.ConfigError: line 2 of the plan gives 'a' a second time; keep one
    >>> read_yaml("a: [1, no]", "plan", error=ConfigError, is_are="is", expected="a mapping", typed=True)
    {'a': [1, 'no']}
    """
    try:
        data = _loaded(text, what, error, drops_empty=drops_empty, typed=typed)
    except yaml.YAMLError as fault:
        raise error(f"the {what} {is_are} not YAML: {' '.join(str(fault).split())}") from None
    except RecursionError:
        raise error(f"the {what} {is_are} nested too deeply; expected {expected}") from None
    if not isinstance(data, dict):
        got = "nothing" if data in (None, "") else repr(data)[:40]
        raise error(f"the {what} {is_are} {got}; expected {expected}")
    return data


def _loaded(text: str, what: str, error: type[ParhelionError], *, drops_empty: bool, typed: bool) -> Any:
    reader = (_TypedReader if typed else _Reader)(text)
    reader.what, reader.error, reader.drops_empty = what, error, drops_empty
    try:
        root = reader.get_single_node()
        if root is not None and _size(root, {}) > LARGEST:
            raise error(f"the {what} has more than {LARGEST:,} values, its aliases written out; write fewer")
        return None if root is None else reader.construct_document(root)
    finally:
        reader.dispose()


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Values at and below a node. One within itself counts as nothing: the constructor refuses it."""
    if id(node) not in known:
        known[id(node)] = 0
        known[id(node)] = 1 + sum(_size(inner, known) for inner in _below(node))
    return known[id(node)]


def _below(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [inner for pair in node.value for inner in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Where the values of a document that can be read begin: its line by the keys and places that lead to it.

    >>> lines_of("a:\\n- b: 1\\n  c: 2\\n- 3")
    {('a',): 1, ('a', '0'): 2, ('a', '0', 'b'): 2, ('a', '0', 'c'): 3, ('a', '1'): 4}
    """
    found: dict[tuple[str, ...], int] = {}
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    if root is not None:
        _find_lines(root, (), found)
    return found


def _find_lines(node: yaml.Node, place: tuple[str, ...], found: dict[tuple[str, ...], int]) -> None:
    if isinstance(node, yaml.MappingNode):
        inner = [(key.value, key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
    elif isinstance(node, yaml.SequenceNode):
        inner = [(str(at), value, value) for at, value in enumerate(node.value)]
    else:
        return
    for name, marked, value in inner:
        found[*place, name] = marked.start_mark.line + 1
        _find_lines(value, (*place, name), found)
