"""What holds of every codec."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from codec_cases import CASES, CATEGORIES, QUANTITIES

from parhelion.codecs import Codec, Draw, Protection, codec_from_state, observe
from parhelion.schema.columns import Column

Case = tuple[pa.Array, Column]

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def draw(rows: int, first: int = 0, total: int | None = None) -> Draw:
    return Draw(rng=np.random.default_rng(5), seed=9, first=first, rows=rows if total is None else total)


def fitted(values: pa.Array, spec: Column, rows: int = 10) -> Codec:
    return observe(values, spec).codec(Protection(rows=rows))


def drawable(codec: Codec) -> np.ndarray:
    return np.array([code for code in range(codec.size) if code != codec.hidden], np.int32)


@every_case
def test_codes_are_int32_and_in_range(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    codes = codec.encode(values)
    assert codes.dtype == np.int32
    assert codes.shape == (len(values),)
    assert codes.min() >= 0
    assert codes.max() < codec.size


@every_case
def test_decoding_gives_the_type_and_length_that_was_observed(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    decoded = codec.decode(codec.encode(values), draw(len(values)))
    assert decoded.type == values.type
    assert len(decoded) == len(values)
    decoded.validate(full=True)


@every_case
def test_what_is_missing_stays_missing(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    decoded = codec.decode(codec.encode(values), draw(len(values)))
    if not (codec.note and "missing" in codec.note):
        assert decoded.is_null().equals(values.is_null())


@every_case
def test_a_decoded_value_has_the_code_it_was_decoded_from(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    codes = np.repeat(drawable(codec), 20)
    if spec.kind == "identifier":  # new identifiers of a stretch may lie beyond it
        return
    again = codec.encode(codec.decode(codes, draw(len(codes))))
    if not codec.note:
        assert (again == codes).all()


@every_case
def test_no_code_shows_a_value_of_too_few_rows(case: Case) -> None:
    """Codes of fewer than 10 rows are bins that reach beyond the values of these rows, or have close neighbours."""
    values, spec = case
    codec = fitted(values, spec)
    counts = np.bincount(codec.encode(values), minlength=codec.size)
    shown = codec.decode(np.arange(codec.size, dtype=np.int32), draw(codec.size)).is_valid()
    thin = [code for code in drawable(codec).tolist() if shown[code].as_py() and counts[code] < 10]
    assert not thin or codec.ordered
    assert all(_is_wide_or_crowded(codec, code - codec.specials) for code in thin)


def _is_wide_or_crowded(codec: Any, i: int) -> bool:
    beside = [codec.low[i] - codec.high[i - 1]] * (i > 0)
    beside += [codec.low[i + 1] - codec.high[i]] * (i + 1 < len(codec.low))
    return bool(codec.low[i] < codec.high[i] or all(gap <= 2 * codec.step for gap in beside))


@every_case
def test_decoding_a_hidden_code_shows_nothing_rare(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    if codec.hidden is not None:
        decoded = codec.decode(np.full(200, codec.hidden, np.int32), draw(200))
        assert codec.hidden not in codec.encode(decoded)


@every_case
@pytest.mark.parametrize("parts", [2, 5])
def test_parts_merge_into_the_whole(case: Case, parts: int) -> None:
    values, spec = case
    cuts = np.linspace(0, len(values), parts + 1).astype(int)
    summaries = [observe(values[a:b], spec) for a, b in pairwise(cuts)]
    left = summaries[0]
    for part in summaries[1:]:
        left = left.merge(part)
    right = summaries[-1]
    for part in reversed(summaries[:-1]):
        right = part.merge(right)
    whole = observe(values, spec).codec(Protection())
    assert left.codec(Protection()) == whole
    assert right.codec(Protection()) == whole


@every_case
def test_merging_with_an_empty_part_changes_nothing(case: Case) -> None:
    values, spec = case
    empty = observe(values[:0], spec)
    whole = observe(values, spec)
    assert whole.merge(empty).codec(Protection()) == whole.codec(Protection())
    assert empty.merge(whole).codec(Protection()) == whole.codec(Protection())


@every_case
def test_a_part_without_any_value_has_no_type_of_its_own(case: Case) -> None:
    values, spec = case
    nothing, something = observe(pa.nulls(20), spec), observe(values, spec)
    for merged in (nothing.merge(something), something.merge(nothing)):
        codec = merged.codec(Protection())
        codes = codec.encode(values)
        assert codec.decode(codes, draw(len(codes))).type == values.type
        assert codec.encode(pa.nulls(3, values.type)).tolist() == [0, 0, 0]


@every_case
def test_a_state_makes_the_same_codec_again(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    again = codec_from_state(json.loads(json.dumps(codec.state())))
    codes = codec.encode(values)
    assert (again.size, again.ordered, again.hidden, again.note) == (
        codec.size,
        codec.ordered,
        codec.hidden,
        codec.note,
    )
    assert (again.encode(values) == codes).all()
    # `equals` takes NaN for unequal, and text does not
    assert str(again.decode(codes, draw(len(codes))).to_pylist()) == str(
        codec.decode(codes, draw(len(codes))).to_pylist()
    )


@every_case
def test_the_state_names_the_kind(case: Case) -> None:
    values, spec = case
    assert fitted(values, spec).state()["kind"] == spec.kind


@every_case
@pytest.mark.parametrize("rows", [0, 1, 2, 15])
def test_few_rows_make_a_codec_that_can_be_drawn_from(case: Case, rows: int) -> None:
    values, spec = case
    codec = fitted(values[:rows], spec)
    codes = codec.encode(values)
    assert len(drawable(codec)) >= 1
    assert codes.max(initial=0) < codec.size
    decoded = codec.decode(np.repeat(drawable(codec), 3), draw(3 * len(drawable(codec))))
    assert decoded.type == values.type


@every_case
def test_all_missing(case: Case) -> None:
    values, spec = case
    codec = fitted(pa.nulls(30, values.type), spec)
    assert codec.size == 1
    assert codec.decode(codec.encode(pa.nulls(30, values.type)), draw(30)).null_count == 30


@every_case
def test_empty_columns_encode_and_decode(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    assert codec.encode(values[:0]).shape == (0,)
    decoded = codec.decode(np.zeros(0, np.int32), draw(0))
    assert (len(decoded), decoded.type) == (0, values.type)


@every_case
def test_chunks_and_slices_are_columns_too(case: Case) -> None:
    values, spec = case
    chunked = pa.chunked_array([values[:7], values[7:7], values[7:]])
    assert observe(chunked, spec).codec(Protection()) == fitted(values, spec)
    codec = fitted(values, spec)
    codes = codec.encode(values)
    assert (codec.encode(chunked) == codes).all()
    assert (codec.encode(values[13:1013]) == codes[13:1013]).all()
    assert (codec.encode(pa.chunked_array([], values.type))).shape == (0,)


@every_case
def test_the_draw_decides(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    codes = codec.encode(values)
    assert str(codec.decode(codes, draw(len(codes)))) == str(codec.decode(codes, draw(len(codes))))


@every_case
def test_without_protection_there_is_nothing_hidden(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec, rows=1)
    assert codec.hidden is None
    assert codec.encode(values).max() < codec.size


@pytest.mark.parametrize("case", QUANTITIES.values(), ids=QUANTITIES)
def test_quantities_are_ordered_and_stay_within_what_was_observed(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    assert codec.ordered
    decoded = codec.decode(codec.encode(values), draw(len(values)))
    real, made = (sorted(x for x in a.to_pylist() if x is not None and x == x) for a in (values, decoded))  # noqa: PLR0124
    assert not real or (real[0] <= made[0] and made[-1] <= real[-1])


@pytest.mark.parametrize("case", CATEGORIES.values(), ids=CATEGORIES)
def test_categories_keep_their_frequent_values(case: Case) -> None:
    values, spec = case
    codec = fitted(values, spec)
    codes = codec.encode(values)
    kept = codes != (-1 if codec.hidden is None else codec.hidden)
    decoded = codec.decode(codes, draw(len(codes)))
    if not codec.note:
        assert str(decoded.filter(pa.array(kept))) == str(values.filter(pa.array(kept)))
