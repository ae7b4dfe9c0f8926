"""What can go wrong, drawn as a tree.

    ParhelionError
    ├── DataError (ValueError)          the data cannot be used as it is
    │   ├── FileFormatError             a file is not what its name or its first bytes promise
    │   └── TooFewRowsError             so few rows that nobody in them could be protected
    ├── SchemaError (ValueError)        the schema does not fit the data, or is not one
    ├── ConfigError (ValueError)        an option has a value it cannot have
    ├── PlanError (ValueError)          the plan of a data set is not one, or cannot be carried out
    ├── EndpointError (OSError)         no language model answers as it should
    ├── ProjectError (OSError)          a project's file is in use, damaged, or of a later version
    ├── ModelFileError (ValueError)     a model file is damaged, altered, or of a later version
    ├── OutputError (OSError)           the result cannot be written where it was asked for
    └── MissingExtraError (ImportError) an optional dependency is not installed

A message says what was got and where (`table.column[row]`), what was expected, the nearest valid choices, and what to
do.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class ParhelionError(Exception):
    """The root: catch it to catch everything parhelion raises on purpose."""


class DataError(ParhelionError, ValueError):
    """The data cannot be used as it is."""


class FileFormatError(DataError):
    """A file is not what its name or its first bytes promise."""


class TooFewRowsError(DataError):
    """So few rows that nobody in them could be protected."""


class SchemaError(ParhelionError, ValueError):
    """The schema does not fit the data, or is not a schema."""


class ConfigError(ParhelionError, ValueError):
    """An option has a value that it cannot have."""


class PlanError(ParhelionError, ValueError):
    """The plan of a data set is not one, or cannot be carried out."""


class EndpointError(ParhelionError, OSError):
    """No language model answers as it should."""


class ProjectError(ParhelionError, OSError):
    """A project's file is in use, damaged, or of a later version."""


class ModelFileError(ParhelionError, ValueError):
    """A model file is damaged, altered, or of a later version."""


class OutputError(ParhelionError, OSError):
    """The result cannot be written where it was asked for."""


class MissingExtraError(ParhelionError, ImportError):
    """An optional dependency is not installed."""


def missing_extra(extra: str, what: str) -> MissingExtraError:
    """What to raise where an optional dependency is not there. what: who needs it.

    >>> missing_extra("network", "parhelion network")
    MissingExtraError("parhelion network needs more than the base install; run: pip install 'parhelion[network]'")
    """
    return MissingExtraError(f"{what} needs more than the base install; run: pip install 'parhelion[{extra}]'")


def nearest(got: str, valid: Iterable[str]) -> str:
    """The end of a message about a wrong name: what was probably meant, or what there is.

    >>> nearest("incme", ["age", "income"])
    "; did you mean 'income'?"
    >>> nearest("zzz", ["age", "income"])
    "; there are: 'age', 'income'"
    """
    choices = list(valid)
    close = get_close_matches(got, choices, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    shown = ", ".join(repr(c) for c in choices[:10])
    return f"; there are: {shown}" + (f" and {len(choices) - 10} more" if len(choices) > 10 else "")


def problems(found: Iterable[str]) -> str:
    """All problems of one input as one message, a line each when there are several.

    >>> problems(["only this"])
    'only this'
    >>> print(problems(["first", "second"]))
    2 problems:
      - first
      - second
    """
    lines = list(found)
    return lines[0] if len(lines) == 1 else f"{len(lines)} problems:" + "".join(f"\n  - {line}" for line in lines)
