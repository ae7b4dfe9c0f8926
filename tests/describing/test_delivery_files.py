"""What is delivered: exactly what was accepted, in every format, the same bytes each time."""

import json
from hashlib import sha256

import pyarrow as pa
import pytest
import yaml
from pyarrow import parquet

from parhelion.describing.contract import Fact, Place, Question, Row
from parhelion.describing.delivery import deliver
from parhelion.describing.plan.model import Plan
from parhelion.describing.store import Cell, open_store
from parhelion.errors import OutputError
from parhelion.llm.contract import Reply, Usage
from parhelion.retrieval.contract import Document

RUN = "r"
ODD = 'naïve\n*name* 🎉 \u2028 "quoted" a.b'


def plan(fields, **more):
    return Plan(
        goal="Questions | with <answers>", rows=more.pop("rows", 10),
        models={"m": {"model": "tiny", "endpoints": [{"url": "http://user:hush@localhost:1/v1", "read": 1}]}},
        fields=fields, **more,
    )  # fmt: skip


TEXT = {"make": "text", "prompt": "Write."}
ALL = {"deliver": {"formats": ("parquet", "jsonl", "huggingface")}}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as made:
        made.begin(RUN, "goal: Questions\n# ```` not the end\n")
        yield made


def accept(store, *values, state="accepted"):
    for slot, each in enumerate(values):
        store.put_row(RUN, Row(Place(slot, 0), state, each))


def lines(path):
    return [json.loads(line) for line in path.read_bytes().decode().splitlines()]


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_all_formats_have_the_rows_that_were_accepted_and_nothing_hidden(store, tmp_path):
    rows = [{"q": "What?", "secret": "x", "n": 1}, {"q": "Why?\n", "secret": "y", "n": 2.5}]
    accept(store, *rows)
    fields = {"q": TEXT, "secret": {**TEXT, "hidden": True}, "n": {"make": "number"}}
    made = deliver(store, RUN, plan(fields, **ALL), tmp_path / "out", stop="complete")
    expected = [{"q": row["q"], "n": row["n"]} for row in rows]
    assert made.rows == 2
    assert {path.name for path in made.files} == {
        "data.parquet", "data.jsonl", "huggingface", "rejects.jsonl", "card.md", "card.json",
    }  # fmt: skip
    assert lines(tmp_path / "out/data.jsonl") == expected
    assert parquet.read_table(tmp_path / "out/data.parquet").to_pylist() == expected
    hub = tmp_path / "out/huggingface/data/train-00000-of-00001.parquet"
    assert hub.read_bytes() == (tmp_path / "out/data.parquet").read_bytes()


def test_the_order_is_that_of_the_slots_whenever_rows_were_accepted(store, tmp_path):
    for slot in (3, 0, 2, 1):
        store.put_row(RUN, Row(Place(slot, 2), "accepted", {"q": str(slot)}))
    deliver(store, RUN, plan({"q": TEXT}), tmp_path / "out", stop="complete")
    assert [row["q"] for row in lines(tmp_path / "out/data.jsonl")] == ["0", "1", "2", "3"]


def test_rows_beyond_those_asked_for_stay_in_the_store(store, tmp_path):
    accept(store, {"q": "a"}, {"q": "b"}, {"q": "c"})
    made = deliver(store, RUN, plan({"q": TEXT}, rows=2), tmp_path / "out", stop="complete")
    card = json.loads((tmp_path / "out/card.json").read_text())
    assert made.rows == 2
    assert card["funnel"][-1] == {"step": "delivered (no more than were asked for)", "left": 2, "out": 1}


NESTED = [
    {"v": {"a": [{"b": 1}], "c": None}},
    {"v": {"a": [], "c": True, "d": {}}},
    {"v": None},
]


def test_nested_values_become_structs(store, tmp_path):
    accept(store, *NESTED)
    deliver(store, RUN, plan({"v": TEXT}, **ALL), tmp_path / "out", stop="complete")
    table = parquet.read_table(tmp_path / "out/data.parquet")
    assert table.schema.field("v").type == pa.struct(
        [("a", pa.list_(pa.struct([("b", pa.int64())]))), ("c", pa.bool_()), ("d", pa.string())]
    )
    assert table["v"].to_pylist()[1] == {"a": [], "c": True, "d": "{}"}
    assert lines(tmp_path / "out/data.jsonl") == NESTED
    head = (tmp_path / "out/huggingface/README.md").read_text().split("---\n")[1]
    assert yaml.safe_load(head)["dataset_info"]["features"] == [
        {"name": "v", "struct": [
            {"name": "a", "list": [{"name": "b", "dtype": "int64"}]},
            {"name": "c", "dtype": "bool"}, {"name": "d", "dtype": "string"},
        ]},
    ]  # fmt: skip


MANY = {str(i): i for i in range(200)}


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["a", 1, [None]], pa.string(), ['"a"', "1", "[null]"]),
        ([True, 1, 0], pa.string(), ["true", "1", "0"]),
        ([1, 0.5, None], pa.float64(), [1.0, 0.5, None]),
        ([2**60, 1, -1], pa.int64(), [2**60, 1, -1]),
        ([2**60 + 1, 0.5, 1], pa.string(), [str(2**60 + 1), "0.5", "1"]),
        ([2**70, 1, None], pa.string(), [str(2**70), "1", None]),
        ([None, None, None], pa.string(), [None, None, None]),
        ([[[1]], [["a"]], [[]]], pa.list_(pa.list_(pa.string())), [[["1"]], [['"a"']], [[]]]),
        ([{"x": 1}, [1], {}], pa.string(), ['{"x": 1}', "[1]", "{}"]),
        ([MANY, {}, {}], pa.string(), [json.dumps(MANY), "{}", "{}"]),
    ],
)  # fmt: skip
def test_mixed_values_are_json_text_and_the_card_says_so(store, tmp_path, values, kind, expected):
    accept(store, *({"v": value} for value in values))
    deliver(store, RUN, plan({"v": TEXT}), tmp_path / "out", stop="complete")
    table = parquet.read_table(tmp_path / "out/data.parquet")
    assert table.schema.field("v").type == kind
    assert table["v"].to_pylist() == expected
    assert [row["v"] for row in lines(tmp_path / "out/data.jsonl")] == values
    mixed = kind in (pa.string(), pa.list_(pa.list_(pa.string()))) and any(value is not None for value in values)
    assert bool(json.loads((tmp_path / "out/card.json").read_text())["json_text"]) is mixed


def test_a_value_nested_beyond_reason_is_json_text(store, tmp_path):
    deep = "end"
    for _ in range(60):
        deep = [deep]
    accept(store, {"v": deep})
    deliver(store, RUN, plan({"v": TEXT}), tmp_path / "out", stop="complete")
    assert lines(tmp_path / "out/data.jsonl") == [{"v": deep}]
    parquet.read_table(tmp_path / "out/data.parquet")


def test_odd_names_long_texts_and_numbers_that_json_has_not(store, tmp_path):
    long = "🎉é\x00\x85\u2028x" * 100_000
    accept(store, {ODD: long, "": float("nan")}, {ODD: "lone \ud800 half", "": float("inf")})
    made = deliver(store, RUN, plan({ODD: TEXT, "": TEXT}, **ALL), tmp_path / "out", stop="complete")
    told = lines(tmp_path / "out/data.jsonl")
    assert told[0] == {ODD: long, "": None}
    assert told[1] == {ODD: "lone \ufffd half", "": None}
    assert parquet.read_table(tmp_path / "out/data.parquet")[ODD].to_pylist() == [long, "lone \ufffd half"]
    assert made.rows == 2


def test_no_row_makes_empty_files_with_the_columns(store, tmp_path):
    fields = {
        "q": TEXT, "n": {"make": "number"}, "x": {"make": "number", "decimals": 2}, "f": {"make": "fact"},
        "s": {"make": "structured", "prompt": "p", "schema": {"properties": {
            "tags": {"type": "array", "items": {"type": "string"}}, "ok": {"type": "boolean"}, "odd": {"type": ["a"]},
        }}},
    }  # fmt: skip
    made = deliver(store, RUN, plan(fields, **ALL), tmp_path / "out", stop="no model answered")
    table = parquet.read_table(tmp_path / "out/data.parquet")
    assert made.rows == table.num_rows == 0
    assert table.column_names == list(fields)
    assert table.schema.field("n").type == pa.int64()
    assert table.schema.field("x").type == pa.float64()
    assert table.schema.field("s").type == pa.struct(
        [("tags", pa.list_(pa.string())), ("ok", pa.bool_()), ("odd", pa.string())]
    )
    assert (tmp_path / "out/data.jsonl").read_bytes() == b""
    assert "no model answered" in (tmp_path / "out/card.md").read_text()


def test_all_fields_hidden_deliver_rows_of_nothing(store, tmp_path):
    accept(store, {"q": "a"})
    made = deliver(store, RUN, plan({"q": {**TEXT, "hidden": True}}), tmp_path / "out", stop="complete")
    assert made.rows == 1
    assert lines(tmp_path / "out/data.jsonl") == [{}]


def test_the_same_rows_are_the_same_bytes_in_another_project_too(tmp_path):
    made = []
    for name, order in (("one", (0, 1, 2)), ("two", (2, 0, 1))):
        with open_store(tmp_path / name) as store:
            store.begin(RUN, "goal: x")
            for slot in order:
                store.put_row(RUN, Row(Place(slot, 0), "accepted", NESTED[slot]))
            store.put_row(RUN, Row(Place(7, 0), "rejected", {}, "v", "no good", "raw"))
            deliver(store, RUN, plan({"v": TEXT}, **ALL), tmp_path / f"{name}-out", stop="complete")
        made.append(contents(tmp_path / f"{name}-out"))
    assert made[0] == made[1]


def test_a_second_time_needs_leave_and_changes_no_byte(store, tmp_path):
    accept(store, {"q": "a"})
    deliver(store, RUN, plan({"q": TEXT}, **ALL), tmp_path / "out", stop="complete")
    before = contents(tmp_path / "out")
    with pytest.raises(OutputError, match="overwrite"):
        deliver(store, RUN, plan({"q": TEXT}, **ALL), tmp_path / "out", stop="complete")
    deliver(store, RUN, plan({"q": TEXT}, **ALL), tmp_path / "out", stop="complete", overwrite=True)
    assert contents(tmp_path / "out") == before


def test_a_folder_of_others_is_not_replaced(store, tmp_path):
    accept(store, {"q": "a"})
    (tmp_path / "out/huggingface").mkdir(parents=True)
    (tmp_path / "out/huggingface/mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"mine\.txt"):
        deliver(store, RUN, plan({"q": TEXT}, **ALL), tmp_path / "out", stop="complete", overwrite=True)
    assert contents(tmp_path / "out") == {"huggingface/mine.txt": b"mine"}


def test_a_full_disk_leaves_what_was_there(store, tmp_path, mounted):
    accept(store, {"q": "a"})
    disk = mounted("size=400k")
    deliver(store, RUN, plan({"q": TEXT}, **ALL), disk / "out", stop="complete")
    before = contents(disk / "out")
    accept(store, *({"q": sha256(str(i).encode()).hexdigest() * 800} for i in range(20)))
    with pytest.raises(OutputError, match="space"):
        deliver(store, RUN, plan({"q": TEXT}, rows=20, **ALL), disk / "out", stop="complete", overwrite=True)
    assert contents(disk / "out") == before


def test_rejects_say_where_and_why(store, tmp_path):
    store.put_row(RUN, Row(Place(1, 0), "rejected", {"q": "a"}, "q", "not JSON", "{broken\nraw \u2028"))
    deliver(store, RUN, plan({"q": TEXT}), tmp_path / "out", stop="complete")
    assert lines(tmp_path / "out/rejects.jsonl") == [
        {"slot": 1, "attempt": 0, "field": "q", "reason": "not JSON", "raw": "{broken\nraw \u2028"}
    ]


def page_and_fact(store, number=0):
    text = f"Page {number}: a wheel is a ZIP archive."
    page = Document(
        f"https://e.org/{number}", f"T|{number}", text, sha256(text.encode()).hexdigest(), "2026-01-01T00:00:00Z"
    )
    fact = Fact("Wheels are ZIPs.", "a wheel is a ZIP", 8, 24, page.url, page.title, page.sha256, page.at, "What?")
    store.keep_page(page)
    store.keep_fact(fact)
    return {"statement": fact.statement, "quote": fact.quote, "url": fact.url, "title": fact.title}


def test_the_card_tells_where_rows_come_from_what_became_of_candidates_and_what_it_cost(store, tmp_path):
    store.keep_question(Question("What?", "a user", 0))
    facts = [page_and_fact(store, 0), page_and_fact(store, 1), page_and_fact(store, 2)]
    number = store.journal.opened("k:0", field="q", model="m", endpoint="http://u:pw@h/v1", reserved=9)
    store.journal.closed(number, cost=5, reply=Reply("x", Usage(3, 4), "http://u:pw@h/v1"))
    store.keep_cell(Cell("k", "q", "x"))
    accept(store, {"q": "a", "f": facts[0]}, {"q": "b", "f": facts[0]}, {"q": "c", "f": facts[1]})
    for slot, (field, reason) in enumerate(
        [("q", "not JSON"), ("j", "mark 2 below 4"), ("g", "not supported by the fact"),
         ("duplicates", "nearly repeats row"), ("q", "quota is full"), ("elsewhere", "odd")], start=3
    ):  # fmt: skip
        store.put_row(RUN, Row(Place(slot, 0), "rejected", {}, field, reason))
    store.put_row(RUN, Row(Place(20, 0), "held", {}))
    store.put_row(RUN, Row(Place(21, 0), "pending", {}))
    fields = {"f": {"make": "fact"}, "q": TEXT, "j": {"make": "judge", "prompt": "p", "hidden": True},
              "g": {"make": "grounded", "fields": ["q"], "hidden": True}}  # fmt: skip
    deliver(store, RUN, plan(fields, rows=5, **ALL), tmp_path / "out", stop="the budget is spent")
    card = json.loads((tmp_path / "out/card.json").read_text())
    text = (tmp_path / "out/card.md").read_text()
    assert [(step["left"], step["out"]) for step in card["funnel"]] == [
        (11, 0), (9, 2), (7, 2), (6, 1), (5, 1), (4, 1), (3, 1), (3, 0),
    ]  # fmt: skip
    assert [(source["url"], source["rows"]) for source in card["sources"]] == [
        ("https://e.org/0", 2), ("https://e.org/1", 1), ("https://e.org/2", 0),
    ]  # fmt: skip
    assert card["sources"][0]["sha256"] == store.page("https://e.org/0").sha256
    assert card["costs"]["dollars"] == "0.000000000005"
    assert card["rows"] == {"asked": 5, "delivered": 3}
    assert "pw" not in text + json.dumps(card["costs"])
    assert "hush" not in json.dumps(card)
    assert "the budget is spent" in text
    assert "1 other page was read; no row rests on it." in text
    assert "# Questions \\| with &lt;answers&gt;" in text
    assert "`````yaml\ngoal: Questions\n# ```` not the end\n`````" in text
    assert "Made, and not delivered: j (judge), g (grounded)." in text
    for file in card["files"]:
        data = (tmp_path / "out" / file["name"]).read_bytes()
        assert (len(data), sha256(data).hexdigest()) == (file["bytes"], file["sha256"])


def test_a_quote_that_nobody_compared_is_said_to_be_so(store, tmp_path):
    accept(store, {"f": {"statement": "s", "quote": "q", "url": "https://e.org/x", "title": "t"}})
    deliver(store, RUN, plan({"f": {"make": "fact"}}), tmp_path / "out", stop="complete")
    text = (tmp_path / "out/card.md").read_text()
    assert "not compared with the source" in text
    assert "word for word" not in text


def test_what_others_wrote_cannot_break_out_of_the_card(store, tmp_path):
    evil = "x | y\n# Title\n<script>alert(1)</script> [a](http://b) {{ 7 * 7 }}"
    store.put_row(RUN, Row(Place(0, 0), "rejected", {}, evil, evil))
    deliver(store, RUN, plan({"q": {**TEXT, "about": evil}}), tmp_path / "out", stop=evil)
    text = (tmp_path / "out/card.md").read_text()
    assert "<script>" not in text
    assert "\n# Title" not in text
    assert "49" not in text.partition("## Files")[0]
    tables = [line for line in text.splitlines() if line.startswith("| x \\| y")]
    assert tables == [line for line in tables if line.replace("\\|", "").count("|") == 4]
