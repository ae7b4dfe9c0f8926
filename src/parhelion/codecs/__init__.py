"""Codecs: one column of values <-> integer codes, one file per kind.

observe -> merge -> codec -> encode, decode: see `contract`.
"""

from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from parhelion.codecs.category import CategoryCodec, observe_category
from parhelion.codecs.constant import ConstantCodec, observe_constant
from parhelion.codecs.contract import Codec, Codes, Draw, Protection, Summary
from parhelion.codecs.identifier import IdentifierCodec, observe_identifier
from parhelion.codecs.number import QuantityCodec, observe_quantity
from parhelion.codecs.personal import PersonalCodec, observe_personal
from parhelion.codecs.text import PLACEHOLDER, TextCodec, is_blank, observe_text
from parhelion.errors import ModelFileError, nearest, problems
from parhelion.schema.columns import Column

__all__ = [
    "PLACEHOLDER",
    "Codec",
    "Codes",
    "Draw",
    "Protection",
    "Summary",
    "TextCodec",
    "codec_from_state",
    "is_blank",
    "observe",
]

_OBSERVE: dict[str, Any] = {
    **dict.fromkeys(("number", "place", "date", "datetime", "duration"), observe_quantity),
    **dict.fromkeys(("category", "boolean"), observe_category),
    "identifier": observe_identifier,
    "personal": observe_personal,
    "text": observe_text,
    "constant": observe_constant,
}

_STATE: dict[str, TypeAdapter[Any]] = {
    **dict.fromkeys(("number", "place", "date", "datetime", "duration"), TypeAdapter(QuantityCodec)),
    **dict.fromkeys(("category", "boolean"), TypeAdapter(CategoryCodec)),
    "identifier": TypeAdapter(IdentifierCodec),
    "personal": TypeAdapter(PersonalCodec),
    "text": TypeAdapter(TextCodec),
    "constant": TypeAdapter(ConstantCodec),
}


def observe(values: pa.Array | pa.ChunkedArray, spec: Column) -> Summary:
    """What the codec of a column needs to know of a part of it. `values` are native (see `schema.spelling`).

    >>> from parhelion.schema.columns import NumberColumn
    >>> half = observe(pa.array([1, 2] * 10), NumberColumn(name="age"))
    >>> codec = half.merge(half).codec(Protection(rows=10))
    >>> codec.encode(pa.array([1, 2, 99]))
    array([0, 1, 1], dtype=int32)
    """
    summary: Summary = _OBSERVE[spec.kind](values, spec)
    return summary


def codec_from_state(state: dict[str, Any]) -> Codec:
    """The codec whose `state()` this is. The state may come from a stranger: whatever is wrong with it is refused.

    >>> codec_from_state({"kind": "text", "type": "string", "missing": False, "blank": False, "filled": True}).size
    1
    >>> codec_from_state({"kind": "txt"})
    Traceback (most recent call last):
    parhelion.errors.ModelFileError: no codec has the kind 'txt'; did you mean 'text'?
    >>> codec_from_state({"kind": "text", "type": "string", "missing": False, "blank": False, "filled": "x"})
    Traceback (most recent call last):
    parhelion.errors.ModelFileError: text codec: filled: Input should be a valid boolean; the file is damaged or ...
    """
    kind = state.get("kind") if isinstance(state, dict) else None
    if not isinstance(kind, str) or kind not in _STATE:
        raise ModelFileError(f"no codec has the kind {kind!r}{nearest(str(kind), _STATE)}")
    try:
        codec: Codec = _STATE[kind].validate_python(state)
    except ValidationError as error:
        found = (f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in error.errors()[:10])
        raise ModelFileError(f"{kind} codec: {problems(found)}; the file is damaged or was altered") from error
    return codec
