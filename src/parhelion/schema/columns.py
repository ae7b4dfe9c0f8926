"""What one column is: a kind, how its values are stored and spelled, and how sure that is."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "number", "category", "boolean", "datetime", "date", "duration",
    "identifier", "text", "place", "personal", "constant",
]  # fmt: skip

Personal = Literal[
    "name", "first_name", "last_name", "email", "phone", "address", "street", "city", "postcode",
    "company", "username", "iban", "credit_card", "national_id", "ip_address", "url",
]  # fmt: skip


class _Column(BaseModel):
    """What columns of every kind have.

    storage: how the values lie in the source: `"text"` for untyped text (a cell of a CSV file), otherwise the Arrow
        type's name (`"int64"`, `"string"`, `"timestamp[us, tz=UTC]"`,
        `"dictionary<values=string, indices=int8, ordered=0>"`).
    missing: the spellings of a missing value in text, the usual one first; the first is what is written.
    sure: how sure discovery was of the kind, 0 to 1; 1 where a person said so.
    why: what made discovery choose the kind, in a few words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    storage: str = "text"
    missing: tuple[str, ...] = ("",)
    sure: float = Field(default=1.0, ge=0, le=1)
    why: str = ""


class _Spelled(_Column):
    """Numbers, and how they are spelled in text: `-prefix 1<thousands>234<decimal_mark>50 suffix`.

    decimals: the values lie on the grid of 10^-decimals; None where they lie on no such grid. 0 means integers.
    fixed: trailing zeros are kept in text (`12.50`).
    point: whole numbers keep one decimal in text (`4.0`), as Python writes them.
    minus: where the sign of a negative number stands in text: before the prefix, between prefix and digits, or as
        brackets around everything (`(12.50)`).
    """

    decimals: int | None = Field(default=None, ge=0, le=18)
    fixed: bool = False
    point: bool = False
    minus: Literal["before", "inside", "brackets"] = "before"
    decimal_mark: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'", "\u00a0", "\u202f"] = ""
    prefix: str = ""
    suffix: str = ""


class NumberColumn(_Spelled):
    """A quantity: its order and its distances mean something."""

    kind: Literal["number"] = "number"


class CategoryColumn(_Column):
    """One of a set of values. Values may be text, or integers that are mere codes (a postcode, a product number).

    values: the categories in their order, where the source declares an order of its own (an ordered categorical).
    """

    kind: Literal["category"] = "category"
    values: tuple[str, ...] = ()


class BooleanColumn(_Column):
    """Yes or no, with its spellings where stored as text or as integers (`"1"`, `"0"`)."""

    kind: Literal["boolean"] = "boolean"
    true: str = "true"
    false: str = "false"


class DatetimeColumn(_Column):
    """A moment. `format` is the strftime pattern of its text (None: ISO 8601); zones keep to the storage.

    Beside strftime's own: `%3f`, `%6f`, `%9f` are fractions of so many digits, `%-d` has no leading zero, `%^b` is in
    capitals, `%s` counts the seconds since 1970 (also in integers: `%s%3f` counts milliseconds). A `Z` or an offset
    (`+02:00`) that ends the format is the zone of every row; `%z` is read as any offset, and UTC is written.
    """

    kind: Literal["datetime"] = "datetime"
    format: str | None = None


class DateColumn(_Column):
    """A calendar day. `format` is the strftime pattern of its text (None: ISO 8601)."""

    kind: Literal["date"] = "date"
    format: str | None = None


class DurationColumn(_Column):
    """A length of time. `format` of its text: `clock` (`[-]H:MM:SS[.ffffff]`, also a time of day) or `iso` (`PT1H30M`).

    hours: the digits that the hours of a clock have at least (2: `01:02:03`).
    seconds: whether a clock shows seconds (`1:02` is an hour and two minutes where not).
    decimals: of the seconds; None: as many as there are.
    """

    kind: Literal["duration"] = "duration"
    format: Literal["clock", "iso"] = "clock"
    hours: int = Field(default=1, ge=1, le=6)
    seconds: bool = True
    decimals: int | None = Field(default=None, ge=0, le=6)


class IdentifierColumn(_Column):
    """Names a row and says nothing else: values are made anew.

    pattern: what a value looks like, a class of characters a place: `9` digit, `A` upper-case letter, `a` lower-case
        letter, `x` hexadecimal digit, `X` upper-case hexadecimal digit, `*` letter or digit; a backslash makes the next
        character literal, everything else is itself.
        `INV-99999` makes `INV-40817`. None: integers (see decimals of the data), or widths that vary.
    check: the algorithm of the check digit that the value ends with, where it has one.
    unique: no value comes twice.
    """

    kind: Literal["identifier"] = "identifier"
    pattern: str | None = None
    check: Literal["luhn", "ean", "iban", "isbn", "verhoeff", "damm", "mod97"] | None = None
    unique: bool = True


class TextColumn(_Column):
    """Free text. Its words are not learned: a marked placeholder stands in its place."""

    kind: Literal["text"] = "text"


class PlaceColumn(_Spelled):
    """One coordinate of a place on Earth, in degrees (WGS 84)."""

    kind: Literal["place"] = "place"
    part: Literal["latitude", "longitude"]


class PersonalColumn(_Column):
    """Tells who somebody is: values are made anew, so that those of one row agree.

    locale: a mimesis locale (`de`).
    """

    kind: Literal["personal"] = "personal"
    what: Personal
    locale: str = "en"


class ConstantColumn(_Column):
    """The same value in every row (or missing in every row)."""

    kind: Literal["constant"] = "constant"


Column = Annotated[
    NumberColumn | CategoryColumn | BooleanColumn | DatetimeColumn | DateColumn | DurationColumn
    | IdentifierColumn | TextColumn | PlaceColumn | PersonalColumn | ConstantColumn,
    Field(discriminator="kind"),
]  # fmt: skip
