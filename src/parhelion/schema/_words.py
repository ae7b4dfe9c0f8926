"""Text that is no number, date or the like: categories, names of rows, people, or free text."""

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema import _identifiers, _names
from parhelion.schema._facts import Facts, spread
from parhelion.schema.columns import CategoryColumn, Column, IdentifierColumn, TextColumn

FREE = 5  # words from which on a text is free


def identifier(facts: Facts) -> Column | None:
    """Names of rows: by their form (UUIDs, check digits), by the column's name, or by a pattern that no two share."""
    if facts.share(_identifiers.UUID) == 1:
        return _made(facts, 0.99, "UUIDs")
    named = _names.is_identifier(facts.name)
    if facts.shared < 1.05 and pc.max(pc.binary_length(facts.sample)).as_py() <= _identifiers.WIDEST:
        return _made(facts, 0.96, "named like an identifier, nearly all different") if named else _patterned(facts)
    if not named or (facts.shared >= 10 and facts.different <= min(facts.shared * 10, 1000)):
        return None
    return _made(facts, 0.88, "named like an identifier")


def _patterned(facts: Facts) -> Column | None:
    if facts.many < 5:
        return None
    pattern = _identifiers.pattern_of(facts.sample)
    if pattern is not None and any(sign in "9xX*" for sign in pattern.replace("\\9", "")):
        return _made(facts, 0.85, "nearly all different, of one pattern")
    stems = pc.unique(pc.replace_substring_regex(facts.sample, "[0-9]{1,18}$", ""))
    if len(stems) == 1 and facts.share(r"[A-Za-z#_/\-][0-9]+$") == 1:
        return _made(facts, 0.8, f"all different numbers after {stems[0].as_py()[:20]!r}")
    return None


def _made(facts: Facts, sure: float, why: str) -> Column:
    digits = facts.share(r"^[0-9A-Za-z \-]*[0-9][0-9A-Za-z \-]*$") == 1
    check = _identifiers.check_of(facts.sample) if digits and facts.shared < 2 else None
    pattern = _identifiers.pattern_of(facts.distinct)
    unique = _identifiers.unique(facts)
    return facts.column(IdentifierColumn, sure, why, pattern=pattern, check=check, unique=unique)


def category_or_text(facts: Facts) -> Column:
    """What is left: values that rows share are categories, values that nearly all differ are text."""
    long = words_in(facts.sample) >= FREE or _mean_length(facts.sample) >= 60
    if long and facts.shared < 3:
        return facts.column(TextColumn, 0.95, "long texts, nearly all different")
    if facts.shared >= 2:
        sure = 0.97 if facts.shared >= 10 else 0.93 if facts.shared >= 4 else 0.85
        return category(facts, sure, f"{facts.different} different values")
    if facts.shared >= 1.05 and (_names.is_code(facts.name) or (facts.shared >= 1.25 and facts.different <= 30)):
        return category(facts, 0.65, f"{facts.different} different values, few of them shared")
    return facts.column(TextColumn, 0.6, "texts that nearly all differ, of no pattern")


def category(facts: Facts, sure: float, why: str, **fields: object) -> Column:
    """A category. In typed text an empty string is a value beside null."""
    if facts.blank:
        fields["missing"] = ()
    return facts.column(CategoryColumn, sure, why, **fields)


def words_in(values: pa.Array) -> float:
    few = pc.utf8_slice_codeunits(spread(values, 1000), 0, 2000)
    return float(pc.mean(pc.count_substring_regex(few, r"\S+")).as_py())


def _mean_length(values: pa.Array) -> float:
    return float(pc.mean(pc.utf8_length(spread(values, 1000))).as_py())
