"""The page of a report: everything is on it, nothing else is needed, whatever the data is called."""

from functools import cache
from itertools import pairwise

import made_report
import pytest
from judged_report import DETECTION, PREDICT, judged_report
from made_fidelity import fidelity
from made_numbers import score
from page_parts import Page

from parhelion.evaluation.report import Report
from parhelion.report import html, words

MADE = ("full", "bare", "wide", "hostile")
MEGABYTE = 1_000_000


@cache
def made(name):
    return getattr(made_report, name)()


@cache
def page(name):
    return html(made(name))


@cache
def read(name):
    return Page(page(name))


def figures(report):
    """All scores that have a value."""
    return [one for one in report.scores().values() if one.value is not None]


@pytest.mark.parametrize("name", MADE)
def test_it_is_well_formed_and_every_link_has_its_end(name):
    found = read(name)
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    links = [link for link in found.values("href") if link.startswith("#")]
    assert {link[1:] for link in links} <= set(ids)
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        assert set(" ".join(found.values(attribute)).split()) <= set(ids)


@pytest.mark.parametrize("name", MADE)
def test_it_needs_nothing_else(name):
    found = read(name)
    assert [len(found.of(tag)) for tag in ("script", "style", "link", "img", "iframe")] == [1, 1, 0, 0, 0]
    assert not found.values("src")
    assert all(link.startswith("#") for link in found.values("href"))
    assert "url(" not in found.styles[0]
    assert "@import" not in found.styles[0]
    assert not any(word in found.scripts[0] for word in ("fetch(", "XMLHttpRequest", "import(", "http"))
    policy = next(one["content"] for one in found.of("meta") if one.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("name", MADE)
def test_it_can_be_read_without_javascript(name):
    found = read(name)
    assert not [attributes for _, attributes in found.tags if "hidden" in attributes]
    assert not [style for style in found.values("style") if "display" in style]
    assert "noscript" not in page(name)


@pytest.mark.parametrize("name", MADE)
def test_headings_are_in_order(name):
    levels = [int(tag[1]) for tag, _ in read(name).tags if tag in {"h1", "h2", "h3", "h4", "h5"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", MADE)
def test_every_chart_has_a_title_and_a_description(name):
    text = page(name)
    charts = text.split('role="img"')[1:]
    assert len(charts) >= (20 if name != "bare" else 0)
    for chart in charts:
        assert chart.partition(">")[2].startswith("<title>")
        assert "</title><desc>" in chart
        assert "<title></title>" not in chart
        assert "<desc></desc>" not in chart


def test_every_score_is_there_with_its_reference():
    found, text = read("full"), page("full")
    for one in figures(made("full")):
        assert f'id="{one.key}"' in text
        for said in (one.title, one.meaning, one.warning, words.measured(one.value, one.unit)):
            assert words.short(said, 1000) in found.text or not said
        if one.reference is not None:
            assert " ".join(words.measured(one.reference, one.unit).split()) in found.text


def test_what_every_section_found_is_there():
    report, said = made("full"), read("full").text
    for section in report.sections.values():
        for sentence in (*section.findings, *section.notes):
            assert sentence in said
    for sentence in (report.verdict.sentence, *report.worst):
        assert sentence in said
    for judged in report.verdict.judged:
        assert judged.title in said
        assert judged.expected in said
        assert judged.why in said


TOLD = {
    "fidelity": ("marital_status", "5 %", "All 105 pairs were compared."),
    "detection": ("Row 1,204", "98.2 %", "0.552", "10,566"),
    "utility": ("Predicting income", "0.912", "sex = Male"),
    "privacy": ("27,104", "attribute inference", "81.2 %", "far from all other rows", "age · sex · race"),
    "fairness": ("Amer-Indian-Eskimo", "13,946", "income = >50K"),
    "rules": ("education -> education_num", "12, 907, 4,411", "99.8 %"),
}


def sections(text):
    """The text of each section by its id; what belongs to fidelity is one."""
    parts = {}
    for one in text.split("<section ")[1:]:
        name = one.split('id="', 1)[1].split('"', 1)[0]
        name = "fidelity" if name in {"columns", "pairs"} else name
        inner = one.partition(">")[2].split("</section>")[0]
        parts[name] = parts.get(name, "") + " " + Page(inner).text
    return parts


@pytest.mark.parametrize("section", TOLD)
def test_the_figures_of_each_section_are_there(section):
    said = sections(page("full"))[section]
    for figure in TOLD[section]:
        assert figure in said


def test_every_column_pair_group_and_rule_is_named():
    report, parts = made("full"), sections(page("full"))
    for column in report.fidelity.columns:
        assert column.name in parts["fidelity"]
    for pair in report.fidelity.pairs[:60]:
        assert f"{pair.first} · {pair.second}" in parts["fidelity"]
    for attribute in report.fairness.attributes:
        for group in attribute.groups:
            assert group.name in parts["fairness"]
    for rule in report.rules.rules:
        assert rule.rule in parts["rules"]


def test_the_first_screen_says_what_is_compared():
    said = read("full").text.split("The worst things first")[0]
    for word in ("adult.csv", "adult_synthetic.csv", "32,561", "16,281", "income", "Not passed", "2 of 5 thresholds"):
        assert word in said
    for one in made("full").headline:
        assert one.title in said
        assert one.meaning in said


@pytest.mark.parametrize("name", MADE)
def test_hostile_names_are_text_and_nothing_else(name):
    found, text = read(name), page(name)
    assert text.count("<script") == text.count("</script") == 1
    assert text.count("<style") == text.count("</style") == 1
    assert not [key for _, attributes in found.tags for key in attributes if key.startswith("on")]
    assert not [link for link in found.values("href") if not link.startswith("#")]
    assert "\0" not in text


def test_hostile_names_are_shown_as_they_are():
    said = read("hostile").text
    for name in ("<script>alert(1)</script>", "\"quoted\" & 'single'", "{{ 7 * 7 }}", "&lt;b&gt;", "名前", "]]><!--"):
        assert name in said
    assert "_the_last" in said


def test_half_a_surrogate_pair_can_be_written():
    report = made_report.of_columns(["\ud800", "nul\0"])
    text = html(report)
    assert text.encode("utf-8").decode("utf-8") == text
    assert "nul\ufffd" in text


def test_a_hundred_columns_stay_under_a_megabyte():
    report = made("wide")
    assert len(report.fidelity.columns) > 100
    assert len(report.fidelity.pairs) == 4_950
    assert len(page("wide").encode()) < MEGABYTE


def test_nothing_told_is_said_so():
    said = read("bare").text
    for sentence in (
        "there are only 2 rows", "not told", "No pair could be compared", "Nothing was predicted",
        "No sensitive column was given", "No rule was given", "No thresholds were set", "Nothing could be told.",
        "none given; cut in half", "a quick first look",
    ):  # fmt: skip
        assert sentence in said
    assert "None" not in said
    assert "nan" not in said.split()


def test_no_columns_at_all_render():
    report = made("bare").model_copy(update={"fidelity": fidelity({}).model_copy(update={"columns": (), "pairs": ()})})
    assert "No column could be compared" in Page(html(report)).text


@pytest.mark.parametrize("name", ["full", "bare"])
@pytest.mark.parametrize("more", [{"cut": True, "holdout": None}, {"quick": True}, {"twin": True}])
def test_every_way_to_compare_renders(name, more):
    report = made(name)
    compared = report.compared.model_copy(update=more)
    Page(html(report.model_copy(update={"compared": compared})))


def test_one_untold_score_in_a_full_report_says_why():
    report = made("full")
    untold = score("detection.unseen", "Told apart", None, untold="there are only 3 rows", meaning="Whether.")
    one = report.detection.model_copy(update={"scores": (untold, *report.detection.scores[1:]), "tests": ()})
    assert "Not told: there are only 3 rows." in Page(html(report.model_copy(update={"detection": one}))).text


def test_one_report_gives_one_page():
    assert html(made("full")) == html(Report.from_json(made("full").to_json()))


def test_a_title_takes_the_place_of_the_question():
    text = html(made("full"), title="Beds & <patients>")
    assert "<title>Beds &amp; &lt;patients&gt;</title>" in text
    assert "Beds & <patients>" in Page(text).text
    assert "stand in for" not in Page(text).text


def test_scores_that_decide_nothing_are_rows_of_a_table():
    report, text = made("full"), page("full")
    judged = {one.score for one in report.verdict.judged} | {one.key for one in report.headline}
    for key, one in report.scores().items():
        first = one == report.sections[key.partition(".")[0]].scores[0]
        assert (f'<tr id="{key}">' in text) == (key not in judged and not first)
        assert (f'<li class="score" id="{key}">' in text) == (key in judged or first)


def test_missed_thresholds_come_first():
    said = sections(page("full"))["thresholds"]
    order = [said.index(outcome) for outcome in ("✕ missed", "≈ unsure", "? not told", "✓ held")]
    assert order == sorted(order)


def test_what_is_wrong_is_said_in_sentences():
    report = made("full").model_copy(update={"worst": ("only 3 rows are left", "Is it?")})
    said = Page(html(report)).text
    assert "only 3 rows are left." in said
    assert "Is it?" in said
    assert "Is it?." not in said


def test_a_verdict_that_leaves_privacy_open_is_not_shown_as_passed():
    report = judged_report(
        {"age": "number"},
        scores=[DETECTION.model_copy(update={"value": 0.5}), PREDICT.model_copy(update={"value": 0.9})],
    )
    assert report.verdict.passed
    said = Page(html(report)).text.split("The worst things first")[0]
    assert "Undecided" in said
    assert "Passed" not in said
