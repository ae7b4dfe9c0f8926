"""The data sets that are measured on, split into rows to learn from and rows kept out.

`python benchmarks/data.py` writes `.bench/data/NAME/train.csv` and `test.csv` for every set (for Diabetes130 also the
same rows as Parquet, where `None` is a value and a missing cell is not).
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"


@dataclass(frozen=True)
class Source:
    """A real table: where it lies under the data folder, what is predicted, and how it is split."""

    name: str
    title: str
    path: str
    target: str
    task: str
    split: Callable[["Source"], None]

    @property
    def folder(self) -> Path:
        return BENCH / "data" / self.name


@dataclass(frozen=True)
class Split:
    """Files of one data set, ready to be learned from and scored."""

    name: str
    title: str
    target: str
    task: str
    train: Path
    test: Path
    train_csv: Path


def data_folder() -> Path:
    """The folder of real tables: PARHELION_DATA, else `shared/data` beside the checkout."""
    folder = Path(os.environ.get("PARHELION_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        raise SystemExit(
            f"no real tables: {folder} is not a folder. The benchmarks learn from public data sets that are not "
            "part of this repository; point PARHELION_DATA at a folder with adult/train.csv, "
            "online_shoppers/online_shoppers.csv and the others named in benchmarks/data.py."
        )
    return folder


def scorer() -> Path:
    """The independent scorer, `tools/score_table.py` beside the data folder."""
    path = data_folder().parent / "tools" / "score_table.py"
    if not path.is_file():
        raise SystemExit(f"no scorer: {path} is not a file; it belongs beside the folder that PARHELION_DATA names.")
    return path


def held_out(rows: list[str], *, seed: int = 0) -> tuple[list[str], list[str]]:
    """Shuffle, then keep the first tenth for testing: (train, test).

    >>> train, test = held_out(list("abcdefghijklmnopqrst"))
    >>> len(train), len(test)
    (18, 2)
    """
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    tenth = len(shuffled) // 10
    return shuffled[tenth:], shuffled[:tenth]


def write_lines(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def split_as_given(source: Source) -> None:
    for part in ("train.csv", "test.csv"):
        (source.folder / part).write_bytes((data_folder() / source.path / part).read_bytes())


def split_lines(source: Source, change: Callable[[str], str] = str) -> None:
    """Cells stay exactly as they are spelled: whole lines are shuffled (no cell of these tables holds a line break)."""
    header, *rows = (data_folder() / source.path).read_text(encoding="utf-8").splitlines()
    train, test = held_out([change(row) for row in rows])
    write_lines(source.folder / "train.csv", header, train)
    write_lines(source.folder / "test.csv", header, test)


def split_heart(source: Source) -> None:
    """The usual task: is there any disease (num 1 to 4) or none (num 0)?"""

    def any_disease(row: str) -> str:
        cells, _, num = row.rpartition(",")
        return f"{cells},{int(int(num) > 0)}"

    split_lines(source, any_disease)


def split_parquet(source: Source) -> None:
    table = pq.read_table(data_folder() / source.path)
    parts = held_out(list(range(table.num_rows)))
    for name, rows in zip(("train", "test"), parts, strict=True):
        part = table.take(rows)
        pq.write_table(part, source.folder / f"{name}.parquet")
        pyarrow.csv.write_csv(part, source.folder / f"{name}.csv")


SOURCES = {
    source.name: source
    for source in (
        Source("heart", "Heart", "heart_cleveland/heart_cleveland.csv", "num", "classification", split_heart),
        Source("insurance", "Insurance", "insurance/insurance.csv", "charges", "regression", split_lines),
        Source(
            "california", "California", "california_housing/california_housing.csv",
            "median_house_value", "regression", split_lines,
        ),
        Source(
            "shoppers", "Shoppers", "online_shoppers/online_shoppers.csv",
            "Revenue", "classification", split_lines,
        ),
        Source("adult", "Adult", "adult", "income", "classification", split_as_given),
        Source(
            "diabetes130", "Diabetes130", "diabetes130/diabetic_data.parquet",
            "readmitted", "classification", split_parquet,
        ),
    )
}  # fmt: skip


def split(name: str) -> Split:
    """The files of a data set; made on first use.

    >>> split("iris")
    Traceback (most recent call last):
    SystemExit: no data set 'iris'; there are: heart, insurance, california, shoppers, adult, diabetes130
    """
    if name not in SOURCES:
        raise SystemExit(f"no data set {name!r}; there are: {', '.join(SOURCES)}")
    source = SOURCES[name]
    if not (source.folder / "done").exists():
        source.folder.mkdir(parents=True, exist_ok=True)
        source.split(source)
        (source.folder / "done").touch()
    ending = "parquet" if source.path.endswith(".parquet") else "csv"
    train, test = (source.folder / f"{part}.{ending}" for part in ("train", "test"))
    return Split(name, source.title, source.target, source.task, train, test, source.folder / "train.csv")


def main() -> None:
    for name in SOURCES:
        made = split(name)
        print(f"{made.title}: {made.train.parent} ({made.task} of {made.target})")


if __name__ == "__main__":
    main()
