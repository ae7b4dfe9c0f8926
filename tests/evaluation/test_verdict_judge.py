"""Which thresholds are held, missed, unsure, untold, and what is said of it."""

import pytest

from parhelion.evaluation.scores import Score
from parhelion.evaluation.thresholds import KEYS, Threshold, Thresholds
from parhelion.evaluation.verdicts import judge

COPIES = "privacy.copies"


def score(value, key=COPIES, **more):
    return Score(key=key, title="Copies", value=value, meaning="", **more)


def judged(found, strict=False, **bounds):
    """The verdict on one score by one threshold."""
    threshold = Threshold(score=found.key, **bounds)
    return judge({found.key: found}, Thresholds(thresholds=(threshold,), strict=strict))


def outcome(found, **bounds):
    return judged(found, **bounds).judged[0].outcome


@pytest.mark.parametrize(
    ("value", "interval", "expected"),
    [
        (0.5, None, "held"),
        (0.55, None, "held"),
        (0.551, None, "missed"),
        (0.6, (0.56, 0.64), "missed"),
        (0.6, (0.55, 0.65), "unsure"),
        (0.5, (0.4, 0.7), "held"),
        (None, None, "untold"),
        (float("nan"), None, "untold"),
        (float("inf"), None, "untold"),
    ],
)
def test_a_limit_from_above(value, interval, expected):
    assert outcome(score(value, interval=interval), at_most=0.55) == expected


def test_a_limit_from_below_has_its_favourable_end_above():
    assert outcome(score(0.9, interval=(0.85, 0.94), better="higher"), at_least=0.95) == "missed"
    assert outcome(score(0.9, interval=(0.85, 0.96), better="higher"), at_least=0.95) == "unsure"
    assert outcome(score(0.97, better="higher"), at_least=0.95) == "held"


@pytest.mark.parametrize(
    ("better", "value", "expected"),
    [
        ("lower", 0.12, "held"),
        ("lower", 0.13, "missed"),
        ("lower", 0.0, "held"),
        ("higher", 0.08, "held"),
        ("higher", 0.07, "missed"),
        ("higher", 1.0, "held"),
        ("reference", 0.12, "held"),
        ("reference", 0.13, "missed"),
        ("reference", 0.07, "missed"),
    ],
)
def test_slack_is_given_in_the_worse_direction(better, value, expected):
    assert outcome(score(value, reference=0.1, better=better), over_reference_at_most=0.02) == expected


@pytest.mark.parametrize(
    ("better", "reference", "value", "expected"),
    [
        ("lower", 0.1, 0.2, "held"),
        ("lower", 0.1, 0.21, "missed"),
        ("lower", 0.0, 0.0, "held"),
        ("lower", 0.0, 0.01, "missed"),
        ("higher", 0.8, 0.4, "held"),
        ("higher", 0.8, 0.39, "missed"),
        ("higher", -0.8, -1.2, "held"),
        ("higher", -0.8, -1.3, "missed"),
        ("reference", 0.1, 0.2, "held"),
        ("reference", 0.1, 0.04, "missed"),
    ],
)
def test_times_the_reference(better, reference, value, expected):
    assert outcome(score(value, reference=reference, better=better), times_reference_at_most=2) == expected


def test_the_looser_slack_counts():
    bounds = {"times_reference_at_most": 2, "over_reference_at_most": 0.03}
    assert outcome(score(0.03, reference=0.001), **bounds) == "held"
    assert outcome(score(0.19, reference=0.1), **bounds) == "held"
    assert outcome(score(0.21, reference=0.1), **bounds) == "missed"


def test_hard_limits_hold_beside_slack():
    bounds = {"at_most": 0.5, "over_reference_at_most": 0.1}
    assert outcome(score(0.55, reference=0.5), **bounds) == "missed"
    assert outcome(score(0.45, reference=0.3), **bounds) == "missed"
    assert outcome(score(0.45, reference=0.4), **bounds) == "held"


def test_without_a_reference_only_what_is_surely_missed_is_told():
    bounds = {"at_most": 0.5, "over_reference_at_most": 0.1}
    assert outcome(score(0.6), **bounds) == "missed"
    one = judged(score(0.4), **bounds).judged[0]
    assert (one.outcome, one.untold) == ("untold", "it has no reference")
    assert one.expected == "at most 0.5 and no more than 0.1 worse than its reference"


def test_strict_thresholds_fail_on_doubt():
    for doubtful, word in (
        (score(0.6, interval=(0.5, 0.7)), "may be chance"),
        (score(None, untold="2 rows"), "not told (2 rows)"),
    ):
        lax, strict = (judged(doubtful, strict=strict, at_most=0.55) for strict in (False, True))
        assert (lax.passed, strict.passed) == (True, False)
        assert strict.sentence.startswith("Do not release: ")
        assert word in strict.sentence
        assert lax.judged == strict.judged


def test_a_score_that_was_not_measured_is_untold():
    verdict = judge({}, Thresholds.default())
    assert verdict.passed
    assert {one.outcome for one in verdict.judged} == {"untold"}
    assert verdict.sentence.startswith("It cannot be said whether it may be released: ")


def everything_held():
    thresholds = Thresholds.default()
    return thresholds, {
        one.score: Score(
            key=one.score,
            title=one.score,
            value=0.0 if one.at_most is not None else one.at_least or 0.5,
            reference=0.5,
            meaning="",
        )
        for one in thresholds.thresholds
    }


def test_a_clean_report_passes_and_claims_no_proof():
    thresholds, scores = everything_held()
    verdict = judge(scores, thresholds)
    assert verdict.passed
    assert verdict.sentence.startswith("Nothing was found against releasing it: all 23 thresholds are held.")
    assert "no proof of privacy" in verdict.sentence
    assert "no differential privacy is claimed" in verdict.sentence


def test_a_guarantee_is_said_to_be_stated_not_checked():
    thresholds, scores = everything_held()
    sentence = judge(scores, thresholds, guarantee="differential privacy of epsilon 1").sentence
    assert sentence.endswith("its maker states differential privacy of epsilon 1.")


def test_without_a_hold_out_nobody_is_told_that_it_is_private():
    thresholds, scores = everything_held()
    scores["privacy.membership"] = score(None, "privacy.membership", untold="no hold-out was given")
    verdict = judge(scores, thresholds)
    assert verdict.passed
    assert verdict.sentence.startswith("It cannot be said")
    assert "no hold-out was given" in verdict.sentence


def test_doubt_about_quality_is_named():
    thresholds, scores = everything_held()
    scores["utility.predict"] = Score(
        key="utility.predict", title="Prediction", value=None, untold="no target", meaning=""
    )
    verdict = judge(scores, thresholds)
    assert '22 of 23 thresholds are held; "Prediction" is not told (no target)' in verdict.sentence


def test_doubts_of_one_reason_are_told_together():
    thresholds, scores = everything_held()
    for key in ("fairness.representation", "fairness.lost", "fairness.parity"):
        scores[key] = Score(key=key, title=key, value=None, untold="no sensitive column", meaning="")
    said = judge(scores, thresholds).sentence
    assert said.count("no sensitive column") == 1
    assert '"fairness.representation", "fairness.lost" and "fairness.parity" are not told' in said


def test_a_doubt_about_privacy_leaves_a_release_undecided():
    doubtful = judged(score(0.6, interval=(0.5, 0.7)), at_most=0.55)
    assert doubtful.passed
    assert [one.score for one in doubtful.undecided] == [COPIES]
    assert doubtful.sentence.startswith(
        'It cannot be said whether it may be released: "Copies" is 0.6, expected at most 0.55, which may be chance. '
        "0 of 1 thresholds are held and none is clearly missed."
    )
    assert not judged(score(0.5), at_most=0.55).undecided
    assert not judged(score(0.6, interval=(0.5, 0.7)), at_most=0.55, strict=True).undecided


def test_thresholds_without_privacy_say_nothing_of_it():
    assert judged(score(1.0, "rules.kept", better="higher"), at_least=1).sentence == (
        "Nothing was found against releasing it: the one threshold is held. "
        "No threshold is about privacy, so this says nothing about it."
    )


def test_what_is_missed_is_told_and_the_rest_counted():
    thresholds, scores = everything_held()
    bad = {key: one.model_copy(update={"value": 0.9, "reference": 0.1}) for key, one in scores.items()}
    verdict = judge(bad, thresholds)
    assert not verdict.passed
    assert verdict.sentence.startswith('Do not release: "privacy.membership" is 0.9, expected at most 0.55; ')
    assert verdict.sentence.endswith("; and 19 more.")


def test_shares_are_told_as_per_cent():
    verdict = judged(score(0.031, reference=0.004, unit="share"), over_reference_at_most=0.005)
    assert verdict.sentence == (
        'Do not release: "Copies" is 3.1 %, expected at most 0.9 % (its reference 0.4 %, plus 0.5 percentage points).'
    )


def test_the_verdict_survives_json():
    verdict = judged(score(0.6, interval=(0.5, 0.7)), at_most=0.55)
    assert type(verdict).model_validate_json(verdict.model_dump_json()) == verdict


def test_default_thresholds_name_known_scores():
    assert {one.score for one in Thresholds.default().thresholds} < set(KEYS)
