"""Identifiers: made anew, unique over the parts of a result, of the same look."""

import re
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from stdnum import damm, ean, iban, isbn, luhn, verhoeff
from stdnum.iso7064 import mod_97_10

from parhelion.codecs import Draw, Protection, observe
from parhelion.codecs.keyed import permuted
from parhelion.errors import DataError
from parhelion.schema.columns import IdentifierColumn

RNG = np.random.default_rng(11)


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch):
    """A test draws the same whichever others were run before it, in whatever order they are dealt out."""
    monkeypatch.setattr(f"{__name__}.RNG", np.random.default_rng(12))


def codec_of(values, **spec):
    return observe(values, IdentifierColumn(name="id", **spec)).codec(Protection())


def made(codec, rows, parts=3, seed=4, code=None):
    """A result of so many rows, made in parts."""
    cuts = np.linspace(0, rows, parts + 1).astype(int)
    codes = np.full(rows, codec.size - 1 if code is None else code, np.int32)
    pieces = [codec.decode(codes[a:b], Draw(np.random.default_rng(a), seed, int(a), rows)) for a, b in pairwise(cuts)]
    return pa.concat_arrays(pieces)


def test_running_numbers_run_on():
    assert made(codec_of(pa.array(range(1, 101))), 250).to_pylist() == list(range(1, 251))
    assert made(codec_of(pa.array(range(1000, 2000, 10))), 3).to_pylist() == [1000, 1010, 1020]


def test_running_numbers_end_where_their_type_does():
    codec = codec_of(pa.array(range(1, 101), pa.int8()))
    assert made(codec, 127).to_pylist()[-1] == 127
    with pytest.raises(DataError, match="int8 does not hold 128 numbers from 1; ask for fewer rows"):
        made(codec, 128)


@pytest.mark.parametrize("kind", ["int32", "int64", "uint64"])
@pytest.mark.parametrize("rows", [100, 5_000, 200_000])
def test_scattered_numbers_are_unique_whatever_the_size(kind, rows):
    real = RNG.choice(10**6, 5_000, replace=False)
    codec = codec_of(pa.array(real, pa.type_for_alias(kind)))
    assert codec.size > 10
    codes = RNG.integers(0, codec.size, rows).astype(np.int32)
    ids = codec.decode(codes, Draw(RNG, 4, 0, rows))
    assert len(ids.unique()) == rows
    if rows <= len(real):
        assert (codec.encode(ids) == codes).all()
        assert len(set(ids.to_pylist()) & set(real.tolist())) < 3 * rows * len(real) / 10**6 + 10


def test_numbers_of_all_64_bits():
    codec = codec_of(pa.array(RNG.integers(-(2**63), 2**63 - 1, 5_000)))
    codes = RNG.integers(0, codec.size, 10_000).astype(np.int32)
    ids = codec.decode(codes, Draw(RNG, 4, 0, 10_000))
    assert len(ids.unique()) == 10_000
    assert (codec.encode(ids) == codes).all()


def test_a_narrow_type_is_used_up_before_it_is_refused():
    codec = codec_of(pa.array(RNG.choice(200, 70, replace=False), pa.uint8()))
    assert len(made(codec, 200).unique()) == 200
    with pytest.raises(DataError, match="uint8 holds only"):
        made(codec, 256)


@pytest.mark.parametrize("values", [RNG.integers(0, 10**6, 300), np.arange(300), [f"c{i:06d}" for i in range(300)]])
def test_identifiers_that_repeat_repeat_alike(values):
    real = pa.array(values).take(pa.array(RNG.integers(0, 300, 3_000)))
    codec = codec_of(real, unique=False)
    ids = codec.decode(np.tile(codec.encode(real), 10), Draw(np.random.default_rng(0), 4, 0, 30_000))
    assert len(ids.unique()) == pytest.approx(3_000, rel=0.05)


def test_the_look_is_kept():
    real = pa.array([f"INV-{i:05d}/é" for i in RNG.choice(10**5, 2_000, replace=False)])
    ids = made(codec_of(real, pattern="INV-99999/é"), 2_000)
    assert all(re.fullmatch(r"INV-\d{5}/é", x) for x in ids.to_pylist())
    assert len(ids.unique()) == 2_000


def test_escaped_signs_are_literal():
    ids = made(codec_of(pa.array(["x"]), pattern=r"\A\9-AaxX*9"), 50)
    assert all(re.fullmatch(r"A9-[A-Z][a-z][0-9a-f][0-9A-F][0-9A-Za-z]\d", x) for x in ids.to_pylist())


def test_a_look_that_is_too_narrow_gets_more_digits():
    ids = made(codec_of(pa.array(["A-1", "A-2"]), pattern="A-9"), 1_000)
    assert len(ids.unique()) == 1_000
    assert all(re.fullmatch(r"[A-Z]-\d\d", x) for x in ids.to_pylist())


def test_widths_vary_as_they_did():
    ids = made(codec_of(pa.array([f"№{i}" for i in range(20_000)])), 40_000).to_pylist()
    assert len(set(ids)) == 40_000
    assert {4, 5, 6} <= {len(x) for x in ids} <= {2, 3, 4, 5, 6, 7}


def test_uuids_keep_version_and_variant():
    real = []
    for _ in range(2_000):
        digits = "".join(RNG.choice(list("0123456789abcdef"), 32))
        real.append(
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{RNG.choice(list('89ab'))}{digits[17:20]}-{digits[20:]}"
        )
    for codec in (codec_of(pa.array(real), pattern="xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx"), codec_of(pa.array(real))):
        ids = made(codec, 5_000).to_pylist()
        assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", x) for x in ids)
        assert len(set(ids)) == 5_000
        assert not set(ids) & set(real)


def test_only_the_characters_seen_are_used():
    signs = list("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    real = pa.array(["".join(RNG.choice(signs, 10)) for _ in range(3_000)])
    ids = made(codec_of(real, pattern="**********"), 500).to_pylist()
    assert not set("".join(ids)) - set(signs)


@pytest.mark.parametrize(
    ("check", "pattern", "valid"),
    [
        ("luhn", r"\4\1\1\1-9999-9999-9999", luhn.is_valid),
        ("ean", "9999999999999", ean.is_valid),
        ("ean", "99999999", ean.is_valid),
        ("isbn", r"\9\7\8-9-99-999999-9", isbn.is_valid),
        ("isbn", "9-999-99999-*", isbn.is_valid),
        ("iban", "DE99 9999 9999 9999 9999 99", iban.is_valid),
        ("verhoeff", "99999", verhoeff.is_valid),
        ("damm", "99999", damm.is_valid),
        ("mod97", "A99999999", mod_97_10.is_valid),
    ],
)
def test_check_digits_are_right(check, pattern, valid):
    ids = made(codec_of(pa.array(["x"]), pattern=pattern, check=check), 300).to_pylist()
    assert len(set(ids)) == 300
    assert all(valid(x.replace("-", "")) for x in ids)


def test_integers_may_have_check_digits():
    real = [int(str(x) + luhn.calc_check_digit(str(x))) for x in RNG.integers(10**8, 10**9, 1_000)]
    ids = made(codec_of(pa.array(real), pattern="9999999999", check="luhn"), 1_000)
    assert ids.type == pa.int64()
    assert len(ids.unique()) == 1_000
    assert all(luhn.is_valid(str(x)) and len(str(x)) == 10 for x in ids.to_pylist())


def test_two_columns_of_one_look_differ():
    values = pa.array([f"{i:08d}" for i in range(100)])
    one, other = (
        observe(values, IdentifierColumn(name=name, pattern="99999999")).codec(Protection()) for name in ("a", "b")
    )
    assert not made(one, 50).equals(made(other, 50))


def test_real_identifiers_are_not_in_the_state():
    real = [f"K{i:07d}" for i in RNG.choice(10**7, 500, replace=False)]
    state = str(codec_of(pa.array(real), pattern="K9999999").state())
    assert not any(x[1:] in state for x in real)


def test_real_numbers_are_not_in_the_state():
    real = RNG.choice(10**8, 5_000, replace=False)
    codec = codec_of(pa.array(real))
    assert codec.size > 10
    assert not {*codec.low, codec.end} & set(real.tolist())


def test_a_stretch_holds_enough_rows():
    real = pa.array(RNG.choice(10**8, 650, replace=False))
    counts = np.bincount(codec_of(real).encode(real))
    assert len(counts) > 10
    assert counts.min() >= 10


def test_parts_of_numbers_and_of_texts_do_not_merge():
    spec = IdentifierColumn(name="id")
    with pytest.raises(DataError, match="one part of the column holds int64 and another string"):
        observe(pa.array([1]), spec).merge(observe(pa.array(["a"]), spec))


def test_numbers_written_as_texts_run_on_too():
    ids = made(codec_of(pa.array([str(i) for i in range(1, 101)])), 250)
    assert ids.type == pa.string()
    assert ids.to_pylist() == [str(i) for i in range(1, 251)]


def test_scattered_numbers_written_as_texts_are_ordered_and_unique():
    real = pa.array([str(i) for i in RNG.choice(10**8, 5_000, replace=False)], pa.large_string())
    codec = codec_of(real)
    codes = codec.encode(real)
    ids = codec.decode(codes, Draw(RNG, 1, 0, 5_000))
    assert codec.ordered
    assert ids.type == real.type
    assert len(ids.unique()) == 5_000
    assert (codec.encode(ids) == codes).all()


def test_one_part_with_letters_makes_all_of_them_texts():
    spec = IdentifierColumn(name="id")
    numbers, words = (observe(pa.array(texts * 10), spec) for texts in (["1", "2"], ["1", "b"]))
    ids = made(words.merge(numbers).codec(Protection()), 100)
    assert ids.type == pa.string()
    assert len(ids.unique()) == 100
    assert numbers.merge(words).codec(Protection()) == words.merge(numbers).codec(Protection())


@pytest.mark.parametrize("space", [1, 2, 3, 7, 64, 1000, 5000])
def test_a_permutation_permutes(space):
    index = np.arange(space, dtype=np.uint64)
    assert sorted(permuted(index, np.full(space, space, np.uint64), 3).tolist()) == list(range(space))


def test_dates_are_no_identifiers():
    with pytest.raises(DataError, match="'id' is said to be an identifier, and holds timestamp"):
        codec_of(pa.array([1], pa.timestamp("s")))
