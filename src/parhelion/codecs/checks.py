"""Check digits: places of an identifier that follow from the others."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from parhelion.codecs.shapes import Bytes

Check = Literal["luhn", "ean", "iban", "isbn", "verhoeff", "damm", "mod97"]

_ZERO = ord("0")


def check_places(check: Check | None, signs: list[int]) -> frozenset[int]:
    """Which places follow from the others. `signs` are the places that hold letters or digits, not separators.

    >>> sorted(check_places("luhn", [0, 1, 3])), sorted(check_places("iban", [0, 1, 2, 3, 4]))
    ([3], [2, 3])
    """
    least = 5 if check in ("iban", "mod97") else 2
    if check is None or len(signs) < least:
        return frozenset()
    if check == "iban":
        return frozenset(signs[2:4])
    return frozenset(signs[-2:] if check == "mod97" else signs[-1:])


def write_check(check: Check, columns: list[Bytes]) -> None:
    """Fill the check places of columns of letters and digits (separators left out)."""
    if check in ("luhn", "ean"):
        columns[-1][:] = _weighted(columns[:-1], check)
    elif check == "mod97":
        columns[-2][:], columns[-1][:] = _pair(_remainder([*columns[:-2], *_zeros(columns)]))
    elif check == "iban":
        columns[2][:], columns[3][:] = _pair(_remainder([*columns[4:], *columns[:2], *_zeros(columns)]))
    else:
        _one_by_one(check, columns)


def _zeros(columns: list[Bytes]) -> list[Bytes]:
    return [np.full(len(columns[0]), _ZERO, np.uint8)] * 2


def _digit(column: Bytes) -> Bytes:
    """What a digit or letter counts: letters are 10 to 35."""
    upper = np.where(column >= ord("a"), column - 32, column)
    return np.where(column <= ord("9"), column - _ZERO, upper - 55).astype(np.uint8)


def _weighted(body: list[Bytes], check: Check) -> Bytes:
    """The last digit of Luhn's and of the EAN's sums: every second digit from the right counts twice or thrice."""
    total = np.zeros(len(body[0]), np.int64)
    for turn, column in enumerate(reversed(body)):
        digit = _digit(column).astype(np.int64)
        if turn % 2 == 0:
            digit = digit * 3 if check == "ean" else digit * 2 - 9 * (digit > 4)
        total += digit
    return (_ZERO + (-total) % 10).astype(np.uint8)


def _remainder(columns: list[Bytes]) -> Bytes:
    """The two check digits of ISO 7064 MOD 97-10 over digits and letters that end in 00."""
    rest = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        digit = _digit(column).astype(np.int64)
        rest = (rest * np.where(digit > 9, 100, 10) + digit) % 97
    return (98 - rest).astype(np.uint8)


def _pair(number: Bytes) -> tuple[Bytes, Bytes]:
    return (_ZERO + number // 10).astype(np.uint8), (_ZERO + number % 10).astype(np.uint8)


def _one_by_one(check: Check, columns: list[Bytes]) -> None:
    calculate = _calculator(check, len(columns))
    body = np.column_stack(columns[:-1])
    digits = [calculate(bytes(row).decode("ascii")) for row in body]
    columns[-1][:] = np.frombuffer("".join(digits).encode("ascii"), np.uint8)


def _calculator(check: Check, length: int) -> Callable[[str], str]:
    from stdnum import damm, ean, verhoeff  # noqa: PLC0415  # slow, and rarely needed

    if check == "isbn":
        return ean.calc_check_digit if length == 13 else _isbn10
    return {"verhoeff": verhoeff, "damm": damm}[check].calc_check_digit  # type: ignore[no-any-return]  # stdnum is untyped


def _isbn10(body: str) -> str:
    """The last sign of an ISBN of ten signs: digits weighted 1 to 9, modulo 11, ten written X.

    >>> _isbn10("185798218")
    '5'
    """
    return "0123456789X"[sum(weight * int(digit) for weight, digit in enumerate(body, 1)) % 11]
