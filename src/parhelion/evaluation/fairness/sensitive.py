"""Sensitive columns: given, or proposed by what they are called."""

import re
import unicodedata
from collections.abc import Iterator

from parhelion.evaluation.case import ORDERED, UNORDERED, Case
from parhelion.schema import Column

PROPOSED = 6  # at most so many, the first of the table

# Words that tell by themselves, wherever in a name they stand.
_TELLING = frozenset((
    "sex", "gender", "race", "ethnicity", "ethnic", "religion", "disability", "disabled", "marital", "maritalstatus",
    "nationality", "citizenship", "citizen", "pregnant", "pregnancy", "birthdate", "birthday", "birthyear",
    "dateofbirth", "yearofbirth", "dob", "immigrant", "veteran", "skincolor", "skincolour", "caste",
    "geschlecht", "ethnie", "konfession", "behinderung", "behindert", "familienstand", "zivilstand",
    "nationalitaet", "nationalitat", "staatsangehoerigkeit", "staatsangehorigkeit", "staatsburgerschaft",
    "schwanger", "schwangerschaft", "geburtsdatum", "geburtsjahr", "geburtstag",
    "sexe", "handicap", "nationalite", "citoyennete", "enceinte", "grossesse", "naissance", "etatcivil",
    "situationfamiliale", "orientationsexuelle", "sexo", "genero", "raza", "etnia", "discapacidad",
    "nacionalidad", "ciudadania", "embarazada", "embarazo", "nacimiento", "estadocivil", "orientacionsexual",
))  # fmt: skip

# Words that tell only where a name has nothing else to say: `age`, `patient_age`, not `housing_median_age`.
_ALONE = frozenset((
    "age", "ages", "language", "orientation", "sexualorientation", "nativecountry", "nativelanguage",
    "countryofbirth", "birthcountry", "birthplace", "mothertongue", "alter", "rasse", "sprache", "muttersprache",
    "herkunft", "herkunftsland", "geburtsland", "sexuelleorientierung", "langue", "paysdenaissance", "edad",
    "idioma", "lengua", "paisdenacimiento", "faith",
))  # fmt: skip
_NEUTRAL = frozenset((
    "patient", "customer", "client", "person", "applicant", "employee", "user", "member", "subject", "respondent",
    "student", "victim", "driver", "insured", "policyholder", "borrower", "the", "in", "at", "years", "year", "yrs",
    "group", "grp", "band", "bracket", "category", "cat", "code", "class", "range", "admission", "entry", "enrolment",
    "enrollment", "diagnosis", "current", "jahre", "gruppe", "ans", "anos", "grupo", "groupe", "primary", "main",
))  # fmt: skip


def sensitive(case: Case) -> tuple[tuple[Column, ...], bool]:
    """The columns, and whether they were given."""
    if case.config.sensitive:
        return tuple(case.table.column(name) for name in case.config.sensitive), True
    return tuple(_proposed(case))[:PROPOSED], False


def _proposed(case: Case) -> Iterator[Column]:
    return (column for column in case.table.columns if column.kind in ORDERED + UNORDERED and is_telling(column.name))


def is_telling(name: str) -> bool:
    """Whether a name says that its column is sensitive.

    >>> [is_telling(name) for name in ("Sex", "maritalStatus", "native-country", "patient_age", "Âge", "état civil")]
    [True, True, True, True, True, True]
    >>> [is_telling(name) for name in ("housing_median_age", "essex", "sessions", "stage")]
    [False, False, False, False]
    """
    words = _words(name)
    pairs = {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
    return bool(pairs & _TELLING) or "".join(word for word in words if word not in _NEUTRAL) in _ALONE


def is_age(name: str) -> bool:
    """Whether a column of this name holds ages in years."""
    return not {"age", "alter", "edad"}.isdisjoint(_words(name))


def _words(name: str) -> list[str]:
    """Its words in small letters, without accents.

    >>> _words("maritalStatus"), _words("Staatsangehörigkeit"), _words("AGE_at-entry")
    (['marital', 'status'], ['staatsangehorigkeit'], ['age', 'at', 'entry'])
    """
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return [word for word in re.split(r"[\W_\d]+", split.lower()) if word]
