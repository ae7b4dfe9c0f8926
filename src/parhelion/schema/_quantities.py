"""What a column of numbers is: a quantity, a code, a flag, a place, a moment, or the name of something."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema import _identifiers, _moments, _names, _numbers
from parhelion.schema._facts import Facts
from parhelion.schema.columns import (
    BooleanColumn,
    CategoryColumn,
    Column,
    DateColumn,
    DatetimeColumn,
    IdentifierColumn,
    NumberColumn,
    PersonalColumn,
    PlaceColumn,
)

FEW = 12


def kind_of(facts: Facts) -> Column:
    """The kind of a column of numbers (not all the same)."""
    kind = facts.values.type
    if pa.types.is_integer(kind):
        return _whole(facts)
    if pa.types.is_decimal(kind):
        return _exact(facts)
    known = facts.values.filter(pc.is_finite(facts.values))
    whole = _as_integers(known)
    if whole is None or not len(known) or len(known) < facts.many - pc.sum(pc.is_nan(facts.values)).as_py():
        return _fractions(facts, known)
    return _whole(facts.having(values=whole, fields={"decimals": 0, **facts.fields}))


def _as_integers(floats: pa.Array) -> pa.Array | None:
    """Floats that are all whole: integers beside missing values become such, in pandas."""
    try:
        return pc.cast(floats, pa.int64())
    except pa.ArrowInvalid:
        return None


def _exact(facts: Facts) -> Column:
    """Decimals of a fixed scale; integers too large for 64 bits are such, too."""
    scale = max(facts.values.type.scale, 0)
    if scale == 0 and _names.is_identifier(facts.name):
        return _identifier(facts, "integers beyond 64 bits, named like an identifier")
    why = f"exact numbers with {scale} decimals" if scale else "integers beyond 64 bits"
    fields = facts.fields or {"decimals": scale, "fixed": scale > 0}
    return facts.having(fields=fields).column(NumberColumn, 0.95, why)


def _fractions(facts: Facts, known: pa.Array) -> Column:
    decimals = facts.fields["decimals"] if "decimals" in facts.fields else _numbers.grid(known.to_numpy())
    facts = facts.having(fields={**facts.fields, "decimals": decimals})
    place = _place(facts, known)
    if place is not None:
        return place
    how = "fractions of any length" if decimals is None else f"numbers with at most {decimals} decimals"
    return facts.column(NumberColumn, 0.98, how)


def _place(facts: Facts, known: pa.Array) -> Column | None:
    part = _names.coordinate(facts.name)
    if part is None or not len(known):
        return None
    furthest = pc.max(pc.abs(known)).as_py()
    if furthest > (90 if part == "latitude" else 180):
        return None
    return facts.column(PlaceColumn, 0.95, f"named like a {part}, and within its range", part=part)


def _whole(facts: Facts) -> Column:
    for recogniser in (_flag, _epoch, _day, _checked, _named, _counter, _code, _personal_number):
        found = recogniser(facts) if not _decorated(facts) else None
        if found is not None:
            return found
    return _number(facts)


def _decorated(facts: Facts) -> bool:
    """Units, currencies and separated thousands are written beside quantities alone."""
    return any(facts.fields.get(name) for name in ("prefix", "suffix", "thousands"))


def _number(facts: Facts) -> Column:
    if not facts.crowded and facts.different <= FEW and not _names.is_measure(facts.name):
        why = f"{facts.different} different whole numbers, which could be codes"
        return facts.column(NumberColumn, 0.8, why, decimals=0)
    return facts.column(NumberColumn, 0.97, "whole numbers", decimals=0)


def _flag(facts: Facts) -> Column | None:
    ends = pc.min_max(facts.values)
    if (ends["min"].as_py(), ends["max"].as_py()) != (0, 1):
        return None
    end = ".0" if facts.fields.get("point") else ""
    return facts.column(BooleanColumn, 0.95, "0 and 1", true=f"1{end}", false=f"0{end}")


_EPOCHS = {"%s": 1, "%s%3f": 1_000, "%s%6f": 1_000_000, "%s%9f": 1_000_000_000}


def _epoch(facts: Facts) -> Column | None:
    """Seconds (or thousandths, ...) since 1970, between 1985 and 2100, where the name speaks of time."""
    if not _names.is_date(facts.name):
        return None
    ends = pc.min_max(facts.values)
    for pattern, scale in _EPOCHS.items():
        if 4.7e8 * scale <= ends["min"].as_py() and ends["max"].as_py() <= 4.1e9 * scale:
            return facts.column(DatetimeColumn, 0.9, "counts from 1970 on, named like a time", format=pattern)
    return None


_DAYS: tuple[tuple[type[DateColumn] | type[DatetimeColumn], int, str], ...] = (
    (DateColumn, 1, "%Y%m%d"),
    (DatetimeColumn, 1_000_000, "%Y%m%d%H%M%S"),
)


def _day(facts: Facts) -> Column | None:
    """Days as 20240131, moments as 20240131235959."""
    ends = pc.min_max(facts.values)
    for kind, scale, pattern in _DAYS:
        if ends["min"].as_py() < 18_000_101 * scale or ends["max"].as_py() >= 22_001_231 * scale:
            continue
        if not _names.is_date(facts.name) and facts.different < 10:
            continue
        if _moments.read(pc.cast(facts.values, pa.string()), pattern)[1].all():
            return facts.column(
                kind, 0.95, f"integers that are a {kind.__name__[:-6].lower()}: {pattern}", format=pattern
            )
    return None


def _checked(facts: Facts) -> Column | None:
    """Long numbers of one width that end with a check digit."""
    ends = pc.min_max(facts.values)
    width = len(str(ends["max"].as_py()))
    if width < 8 or len(str(ends["min"].as_py())) != width or ends["min"].as_py() < 0:
        return None
    check = _identifiers.check_of(pc.cast(facts.sample, pa.string()))
    if check is None:
        return None
    if check == "luhn" and facts.storage == "text" and width in (15, 16) and str(ends["max"].as_py())[0] in "3456":
        return facts.column(PersonalColumn, 0.85, "numbers of payment cards, by their check digit", what="credit_card")
    unique = _identifiers.unique(facts)
    return facts.column(
        IdentifierColumn, 0.97, f"check digits ({check})", check=check, pattern="9" * width, unique=unique
    )


def _named(facts: Facts) -> Column | None:
    """Numbers that the column's name calls identifiers."""
    if not _names.is_identifier(facts.name):
        return None
    if not facts.crowded and _coded(facts):
        return facts.column(CategoryColumn, 0.85, f"{facts.different} different codes, named like an identifier")
    return _identifier(facts, "whole numbers, named like an identifier")


def _coded(facts: Facts) -> bool:
    """Few different identifiers are codes: of shops, of places, ..., and of a handful of people."""
    if _names.is_person(facts.name):
        return facts.shared >= 10 and facts.different <= 30
    return facts.shared >= 10 and facts.different <= min(facts.shared * 10, 1000)


def _identifier(facts: Facts, why: str) -> Column:
    unique = _identifiers.unique(facts)
    how = f"{why}, no two the same" if unique else why
    return facts.column(IdentifierColumn, 0.97 if unique else 0.9, how, unique=unique)


def _counter(facts: Facts) -> Column | None:
    """1 .. n, each once, and at least 20 of them: rows are numbered, whatever the name, unless it names a measure."""
    if (
        facts.many < 20
        or _names.is_measure(facts.name)
        or _names.is_code(facts.name)
        or not _identifiers.running(facts)
    ):
        return None
    steps = np.diff(facts.values.to_numpy(zero_copy_only=False))
    in_order = bool((steps == 1).all())
    return facts.column(IdentifierColumn, 0.9 if in_order else 0.75, "whole numbers that count the rows")


def _code(facts: Facts) -> Column | None:
    if facts.crowded and not _names.is_code(facts.name):
        return None
    if _names.is_measure(facts.name) or facts.shared < 2:
        return None
    if _names.is_code(facts.name):
        return facts.column(CategoryColumn, 0.92, f"{facts.different} different whole numbers, named like codes")
    if facts.many >= 100 and _uneven(facts):
        return facts.column(CategoryColumn, 0.7, f"{facts.different} whole numbers at uneven distances: rather codes")
    return None


def _uneven(facts: Facts) -> bool:
    """A handful of small numbers without zero, with gaps of different widths, none of them rare: 3, 6, 7."""
    if not 3 <= facts.different <= 5:
        return False
    values = np.sort(facts.distinct.to_numpy(zero_copy_only=False))
    gaps = np.diff(values)
    small, common = values[0] > 0 and values[-1] < 100, facts.counts.min() >= 0.01 * facts.many
    return bool(small and common and len(set(gaps.tolist())) > 1 and gaps.max() <= values[-1] // 2)


def _personal_number(facts: Facts) -> Column | None:
    """Numbers stored as integers that tell who somebody is (a telephone number) are made anew as numbers."""
    said = _names.says(facts.name)
    if said not in ("phone", "credit_card", "national_id", "postcode"):
        return None
    return _identifier(facts, f"whole numbers whose name says {said.replace('_', ' ')}")
