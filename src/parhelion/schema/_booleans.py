"""Yes and no, in their usual spellings."""

import pyarrow.compute as pc

from parhelion.schema._facts import Facts
from parhelion.schema.columns import BooleanColumn, Column

PAIRS = (
    ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("ja", "nein"), ("j", "n"), ("oui", "non"), ("o", "n"),
    ("si", "no"), ("sí", "no"), ("s", "n"), ("sim", "não"), ("sim", "nao"), ("vero", "falso"), ("verdadero", "falso"),
    ("verdadeiro", "falso"), ("wahr", "falsch"), ("vrai", "faux"), ("waar", "onwaar"), ("ja", "nee"), ("on", "off"),
    ("1", "0"), ("ja", "nej"), ("tak", "nie"), ("ano", "ne"), ("evet", "hayır"), ("да", "нет"), ("はい", "いいえ"),
)  # fmt: skip


def in_text(facts: Facts) -> Column | None:
    """A yes and a no, and nothing else."""
    if len(facts.meant) != 2:
        return None
    pair = pair_of(facts.meant.to_pylist())
    if pair is None:
        return None
    return facts.meaning().column(BooleanColumn, 0.98, f"{pair[0]} and {pair[1]}", true=pair[0], false=pair[1])


def pair_of(values: list[str]) -> tuple[str, str] | None:
    """Two spellings as (yes, no), where they are such a pair.

    >>> pair_of(["No", "Yes"]), pair_of(["No", "Steady"])
    (('Yes', 'No'), None)
    """
    plain = {value.casefold(): value for value in values}
    for yes, no in PAIRS:
        if plain.keys() == {yes, no}:
            return plain[yes], plain[no]
    return None


def two_of(facts: Facts) -> tuple[str, str] | None:
    """Any two values as (true, false): the usual pairs, else the later one is true."""
    values = sorted(str(value) for value in pc.drop_null(facts.distinct).to_pylist())
    if len(values) != 2:
        return None
    return pair_of(values) or (values[1], values[0])
