"""The evidence as people and programs read it: an HTML page, a dataset card, JUnit XML."""

from parhelion.report.card import card, write_card
from parhelion.report.card_facts import CardFacts
from parhelion.report.files import check_report, open_reports, write_report
from parhelion.report.junit import junit
from parhelion.report.page import html

__all__ = [
    "CardFacts",
    "card",
    "check_report",
    "html",
    "junit",
    "open_reports",
    "write_card",
    "write_report",
]
