"""Folders, files and tables in the local index, as they are and as they change."""

import os
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parhelion.errors import DataError, SchemaError
from parhelion.retrieval import LocalIndex, document_of


@pytest.fixture
def index():
    return LocalIndex(sqlite3.connect(":memory:"))


@pytest.fixture
def folder(tmp_path):
    docs = tmp_path / "docs"
    (docs / "deep").mkdir(parents=True)
    (docs / "cakes.md").write_text("# Cakes\n\nButter, sugar, eggs and flour. Bake for an hour.\n")
    (docs / "deep" / "bread.rst").write_text("Bread\n=====\n\nYeast makes the dough rise.\n")
    (docs / "page.html").write_text(
        "<title>Soup</title><p>Boil the leeks.</p><script>evil()</script><p hidden>not me</p>"
    )
    return docs


def texts(index, query, limit=5):
    return [hit.url.rpartition("/")[2] for hit in index.search(query, limit)]


def test_a_folder_is_read_whole(index, folder):
    changes = index.update([str(folder)])
    assert (changes.added, changes.changed, changes.removed, changes.same, changes.skipped) == (3, 0, 0, 0, {})
    assert texts(index, "dough rising") == ["bread.rst"]
    assert texts(index, "leeks") == ["page.html"]
    assert index.search("evil not me") == [] or "page.html" not in texts(index, "evil")
    page = index.document(str(folder / "page.html"))
    assert (page.title, page.text) == ("Soup", "Boil the leeks.")


def test_a_hit_points_at_its_place(index, tmp_path):
    body = "".join(f"Part {n}\n=======\n\n{'Words about nothing much. ' * 40}\n\n" for n in range(30))
    (tmp_path / "long.rst").write_text(body.replace("Part 17\n", "Part 17 on wombats\n") + "\n\nThe end ☃ of it.")
    index.update([str(tmp_path)])
    for query in ("wombats", "end of it ☃"):
        hit = index.search(query)[0]
        document = index.document(hit.url)
        assert document.text[hit.start : hit.end] == hit.snippet
    assert "wombats" in index.search("wombat")[0].snippet
    assert document.text == body.replace("Part 17\n", "Part 17 on wombats\n") + "\n\nThe end ☃ of it."


def test_only_what_changed_is_indexed_again(index, folder):
    index.update([str(folder)])
    again = index.update([str(folder)])
    assert (again.added, again.changed, again.removed, again.same) == (0, 0, 0, 3)
    (folder / "cakes.md").write_text("# Cakes\n\nOnly marzipan.\n")
    (folder / "page.html").unlink()
    (folder / "new.txt").write_text("Pickled herring")
    os.utime(folder / "deep" / "bread.rst", ns=(1, 1))  # another time, the same contents
    later = index.update([str(folder)])
    assert (later.added, later.changed, later.removed, later.same) == (1, 1, 1, 1)
    assert texts(index, "butter") == []
    assert texts(index, "leeks") == []
    assert texts(index, "marzipan herring") in (["cakes.md", "new.txt"], ["new.txt", "cakes.md"])


def test_a_file_whose_time_and_size_are_as_before_is_not_read(index, folder):
    cakes = folder / "cakes.md"
    os.utime(cakes, ns=(5, 5))
    index.update([str(folder)])
    cakes.write_text(cakes.read_text().replace("Butter", "Bitter"))
    os.utime(cakes, ns=(5, 5))
    index.update([str(folder)])
    assert texts(index, "butter") == ["cakes.md"]


def test_the_words_of_a_removed_document_leave_nothing(folder):
    db = sqlite3.connect(":memory:")
    index = LocalIndex(db)
    index.update([str(folder)])
    (folder / "cakes.md").write_text("# 点心\n\n東京の点心 naïve Ünïcode")
    index.update([str(folder)])
    for path in folder.rglob("*.*"):
        path.unlink()
    assert index.update([str(folder)]).removed == 3
    assert len(index) == 0
    db.execute("INSERT INTO index_words (index_words) VALUES ('integrity-check')")
    db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(index_words, 'row')")
    assert db.execute("SELECT * FROM terms").fetchall() == []


def test_what_is_no_document_is_told(index, folder):
    (folder / "a.pdf").write_bytes(b"%PDF-1.7")
    (folder / "b.csv").write_text("a,b\n1,2\n")
    (folder / "c.txt").write_bytes(bytes(2000))
    (folder / "d.txt").write_bytes("Grüße an alle Löwen".encode() * 50 + b"\xff\xfe broken")
    (folder / "e.txt").write_text(" \n ")
    (folder / "f.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / ".git").mkdir()
    (folder / ".git" / "g.txt").write_text("hidden")
    os.mkfifo(folder / "pipe.txt")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    changes = index.update([str(folder)])
    why = {path.rpartition("/")[2]: reason for path, reason in changes.skipped.items()}
    assert set(why) == {"a.pdf", "b.csv", "c.txt", "d.txt", "e.txt", "f.jpg", "pipe.txt", "gone.txt"}
    assert "pdftotext" in why["a.pdf"]
    assert "table" in why["b.csv"]
    assert "zero" in why["c.txt"]
    assert "not UTF-8" in why["d.txt"]
    assert why["e.txt"] == "there is no text in it"
    assert why["pipe.txt"] == "not a regular file"
    assert changes.added == 3
    assert index.update([str(folder)]).skipped == changes.skipped


def test_links_in_circles_and_copies_are_read_once(index, folder):
    (folder / "deep" / "up").symlink_to(folder)
    (folder / "alias.md").symlink_to(folder / "cakes.md")
    assert index.update([str(folder), str(folder / "deep")]).added == 3


def test_encodings_of_the_west(index, tmp_path):
    (tmp_path / "a.txt").write_bytes("Zwölf Boxkämpfer jagen Viktor".encode("cp1252"))
    (tmp_path / "b.txt").write_bytes("Zwölf Äpfel".encode("utf-16"))
    index.update([str(tmp_path)])
    assert sorted(texts(index, "zwolf")) == ["a.txt", "b.txt"]
    assert index.document(str(tmp_path / "b.txt")).text == "Zwölf Äpfel"


def test_a_file_that_cannot_be_read_any_more_is_taken_out(index, folder):
    index.update([str(folder)])
    (folder / "cakes.md").write_bytes(bytes(5000))
    changes = index.update([str(folder)])
    assert (changes.removed, changes.same, list(changes.skipped)) == (1, 2, [str(folder / "cakes.md")])
    assert texts(index, "butter") == []


def test_sources_that_are_not_there_are_named_at_once(index, folder):
    with pytest.raises(DataError) as caught:
        index.update([str(folder / "cake.md"), str(folder), str(folder / "none")])
    assert "2 problems" in str(caught.value)
    assert "did you mean" in str(caught.value)
    assert len(index) == 0


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.parquet"
    bodies = ["All about badgers. " * 30, "All about newts. " * 30, None, "  "]
    table = {
        "number": [7, 8, 9, 10],
        "Title": ["Badgers", "Newts", "Nothing", "Blank"],
        "body": bodies,
        "author": ["Ann", "Bob", None, "Cy"],
    }
    pq.write_table(pa.table(table), path)
    return path, table


def test_the_rows_of_a_table_are_documents(index, corpus):
    path, table = corpus
    changes = index.update([str(path)])
    assert changes.added == 2
    assert changes.skipped == {f"{path}#{n}": "there is no text in it" for n in (3, 4)}
    hit = index.search("number 8")[0]
    assert (hit.url, hit.title) == (f"{path}#2", "Newts")
    assert index.document(hit.url).meta == {"number": "8", "author": "Bob"}
    assert index.search("Ann")[0].title == "Badgers"
    table["body"][0] = "Rewritten, with otters."
    pq.write_table(pa.table(table), path)
    later = index.update([str(path)])
    assert (later.added, later.changed, later.removed, later.same) == (0, 1, 0, 1)


def test_a_column_can_be_named(index, corpus):
    path, _ = corpus
    assert index.update([f"{path}::author"]).added == 3
    assert index.document(f"{path}#1").text == "Ann"
    assert index.update([f"{path}::body"]).changed == 2
    with pytest.raises(SchemaError, match="did you mean 'author'"):
        index.update([f"{path}::auther"])


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_tables_of_text(index, tmp_path, ending):
    path = tmp_path / f"t.{ending}"
    rows = {"csv": 'id,text\n1,"a long, long text"\n', "jsonl": '{"id": 1, "text": "a long, long text"}\n'}
    path.write_text(rows[ending])
    assert index.update([str(path)]).added == 1
    assert index.document(f"{path}#1").text == "a long, long text"


def test_a_broken_table_is_told_and_leaves_nothing(index, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,text\n" + "1,fine text\n" * 600 + "1,2,3\n")
    changes = index.update([str(path)])
    assert (len(index), changes.added, changes.removed) == (0, 0, 0)
    assert "601" in changes.skipped[str(path)] or "602" in changes.skipped[str(path)]


def test_an_interrupted_update_keeps_what_was_done_and_goes_on(folder, tmp_path):
    for number in range(300):
        (folder / f"{number:03}.txt").write_text(f"note {number}")
    path = tmp_path / "index.sqlite"

    def stop(stage, done, total):
        calls.append(done)
        if len(calls) == 200:
            raise KeyboardInterrupt

    calls = []
    db = sqlite3.connect(path)
    with pytest.raises(KeyboardInterrupt):
        LocalIndex(db).update([str(folder)], stop)
    db.close()
    index = LocalIndex(sqlite3.connect(path))
    changes = index.update([str(folder)])
    assert (changes.same, changes.added) == (128, 175)
    assert texts(index, "note 299")[0] == "299.txt"


def test_a_transaction_of_the_caller_stays_theirs(folder):
    db = sqlite3.connect(":memory:")
    index = LocalIndex(db)
    db.execute("CREATE TABLE own (a)")
    db.execute("INSERT INTO own VALUES (1)")
    index.update([str(folder)])
    db.rollback()
    assert len(index) == 0
    assert db.execute("SELECT * FROM own").fetchall() == []


def test_an_index_of_another_version_is_built_anew(folder):
    db = sqlite3.connect(":memory:")
    LocalIndex(db).update([str(folder)])
    db.execute("UPDATE index_about SET value = '0'")
    index = LocalIndex(db)
    assert len(index) == 0
    assert index.update([str(folder)]).added == 3


def test_one_line_of_many_characters(index, tmp_path):
    (tmp_path / "line.txt").write_text("x" * 300_000 + " needle " + "字" * 50_000)
    index.update([str(tmp_path)])
    hit = index.search("needle")[0]
    assert "needle" in hit.snippet
    assert len(hit.snippet) <= 1800


def test_documents_put_by_hand_stay(index, folder):
    index.put(document_of("https://example.org/", "Web", "A page on herons."))
    index.update([str(folder)])
    index.update([])
    assert list(index.urls()) == ["https://example.org/"]


def test_pages_of_files_say_their_own_charset(index, tmp_path):
    (tmp_path / "a.html").write_bytes(
        "<meta charset=windows-1251><title>Мир</title><p>Привет, мир</p>".encode("cp1251")
    )
    index.update([str(tmp_path)])
    assert index.search("привет")[0].title == "Мир"


def test_the_mark_follows_the_documents(index, folder):
    index.update([str(folder)])
    mark = index.mark()
    os.utime(folder / "cakes.md", ns=(1, 1))
    index.update([str(folder)])
    assert index.mark() == mark
    (folder / "cakes.md").write_text("Others")
    index.update([str(folder)])
    assert index.mark() != mark


def test_a_table_that_is_named_beside_its_folder(index, folder):
    (folder / "t.csv").write_text("title,text\nOtters,they swim\n")
    changes = index.update([str(folder), str(folder / "t.csv")])
    assert (changes.added, changes.skipped) == (4, {})
    assert index.search("otters")[0].url == f"{folder / 't.csv'}#1"


@pytest.mark.parametrize("name", ["a.md", "b.txt", "c.log", "LICENSE"])
def test_a_file_that_is_named_needs_no_ending(index, tmp_path, name):
    (tmp_path / name).write_text("Permission is granted")
    assert index.update([str(tmp_path / name)]).added == 1
