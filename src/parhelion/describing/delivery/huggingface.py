"""A folder that Hugging Face's `load_dataset` reads, and its Hub shows."""

import re
from typing import Any

import pyarrow as pa
import yaml

from parhelion.io.markdown import size_category

FOLDER, OURS, WHAT = "huggingface", re.compile(r"data|README\.md"), "a data set for Hugging Face"
DATA = "data/train-00000-of-00001.parquet"


def front(title: str, schema: pa.Schema, rows: int) -> str:
    """The head of README.md."""
    told = {
        "pretty_name": " ".join(title.split())[:200],
        "license": "other",
        "tags": ["synthetic"],
        "annotations_creators": ["machine-generated"],
        "size_categories": [size_category(rows)],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*"}]}],
        "dataset_info": {"features": [{"name": field.name, **_feature(field.type)} for field in schema]},
    }
    return f"---\n{yaml.safe_dump(told, sort_keys=False, allow_unicode=True)}---\n"


def _feature(kind: pa.DataType) -> dict[str, Any]:
    """A type as the `datasets` library writes it.

    >>> _feature(pa.list_(pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])))
    {'list': [{'name': 'a', 'dtype': 'int64'}, {'name': 'b', 'sequence': 'string'}]}
    """
    if pa.types.is_struct(kind):
        return {"struct": [{"name": part.name, **_feature(part.type)} for part in kind]}
    if pa.types.is_list(kind):
        inner = _feature(kind.value_type)
        if "struct" in inner:
            return {"list": inner["struct"]}
        return {"sequence": inner.get("dtype", inner)}
    return {"dtype": {"bool": "bool", "double": "float64"}.get(str(kind), str(kind))}
