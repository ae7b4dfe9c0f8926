"""Presidio, where it is installed, with its own recognisers and a spaCy pipeline that has learned nothing."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.errors import ConfigError
from parhelion.personal import PersonalConfig, finder, mask
from parhelion.personal.finding import patterns
from parhelion.personal.presidio import Presidio

presidio = pytest.importorskip("presidio_analyzer")
pytestmark = pytest.mark.filterwarnings("ignore")  # presidio's and spaCy's own


@pytest.fixture(scope="module")
def analyzer():
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def __init__(self):
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

    return presidio.AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])


def test_presidio_finds_beside_our_patterns(analyzer):
    texts = pa.array(
        ["card 4111 1111 1111 1111, mail jo@home.com, wallet 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ", None, "hi"]
    )
    both = Presidio(analyzer, patterns(texts), "en").find(texts)
    assert [(value.sort, value.text) for value in both[0]] == [
        ("credit_card", "4111 1111 1111 1111"), ("email", "jo@home.com"), ("code", "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ")
    ]  # fmt: skip
    assert both[1:] == [[], []]


def test_numbers_that_presidio_does_not_know_are_found_all_the_same(analyzer):
    texts = pa.array(["my pin is 8391 2764 and Anna knows"])
    found = Presidio(analyzer, patterns(texts), "en").find(texts)[0]
    assert {("code", "8391 2764"), ("first_name", "Anna")} <= {(value.sort, value.text) for value in found}


def test_a_language_without_a_model_is_named():
    texts, config = pa.array(["hello"]), PersonalConfig(finder="presidio", language="xx")
    for ask in (lambda: finder(config, texts), lambda: mask(texts, np.arange(1), config, 10)):
        with pytest.raises(ConfigError, match="spacy download xx_core_news_lg"):
            ask()
