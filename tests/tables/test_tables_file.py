"""The model file: what is saved comes back, and nothing else is taken for it."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from table_cases import people
from tampering import as_npy, members, part_of, unpacked, write, write_arrays

import parhelion as ph
from parhelion.errors import DataError, ModelFileError, OutputError
from parhelion.tables.file import PACKED, SMALL

ADULT = Path("/work/shared/data/adult/train.csv")


@pytest.fixture(scope="module")
def model():
    return ph.fit(people(), target="retired")


@pytest.fixture(scope="module")
def saved(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "people.parhelion"
    model.save(path)
    return path


def refused(path, why):
    with pytest.raises(ModelFileError, match=why) as told:
        ph.load(path)
    assert "get the file again, or fit the model anew" in str(told.value) or "upgrade" in str(told.value)


def test_what_is_loaded_makes_the_same_rows(model, saved):
    loaded = ph.load(saved)
    assert loaded.sample(1000, seed=3).equals(model.sample(1000, seed=3))
    assert loaded.summary() == model.summary()
    assert (loaded.schema, loaded.codecs, loaded.notes) == (model.schema, model.codecs, model.notes)


def test_saving_what_was_loaded_gives_the_same_file(saved, tmp_path):
    ph.load(saved).save(tmp_path / "again.parhelion")
    assert members(tmp_path / "again.parhelion") == members(saved)


def test_what_was_learned_from_a_csv_file_is_written_as_before(tmp_path):
    (tmp_path / "real.csv").write_text("zahl;wahr\n" + "0012,50;ja\n0003,00;nein\n" * 60)
    model = ph.fit(tmp_path / "real.csv")
    model.save(tmp_path / "m.parhelion")
    model.write(tmp_path / "one.csv", 100)
    ph.load(tmp_path / "m.parhelion").write(tmp_path / "two.csv", 100)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"a": [1] * 60}),
        pa.table({"a": [None] * 60}),
        pa.table({"a": [1, 2] * 60}),
        pa.table({"a": pa.array([2**63, 2**64 - 1] * 60, pa.uint64())}),
        pa.table({"a": pa.array(["x", None] * 60, pa.large_string()).dictionary_encode()}),
        pa.table({"a": pa.array([1.5, float("inf"), float("nan"), None] * 60)}),
    ],
)
def test_small_models_come_back(table, tmp_path):
    model = ph.fit(table)
    model.save(tmp_path / "m.parhelion")
    assert str(ph.load(tmp_path / "m.parhelion").sample(60).to_pylist()) == str(model.sample(60).to_pylist())


def test_a_loaded_model_gives_the_type_of_a_frame_like_the_real_one(saved, tmp_path):
    real = people().to_pandas().astype({"city": "category"})
    ph.fit(real).save(tmp_path / "m.parhelion")
    made = ph.load(tmp_path / "m.parhelion").sample(30, like=real)
    assert (made.dtypes == real.dtypes).all()


@pytest.mark.skipif(not ADULT.exists(), reason="the data is not here")
def test_the_model_of_adult_is_small(tmp_path):
    ph.fit(ADULT, target="income").save(tmp_path / "adult.parhelion")
    assert (tmp_path / "adult.parhelion").stat().st_size < 2_000_000


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="is no file; expected a model"):
        ph.load(tmp_path / "none.parhelion")
    with pytest.raises(DataError, match="is no file; expected a model"):
        ph.load(tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK", b"a,b\n1,2\n", b"PK\x05\x06" + b"\0" * 18, b"\0" * 100_000])
def test_what_is_no_model(tmp_path, data):
    (tmp_path / "m.parhelion").write_bytes(data)
    refused(tmp_path / "m.parhelion", "cannot be loaded")


def test_another_zip_is_no_model(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.parhelion", "w") as zipped:
        zipped.writestr("other.txt", "text")
    refused(tmp_path / "m.parhelion", "it has no model.json")


def test_what_is_cut_off_anywhere_is_refused(saved, tmp_path):
    data, path = saved.read_bytes(), tmp_path / "cut.parhelion"
    ends = np.random.default_rng(0).integers(0, len(data), 100).tolist()
    for end in [1, 4, 22, 30, *ends, len(data) - 22, len(data) - 1]:
        path.write_bytes(data[:end])
        refused(path, "cannot be loaded")


def test_bytes_changed_anywhere_give_the_same_model_or_none(saved, model, tmp_path):
    """Dates and the like in the zip's own lists, and the last bits of packed bytes, mean nothing; all else does."""
    data, path = bytearray(saved.read_bytes()), tmp_path / "changed.parhelion"
    rng, lists = np.random.default_rng(0), saved.read_bytes().find(b"PK\x01\x02")
    with zipfile.ZipFile(saved) as zipped:
        starts = [info.header_offset + 30 + len(info.filename) for info in zipped.infolist()]
        spans = [(start, start + info.compress_size) for start, info in zip(starts, zipped.infolist(), strict=True)]
    places = [rng.integers(*span, 4) for span in spans]
    for place in np.concatenate([*places, rng.integers(0, 60, 30), rng.integers(lists, len(data), 100)]).tolist():
        changed = data.copy()
        changed[place] ^= int(rng.integers(1, 256))
        path.write_bytes(changed)
        try:
            loaded = ph.load(path)
        except ModelFileError:
            continue
        assert loaded.sample(20).equals(model.sample(20))


def test_contents_that_differ_from_their_hashes_are_refused(saved, tmp_path):
    data, path = members(saved), tmp_path / "changed.parhelion"
    for name in data:
        with zipfile.ZipFile(path, "w") as zipped:
            for each, content in data.items():
                zipped.writestr(each, content[:-1] + bytes([content[-1] ^ 1]) if each == name else content)
        refused(path, "altered|its model.json is none")


def test_an_edited_head_is_refused(saved, tmp_path):
    data, path = members(saved), tmp_path / "edited.parhelion"
    with zipfile.ZipFile(path, "w") as zipped:
        for name, content in data.items():
            zipped.writestr(name, content.replace(b"Earth", b"Venus") if name == "model.json" else content)
    refused(path, r"model\.json was altered \(its sha256 differs\)")


def test_a_later_version_is_refused_with_what_to_do(saved, tmp_path):
    head, arrays = unpacked(saved)
    later = head | {"version": 2, "made_by": "parhelion 9.1", "something": "new"}
    write_arrays(tmp_path / "later.parhelion", later, arrays)
    refused(tmp_path / "later.parhelion", r"later version \(parhelion 9\.1, model format 2; this one reads up to 1\)")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": "1"}, "not a 'parhelion model'"),
        ({"version": None}, "not a 'parhelion model'"),
        ({"format": "something"}, "it holds a 'something'"),
        ({"format": ["parhelion model"]}, "not a 'parhelion model'"),
        ({"extra": 1}, "extra"),
        ({"codecs": []}, "do not pair up"),
        ({"columns": []}, "makes other columns"),
        ({"columns": [-1]}, "makes other columns"),
        ({"columns": [0] * 500}, "makes other columns"),
        ({"rows": 0}, "rows"),
        ({"protect": 0}, "protect"),
        ({"parts": {}}, "does not hold the parts"),
        ({"dialect": {"encoding": "zip"}}, "no CSV file is spelled"),
        ({"dialect": {"delimiter": ""}}, "no CSV file is spelled"),
        ({"dialect": {"quote": '""'}}, "no CSV file is spelled"),
    ],
)
def test_heads_that_do_not_hold_together(saved, tmp_path, change, why):
    head, arrays = unpacked(saved)
    npys = {name: as_npy(array) for name, array in arrays.items()}
    write(tmp_path / "m.parhelion", head | change, npys)
    refused(tmp_path / "m.parhelion", why)


def test_columns_and_codecs_in_other_orders_are_refused(saved, tmp_path):
    head, arrays = unpacked(saved)
    table = head["table"] | {"columns": head["table"]["columns"][::-1]}
    write_arrays(tmp_path / "m.parhelion", head | {"table": table}, arrays)
    refused(tmp_path / "m.parhelion", "do not pair up")


def test_values_that_their_column_cannot_store_are_refused(saved, tmp_path):
    head, arrays = unpacked(saved)
    email = head["table"]["columns"][1]
    for storage, load in (("int46", True), ("int64", False)):
        columns = [head["table"]["columns"][0], email | {"storage": storage}, *head["table"]["columns"][2:]]
        write_arrays(tmp_path / "m.parhelion", head | {"table": head["table"] | {"columns": columns}}, arrays)
        with pytest.raises(ModelFileError, match="'int46' is no storage" if load else "which int64 cannot store"):
            ph.load(tmp_path / "m.parhelion").sample(10)


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "1", '{"format": "parhelion model"}', "[" * 100_000, "\ud800"])
def test_heads_that_are_none(tmp_path, text):
    path = tmp_path / "m.parhelion"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("model.json", text.encode("utf-8", "surrogatepass"))
        zipped.writestr("sha256", "0" * 64)
    refused(path, "cannot be loaded")


def _altered(saved, path, array, npy, **said):
    """The model with another first array: its bytes, and what is said of it."""
    head, arrays = unpacked(saved)
    npys = {name: as_npy(each) for name, each in arrays.items()} | {"feature": npy}
    parts = head["parts"] | {"feature": part_of(array, npy) | said}
    write(path, head | {"parts": parts}, npys)


FEW = np.zeros(4, np.int32)


@pytest.mark.parametrize(
    ("array", "npy", "said"),
    [
        (FEW, as_npy(FEW), {"shape": [2**40]}),
        (FEW, as_npy(FEW), {"shape": [2**31, 2**31]}),
        (FEW, as_npy(FEW), {"shape": [-4]}),
        (FEW, as_npy(FEW), {"shape": [-1, -4]}),
        (FEW, as_npy(FEW), {"shape": [1, 1, 4]}),
        (FEW, as_npy(FEW), {"dtype": "<i8"}),
        (FEW, as_npy(FEW), {"dtype": "|O"}),
        (FEW, as_npy(FEW), {"dtype": "nonsense"}),
        (FEW, as_npy(FEW), {"bytes": 2**40}),
        (FEW, as_npy(FEW), {"bytes": 10}),
        (FEW, as_npy(FEW).replace(b"(4,)", b"(9,)"), {}),
        (FEW, as_npy(FEW).replace(b"(4,)", b"(-4)"), {}),
        (FEW, as_npy(FEW).replace(b"False", b"True "), {}),
        (FEW, as_npy(FEW).replace(b"'<i4'", b"'|O8'"), {"dtype": "|O8"}),
        (FEW, as_npy(FEW).replace(b"\x01\x00", b"\x02\x00", 1), {}),
        (FEW, as_npy(FEW).replace(b"{'descr'", b"{[(((((("), {}),
        (FEW, as_npy(FEW)[:-1], {}),
        (FEW, as_npy(FEW) + b"\0" * 8, {}),
        (FEW, b"", {}),
        (FEW, b"\x93NUMPY", {}),
        (FEW, b"\x93NUMPY\x01\x00\xff\xff", {}),
        (np.zeros(4, ">i4"), as_npy(np.zeros(4, ">i4")), {}),
        (np.zeros(4, "<U8"), as_npy(np.zeros(4, "<U8")), {}),
        (np.zeros(4, [("a", "<i4")]), as_npy(np.zeros(4, [("a", "<i4")])), {}),
    ],
)
def test_arrays_that_are_not_what_is_said_of_them(saved, tmp_path, array, npy, said):
    _altered(saved, tmp_path / "m.parhelion", array, npy, **said)
    refused(tmp_path / "m.parhelion", "cannot be loaded")


def test_pickled_objects_are_never_read(saved, tmp_path):
    """Loading one would write a file."""
    ran = tmp_path / "ran"

    class Bomb:
        def __reduce__(self):
            return os.system, (f"touch {ran}",)

    objects = np.array([Bomb()], object)
    buffer = io.BytesIO()
    np.save(buffer, objects, allow_pickle=True)
    for said in ({}, {"dtype": "|O"}, {"dtype": "<i8", "shape": [1]}):
        _altered(saved, tmp_path / "m.parhelion", objects, buffer.getvalue(), **said)
        refused(tmp_path / "m.parhelion", "cannot be loaded")
    assert not ran.exists()


def test_a_zip_bomb_is_refused_before_it_goes_off(saved, tmp_path):
    head, arrays = unpacked(saved)
    bomb = np.zeros(SMALL + 1, np.uint8)
    write_arrays(tmp_path / "m.parhelion", head, arrays | {"bins": bomb})
    assert (tmp_path / "m.parhelion").stat().st_size * PACKED < SMALL
    refused(tmp_path / "m.parhelion", "its parts are larger together than those of a model of this size")


def test_a_head_that_is_a_zip_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("parhelion.tables.file.HEADER", 1 << 20)
    with zipfile.ZipFile(tmp_path / "m.parhelion", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("model.json", b" " * (1 << 21))
    refused(tmp_path / "m.parhelion", "model.json is larger than it may be")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_packed_in_other_ways_are_refused(saved, tmp_path, method):
    with zipfile.ZipFile(tmp_path / "m.parhelion", "w", method) as zipped:
        for name, content in members(saved).items():
            zipped.writestr(name, content)
    refused(tmp_path / "m.parhelion", "packed in another way")


@pytest.mark.parametrize("name", ["../../evil.npy", "/etc/evil.npy", "C:\\evil.npy", "more.txt", "order.npy/", "x\0y"])
def test_members_that_no_model_has_are_refused(saved, tmp_path, name):
    with zipfile.ZipFile(tmp_path / "m.parhelion", "w") as zipped:
        for each, content in members(saved).items():
            zipped.writestr(each, content)
        zipped.writestr(name, b"")
    refused(tmp_path / "m.parhelion", "others beside them")
    assert [each.name for each in tmp_path.iterdir()] == ["m.parhelion"]


def test_parts_with_the_names_of_paths_are_refused(saved, tmp_path):
    head, arrays = unpacked(saved)
    for name in ("../../evil", "/etc/passwd", ""):
        write_arrays(tmp_path / "m.parhelion", head, arrays | {name: FEW})
        refused(tmp_path / "m.parhelion", "other arrays than trees have")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_come_twice_are_refused(saved, tmp_path):
    with zipfile.ZipFile(tmp_path / "m.parhelion", "w") as zipped:
        for name, content in (*members(saved).items(), ("order.npy", b"")):
            zipped.writestr(name, content)
    refused(tmp_path / "m.parhelion", "others beside them")


@pytest.mark.parametrize("place", ["exists", "folder", "no folder"])
def test_where_nothing_can_be_saved(model, tmp_path, place):
    (tmp_path / "exists").write_text("kept")
    path = {"exists": tmp_path / "exists", "folder": tmp_path, "no folder": tmp_path / "no" / "m.parhelion"}[place]
    with pytest.raises(OutputError, match=r"exists; to replace it|it is a folder|does not exist; make it first"):
        model.save(path)
    assert [each.name for each in tmp_path.iterdir()] == ["exists"]
    assert (tmp_path / "exists").read_text() == "kept"


def test_a_model_is_replaced_where_that_is_wanted(model, tmp_path):
    (tmp_path / "m.parhelion").write_text("old")
    model.save(tmp_path / "m.parhelion", overwrite=True)
    assert ph.load(tmp_path / "m.parhelion").rows == model.rows


def test_the_file_holds_no_frames(model, saved):
    assert isinstance(ph.load(saved).sample(3), pa.Table)
    assert isinstance(ph.fit(people().to_pandas()).sample(3), pd.DataFrame)
