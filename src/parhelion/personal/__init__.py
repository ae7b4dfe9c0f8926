"""Personal values in free text: found, marked, and made anew."""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.personal.config import PersonalConfig
    from parhelion.personal.filling import Filler
    from parhelion.personal.finding import Finder, finder, values_of
    from parhelion.personal.marks import MARKED, SORTS, Mark, Sort, mark, read_mark, unmarked
    from parhelion.personal.masking import Masked, mask
    from parhelion.personal.values import Value, normal_value

__all__ = [
    "MARKED",
    "SORTS",
    "Filler",
    "Finder",
    "Mark",
    "Masked",
    "PersonalConfig",
    "Sort",
    "Value",
    "finder",
    "mark",
    "mask",
    "normal_value",
    "read_mark",
    "unmarked",
    "values_of",
]
_HOMES = {
    "PersonalConfig": "config", "Filler": "filling", "Masked": "masking", "mask": "masking", "Value": "values",
    "normal_value": "values", **dict.fromkeys(("Finder", "finder", "values_of"), "finding"),
    **dict.fromkeys(("MARKED", "SORTS", "Mark", "Sort", "mark", "read_mark", "unmarked"), "marks"),
}  # fmt: skip
__getattr__ = lazily(__name__, _HOMES)
