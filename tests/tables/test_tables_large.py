"""Data larger than memory may be: read in batches, written in constant memory."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

import parhelion as ph
from parhelion.errors import DataError, FileFormatError

PARTS, PART = 5, 20_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Parts of a table; words and numbers of the last one are in no other."""
    folder = tmp_path_factory.mktemp("parts")
    rng = np.random.default_rng(0)
    for part in range(PARTS):
        last = part == PARTS - 1
        words = rng.choice(np.array(["a", "b", "c"], object), PART)
        words[:19] = ["ten last"] * 10 + ["nine last"] * 9 if last else "a"
        numbers = np.round(rng.normal(size=PART) * 100, 1) + (5000 if last else 0)
        number = np.arange(part * PART, (part + 1) * PART)
        table = pa.table({"word": words.tolist(), "number": numbers, "id": number})
        pyarrow.parquet.write_table(table, folder / f"part-{part}.parquet")
    return folder


@pytest.mark.parametrize("budget", [{"rows": 5000}, {"memory": "1MB"}])
def test_what_is_larger_than_the_budget_is_read_in_batches_and_said_so(folder, budget):
    model = ph.fit(folder, **budget)
    assert model.rows == PARTS * PART
    assert 1000 <= model.learned < 15_000
    note = f"the engine learned from a uniform sample of {model.learned:,} of 100,000 rows; the codecs saw all"
    assert note in model.notes
    assert model.summary()["learned_from"] == model.learned


def test_codecs_see_all_rows(folder):
    model = ph.fit(folder, rows=2000)
    assert set(model.codecs[0].values) == {"a", "b", "c", "ten last"}
    made = model.sample(20_000)
    assert not set(made["word"].to_pylist()) - {"a", "b", "c", "ten last"}
    share = np.mean(made["number"].to_numpy() > 2500)
    assert abs(share - 1 / PARTS) < 0.03
    assert made["number"].to_numpy().max() > 5200
    assert len(made["id"].unique()) == 20_000


def test_a_small_sample_is_uniform_over_all_parts(folder):
    shares = [
        np.mean(ph.fit(folder, rows=2000, seed=seed).sample(5000)["number"].to_numpy() > 2500) for seed in range(4)
    ]
    assert abs(np.mean(shares) - 1 / PARTS) < 0.02


def test_a_seed_means_the_same_model_in_batches_too(folder):
    first, again = (ph.fit(folder, rows=3000, seed=4).sample(100) for _ in range(2))
    assert first.equals(again)
    assert not ph.fit(folder, rows=3000, seed=5).sample(100).equals(first)


def test_within_the_budget_parts_and_one_file_teach_the_same(folder, tmp_path):
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(folder), tmp_path / f"{folder.name}.parquet")
    one = ph.fit(tmp_path / f"{folder.name}.parquet")
    assert ph.fit(folder).sample(500).equals(one.sample(500))


def test_progress_is_told(folder):
    told = []
    ph.fit(folder, rows=2000, progress=lambda *said: told.append(said))
    stages = [stage for stage, _, _ in told]
    assert set(stages) == {"reading", "learning"}
    assert stages == sorted(stages, reverse=True)
    assert all(0 <= done <= total for _, done, total in told)
    assert told[-1] == ("learning", 2, 2)


def test_cells_that_only_a_late_row_has_are_named_with_their_row(tmp_path):
    lines = "".join(f"{number % 50},x\n" for number in range(270_000))
    (tmp_path / "late.csv").write_text(f"a,b\n{lines}oops,y\n")
    with pytest.raises(DataError, match=r"late\.a\[270000\] is 'oops'; expected a whole number such as '1234'"):
        ph.fit(tmp_path / "late.csv", rows=1000)


def test_parts_that_are_broken_or_of_another_table_are_named(folder, tmp_path):
    for part in folder.iterdir():
        (tmp_path / part.name).write_bytes(part.read_bytes())
    (tmp_path / "part-9.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(FileFormatError, match=r"part-9\.parquet: the file is damaged or cut short"):
        ph.fit(tmp_path)
    pyarrow.parquet.write_table(pa.table({"word": ["a"], "other": [1]}), tmp_path / "part-9.parquet")
    with pytest.raises(
        FileFormatError, match=r"part-9\.parquet does not fit .*it lacks 'number', 'id'; it also has 'other'"
    ):
        ph.fit(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DataError):
        ph.fit(tmp_path)


PEAK = """
import resource, sys
import parhelion as ph
model = ph.load(sys.argv[1])
model.write(sys.argv[2], 50_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model.write(sys.argv[2], int(sys.argv[3]), overwrite=True)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("name", ["out/", "out.csv"])
def test_many_rows_are_written_in_constant_memory(tmp_path, name):
    rng = np.random.default_rng(0)
    names = {
        f"c{place}": rng.normal(size=500) if place % 2 else rng.choice(["red", "green"], 500) for place in range(6)
    }
    ph.fit(pa.table(names)).save(tmp_path / "m.parhelion")
    rows = 2_000_000 if name == "out/" else 1_000_000
    command = [sys.executable, "-c", PEAK, tmp_path / "m.parhelion", f"{tmp_path}/{name}", str(rows)]
    grown = int(subprocess.check_output(command))
    assert grown < 250, "so many MiB more than fifty thousand rows took"
    if name == "out/":
        parts = sorted((tmp_path / "out").iterdir())
        assert [pyarrow.parquet.read_metadata(part).num_rows for part in parts] == [1_000_000] * 2


def test_what_is_constant_in_the_sample_alone_is_told(tmp_path):
    rows = 300_000
    table = pa.table({"flag": ["no"] * (rows - 20) + ["yes"] * 20, "number": np.arange(rows) % 7})
    pyarrow.parquet.write_table(table, tmp_path / "flags.parquet")
    assert any(
        "flags.flag: it is taken for a constant" in note for note in ph.fit(tmp_path / "flags.parquet", rows=1000).notes
    )
