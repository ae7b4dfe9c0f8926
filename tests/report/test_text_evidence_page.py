"""The part of the page about free text: all of it is there, and whatever is said in texts is text."""

from functools import cache
from itertools import pairwise

import made_report
import made_text
import pytest
from made_numbers import score
from page_parts import Page

from parhelion.evaluation.report import Report
from parhelion.evaluation.text.figures import Text
from parhelion.report import html, texts
from parhelion.report.charts import Curve
from parhelion.report.charts.ranks import ranks


@cache
def report(name="text"):
    return made_report.full().model_copy(update={"text": getattr(made_text, name)()})


@cache
def page(name="text"):
    return html(report(name))


def section(text):
    inner = text.split('<section id="text"', 1)[1].partition(">")[2].split("</section>")[0]
    return Page(inner).text


@pytest.mark.parametrize("name", ["text", "hostile"])
def test_the_page_is_well_formed_and_its_headings_are_in_order(name):
    found = Page(page(name))
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in found.values("href") if link.startswith("#")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in found.tags if tag in {"h1", "h2", "h3", "h4", "h5"}]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for chart in page(name).split('role="img"')[1:]:
        assert chart.partition(">")[2].startswith("<title>")


TOLD = (
    "gives 84.2 % of unseen real texts the right label; one that learned from real texts, 89.7 %",
    "1.2 % of texts repeat one that was learned from", "No personal value of those learned from was found.",
    "Of 2 planted secrets, 1 came out.", "9,876 synthetic texts, 10,003 real, 3,080 held out",
    "Learning category: F1 of each label", "late parcel · 40 texts", "1.3 %", "How long texts are",
    "50 characters or more", "where is my parcel today?", "row 1,850", "99.1 % sure", "have a digit", "email", "312",
    "My PIN is ####", "12 bits", "10,003 texts were read", "Not told: no held-out rows were given.",
    "12 synthetic texts repeat one that was learned from.",
)  # fmt: skip


@pytest.mark.parametrize("told", TOLD)
def test_everything_is_told(told):
    assert told in section(page())


def test_hostile_texts_are_text_and_nothing_else():
    found, text = Page(page("hostile")), page("hostile")
    assert text.count("<script") == text.count("</script") == 1
    assert text.count("<style") == text.count("</style") == 1
    assert not [key for _, attributes in found.tags for key in attributes if key.startswith("on")]
    for name in ("<script>alert(1)</script>", "{{ 7 * 7 }}", "&lt;b&gt;", "名前"):
        assert name in found.text


def test_a_table_without_text_has_no_such_part():
    text = html(made_report.full())
    assert '<section id="text"' not in text
    assert 'href="#text"' not in text


def test_text_that_could_not_be_judged_is_said_so():
    untold = score("text.utility", "Labels", None, untold="the synthetic rows have no text in body")
    text = html(made_report.full().model_copy(update={"text": Text(scores=(untold,))}))
    assert "Not told: the synthetic rows have no text in body." in section(text)


def test_where_nothing_is_wrong_it_is_said_so():
    good = tuple(
        one.model_copy(update={"value": 0.0}) if one.key in {"text.copies", "text.personal"} else one
        for one in made_text.scores()
    )
    said = texts.told(Text(scores=good))
    assert "No text repeats one that was learned from. No personal value of those learned from was found." in said


def test_it_survives_json():
    assert Report.from_json(report().to_json()) == report()


def test_ranks_are_drawn_without_what_has_no_logarithm():
    drawn = str(
        ranks("t", [Curve("real", [(1, 0.1), (10, 0.0), (100, 0.001)], "real"), Curve("none", [], "synthetic")])
    )
    assert drawn.count("curve-real") == 1
    assert "curve-synthetic" not in drawn
    assert "no curves" in str(ranks("t", []))
