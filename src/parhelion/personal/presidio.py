"""Microsoft's presidio beside our own patterns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from parhelion.errors import ConfigError, missing_extra
from parhelion.personal.finding import Finder, apart
from parhelion.personal.marks import Sort
from parhelion.personal.values import Value

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

_SORTS: Mapping[str, Sort] = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IBAN_CODE": "iban", "CREDIT_CARD": "credit_card",
    "IP_ADDRESS": "ip_address", "MAC_ADDRESS": "ip_address", "URL": "url", "US_BANK_NUMBER": "code", "CRYPTO": "code",
    "MEDICAL_LICENSE": "code", "US_DRIVER_LICENSE": "code",
}  # fmt: skip
_NATIONAL = (
    "_SSN", "_ITIN", "_PASSPORT", "_NINO", "_NHS", "_NIF", "_NIE",
    "_FISCAL_CODE", "_IDENTITY_CARD", "_PESEL", "_NRIC_FIN",
    "_ABN", "_ACN", "_TFN", "_MEDICARE", "_PAN", "_AADHAAR", "_VOTER", "_PERSONAL_IDENTITY_CODE", "_VAT_CODE", "_RRN",
)  # fmt: skip
_SURE = 0.4
"""Scores of presidio below are guesses, as its own documentation has it."""


@dataclass(frozen=True)
class Presidio:
    """What presidio finds, and beside it whatever our patterns find: numbers that few share are never left in."""

    analyzer: "AnalyzerEngine"
    ours: Finder
    language: str

    @classmethod
    def of(cls, ours: Finder, language: str) -> "Presidio":
        """With presidio's own choice of recognisers. Raises MissingExtraError where it is not installed, ConfigError
        where there is no model of the language; none is fetched."""
        try:
            from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415  # optional
            from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415  # the same
        except ImportError as error:
            raise missing_extra("presidio", "the finder presidio") from error
        model = {"lang_code": language, "model_name": _model(language)}
        engine = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}).create_engine()
        return cls(AnalyzerEngine(nlp_engine=engine, supported_languages=[language]), ours, language)

    def find(self, texts: pa.Array) -> list[list[Value]]:
        both = zip(texts.to_pylist(), self.ours.find(texts), strict=True)
        return [apart([*self._theirs(text), *own]) if text is not None else [] for text, own in both]

    def _theirs(self, text: str) -> list[Value]:
        """Those whose sort we know, the surest first."""
        results = self.analyzer.analyze(text=text, language=self.language)
        sure = sorted((result for result in results if result.score >= _SURE), key=lambda result: -result.score)
        return [
            Value(result.start, result.end, sort, text[result.start : result.end])
            for result in sure
            if (sort := sort_of(result.entity_type, text[result.start : result.end]))
        ]


def _model(language: str) -> str:
    """The best model of spaCy that is installed for a language."""
    from spacy.util import is_package  # noqa: PLC0415  # comes with presidio

    names = [f"{language}_core_{kind}_{size}" for kind in ("web", "news") for size in ("lg", "trf", "md", "sm")]
    found = next(filter(is_package, names), None)
    if found is None:
        fitting = names[0 if language in ("en", "zh") else 4]
        raise ConfigError(
            f"presidio needs a model of spaCy for the language {language!r}, and none is installed; "
            f"run: python -m spacy download {fitting}, or choose the finder 'patterns'"
        )
    return str(found)


def sort_of(entity: str, text: str) -> Sort | None:
    """What presidio's entities are here; dates, places and nationalities are nobody's.

    >>> sort_of("PERSON", "Ada Lovelace"), sort_of("US_SSN", "078-05-1120"), sort_of("DATE_TIME", "today")
    ('name', 'national_id', None)
    """
    if entity == "PERSON":
        return "name" if " " in text.strip() else "first_name"
    return _SORTS.get(entity) or ("national_id" if entity.endswith(_NATIONAL) else None)
