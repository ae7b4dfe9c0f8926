"""Tables and schemas: frozen values that are read from YAML, written to it, and kept in model files as JSON."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from parhelion.errors import SchemaError, nearest, problems
from parhelion.schema._complaints import complaints
from parhelion.schema._yaml import as_yaml, from_text
from parhelion.schema.columns import Column
from parhelion.schema.rules import Rule, wrong_with

SURE = 0.9


class Table(BaseModel):
    """One table: its columns in their order, and the column that predictions are about, where there is one.

    rules: what always holds (see `parhelion.schema.rules`), as rules or as their texts. The evaluation tells which rows
    keep them. A model keeps orders between columns (`start <= end`) by drawing rows that break one again, and columns
    that follow from others by looking them up; of the other rules it makes no use.

    >>> from parhelion.schema import NumberColumn
    >>> people = Table(name="people", columns=(NumberColumn(name="age", sure=0.7, why="few values"),))
    >>> people.column("age").kind
    'number'
    >>> [column.name for column in people.guesses()]
    ['age']
    >>> people.column("aeg")
    Traceback (most recent call last):
    parhelion.errors.SchemaError: people has no column 'aeg'; did you mean 'age'?
    >>> Table(name="people", columns=people.columns, rules=("0 <= age <= 120",)).rules[0].high
    120
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    columns: tuple[Column, ...]
    target: str | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of this name; SchemaError with the nearest name where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(f"{self.name} has no column {name!r}{nearest(name, self.names)}")

    def guesses(self, below: float = SURE) -> tuple[Column, ...]:
        """The columns whose kind is a guess that a person should look at."""
        return tuple(column for column in self.columns if column.sure < below)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        found = [f"{self.name} has more than one column {name!r}; rename one" for name in _repeated(self.names)]
        if not self.columns:
            found.append(f"{self.name} has no columns; a table needs at least one")
        if self.target is not None and self.target not in self.names:
            found.append(f"{self.name}.target is {self.target!r}, which is no column{nearest(self.target, self.names)}")
        columns = {column.name: column for column in self.columns}
        for place, rule in enumerate(self.rules):
            if wrong := wrong_with(rule, columns, self.name):
                found.append(f"{self.name}.rules[{place}] {str(rule)!r}: {wrong}")
        if found:
            raise ValueError(problems(found))
        return self


class Schema(BaseModel):
    """What the data is: its tables.

    >>> schema = Schema.from_yaml('''
    ... version: 1
    ... tables:
    ... - name: people
    ...   columns:
    ...   - {name: age, kind: number, decimals: 0}
    ...   - {name: city, kind: category}
    ... ''')
    >>> schema.table("people").names
    ('age', 'city')
    >>> Schema.from_dict(schema.model_dump(mode="json")) == schema
    True
    >>> Schema.from_dict({"version": 1, "tables": [{"name": "t", "columns": [{"name": "a", "kind": "numbre"}]}]})
    Traceback (most recent call last):
    parhelion.errors.SchemaError: t.a.kind is 'numbre', which is no kind; did you mean 'number'?
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[Literal[1], BeforeValidator(lambda got: 1 if got == "1" else got)] = 1
    tables: tuple[Table, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """A schema from plain values (what `model_dump(mode="json")` gives); SchemaError names all that is wrong."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise SchemaError(problems(complaints(error, data))) from None

    @classmethod
    def from_yaml(cls, source: str | Path) -> Self:
        """A schema from a YAML file or from YAML text (text has a line break, a path has none)."""
        return cls.from_dict(from_text(_text(source)))

    def to_yaml(self) -> str:
        """YAML to read and to edit: defaults left out, and how sure each kind is beside it as a comment."""
        return as_yaml(self)

    def table(self, name: str) -> Table:
        """The table of this name; SchemaError with the nearest name where there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise SchemaError(f"the schema has no table {name!r}{nearest(name, [table.name for table in self.tables])}")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        names = tuple(table.name for table in self.tables)
        found = [f"the schema has more than one table {name!r}; rename one" for name in _repeated(names)]
        if not names:
            found.append("the schema has no tables; it needs at least one")
        if found:
            raise ValueError(problems(found))
        return self


def _repeated(names: tuple[str, ...]) -> list[str]:
    seen: set[str] = set()
    return list(dict.fromkeys(name for name in names if name in seen or seen.add(name)))  # type: ignore[func-returns-value]  # set.add is used for its effect


def _text(source: str | Path) -> str:
    if isinstance(source, str) and "\n" in source:
        return source
    try:
        return Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise SchemaError(f"the schema file {str(source)!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SchemaError(f"the schema file {str(source)!r} is not UTF-8 text; expected YAML") from None
