"""How the program is used, rightly and wrongly: help, flags, messages, exit statuses."""

import pytest

VERBS = ("twin", "evaluate", "thresholds", "schema", "fit", "sample", "show")
N = "expected a whole number of at least 1, such as 1000 or 1_000_000"


def test_help_tells_the_verbs_in_the_order_of_their_use(run):
    said = run("--help")
    assert (said.status, said.err) == (0, "")
    places = [said.out.index(f"\n  {verb}  ") for verb in VERBS]
    assert places == sorted(places)
    assert "parhelion twin people.csv -o twin --target income" in said.out


def test_without_words_the_program_tells_its_verbs(call):
    assert call() == call("--help")


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_has_an_example_and_what_every_verb_takes(call, verb):
    said = call(verb, "--help")
    assert said.status == 0
    assert said.out.startswith(f"parhelion {verb} ")
    assert f"For example:\n  parhelion {verb} " in said.out
    assert "--json" in said.out
    assert "--quiet" in said.out


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_piped_help_is_plain_text_of_a_page_s_width(run, verb):
    said = run(*filter(None, [verb]), "--help", env=None)
    assert "\x1b" not in said.out
    assert all(len(line) <= 100 and line == line.rstrip() for line in said.out.splitlines())


def test_help_of_fit_has_the_options_of_the_configuration_and_their_defaults(call):
    from pydantic import BaseModel

    from parhelion.tables import FitConfig

    page = " ".join(call("fit", "--help").out.split())
    for name, field in FitConfig.model_fields.items():
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            assert f"--{name.replace('_', '-')} " in page
            assert field.description[1:] in page
    assert "--protect K" in page
    assert "[default: 10]" in page
    assert "[default: 1_000_000]" in page
    assert "[default: 1GiB]" in page


def test_version(call):
    from importlib.metadata import version

    assert call("--version") == (0, f"parhelion {version('parhelion')}\n", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["fti"], "there is no verb 'fti'; did you mean 'fit'?; see parhelion --help"),
        (["frobnicate"], "there is no verb 'frobnicate'; there are: 'twin', 'evaluate', 'thresholds', 'schema'"),
        (["fit", "a.csv", "-o", "m.parhelion", "--taget", "x"], "no flag '--taget'; did you mean '--target'?; see"),
        (["fit", "a.csv", "-o", "m.parhelion", "-x"], "there is no flag '-x'; there are: '--output', '-o', '--schema'"),
        (["--quiet", "fit", "a.csv"], "--quiet stands where a verb is expected; flags come after it; see"),
        (["fit"], "SOURCE is missing; see parhelion fit --help"),
        (["fit", "a.csv"], "-o is missing; see parhelion fit --help"),
        (["fit", "a.csv", "-o"], "-o has no value; see parhelion fit --help"),
        (["show", "a", "b"], "'b' is one argument too many; see parhelion show --help"),
        (["fit", "a.csv", "-o", "a.csv"], "-o is 'a.csv'; a model file ends in .parhelion, for example 'a.parhelion'"),
        (["schema", "a.csv", "--kind", "zip"], "--kind is 'zip'; expected COLUMN=KIND, such as zip=category"),
        (["schema", "a.csv", "--kind", "=text"], "--kind is '=text'; expected COLUMN=KIND, such as zip=category"),
        (["sample", "m.parhelion", "-o", "t.csv", "--seed", "-1"], "--seed is '-1'; expected a whole number of at"),
        (["fit", "no.csv", "-o", "m.parhelion"], "there is no file 'no.csv'"),
        (["show", "no.parhelion"], "no.parhelion"),
    ],
)  # fmt: skip
def test_wrong_use_says_what_is_wrong_and_ends_with_2(call, tmp_path, words, message):
    said = call(*words)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("parhelion: ")
    assert message in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("n", ["0", "000", "-5", "2.5", "1e6", "1,000", "many", "", "nan", "٣"])
@pytest.mark.parametrize("verb", ["sample", "twin"])
def test_a_number_of_rows_that_is_none(call, model, people, verb, n):
    said = call(verb, model if verb == "sample" else people, "-o", "out", "-n", n)
    assert said == (2, "", f"parhelion: -n is {n!r}; {N}\n")


def test_a_number_of_rows_that_nobody_could_count(call, model):
    said = call("sample", model, "-o", "-", "-n", "9" * 30)
    assert said == (2, "", f"parhelion: -n is '{'9' * 30}'; expected a whole number of at most 18 digits\n")


@pytest.mark.parametrize("n", ["7", "0_0_7"])
def test_numbers_may_have_underscores(call, model, n):
    assert call("sample", model, "-o", "-", "-n", n).out.count("\n") == 8


@pytest.mark.parametrize(
    "words",
    [["fit", "", "-o", "m.parhelion"], ["show", ""], ["fit", "a.csv", "-o", ""], ["twin", "a.csv", "-o", ""],
     ["schema", "a.csv", "-o", ""], ["sample", "m.parhelion", "-o", ""], ["twin", "a.csv", "--schema", ""]],
)  # fmt: skip
def test_an_empty_name_is_not_this_folder(call, words):
    said = call(*words)
    assert said.status == 2
    assert "is empty; expected the name of a file or a folder" in said.err


def test_all_options_that_cannot_be_are_named_at_once(call):
    said = call("fit", "a.csv", "-o", "m.parhelion", "--protect", "0", "--memory", "3XB", "--seed", "-1", "--rows", "x")
    assert said.status == 2
    assert said.err.splitlines() == [
        "parhelion: 4 problems:",
        "  - --seed is '-1'; expected a whole number of at least 0",
        "  - --protect is '0'; expected a whole number of at least 1",
        "  - --rows is 'x'; expected a whole number of at least 1000",
        "  - --memory is '3XB'; expected a size of at least 1MB, such as 500MB or 2GB",
    ]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["fti"], "UsageError"),
        (["fit", "--sed"], "UsageError"),
        (["fit", "a.csv", "-o", "m.parhelion", "--protect", "0"], "UsageError"),
        (["schema", "no.csv"], "DataError"),
        (["show", "no.parhelion"], "DataError"),
        (["sample", "m.parhelion", "-o", "-"], "UsageError"),
    ],
)
def test_errors_are_json_where_json_is_asked_for(call, words, kind):
    said = call(*words, "--json")
    assert (said.status, said.err) == (2, "")
    assert said.json["error"]["type"] == kind
    assert said.json["error"]["message"]


def test_no_traceback_of_a_fault_of_ours_unless_asked_for(call, people, monkeypatch):
    import parhelion.tables.fitting

    def broken(*_, **__):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(parhelion.tables.fitting, "discover_source", broken)
    said = call("schema", people)
    assert said.status == 70
    assert said.err == (
        "parhelion: this should not have happened (RuntimeError: two lines); please report it with the command line; "
        "PARHELION_DEBUG=1 shows where\n"
    )
    monkeypatch.setenv("PARHELION_DEBUG", "1")
    assert "Traceback" in call("schema", people).err


def test_the_way_a_file_is_named_cannot_play_with_the_terminal(call):
    said = call("schema", "a\x1b[2J.csv")
    assert "\x1b" not in said.err
