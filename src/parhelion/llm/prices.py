"""What well-known hosted models cost: a starting point that ages, so what a plan says goes before it."""

import re
from datetime import date
from typing import NamedTuple

from parhelion.llm.contract import Price


class KnownPrice(NamedTuple):
    """Dollars for a million tokens, where they were read, and when."""

    read: float
    written: float
    source: str
    on: date

    @property
    def price(self) -> Price:
        """The price of a token."""
        return Price.of(self.read, self.written)


_GITHUB = "https://docs.github.com/en/copilot/reference/copilot-billing/models-and-pricing"
_ANTHROPIC = "https://docs.anthropic.com/en/docs/about-claude/pricing"
_LAZZARI = "https://nicolalazzari.ai/articles/openai-api-pricing-explained-2026"
_AUMIQX = "https://aumiqx.com/ai-tools/openai-api-pricing-gpt4-costs-guide-2026"
_READ = date(2026, 11, 22)

# Prompts below 200,000 tokens, without cache and batch discounts; longer ones cost up to twice as much at some.
_KNOWN: dict[str, KnownPrice] = {
    "gpt-4o": KnownPrice(2.50, 10.00, _LAZZARI, _READ),
    "gpt-4o-mini": KnownPrice(0.15, 0.60, _LAZZARI, _READ),
    "gpt-4.1": KnownPrice(2.00, 8.00, _AUMIQX, _READ),
    "gpt-4.1-mini": KnownPrice(0.40, 1.60, _AUMIQX, _READ),
    "gpt-4.1-nano": KnownPrice(0.10, 0.40, _AUMIQX, _READ),
    "gpt-5": KnownPrice(1.25, 10.00, _LAZZARI, _READ),
    "gpt-5-mini": KnownPrice(0.25, 2.00, _GITHUB, _READ),
    "gpt-5-nano": KnownPrice(0.05, 0.40, _LAZZARI, _READ),
    "gpt-5.4": KnownPrice(2.50, 15.00, _GITHUB, _READ),
    "gpt-5.4-mini": KnownPrice(0.75, 4.50, _GITHUB, _READ),
    "gpt-5.4-nano": KnownPrice(0.20, 1.25, _GITHUB, _READ),
    "gpt-5.5": KnownPrice(5.00, 30.00, _GITHUB, _READ),
    "o3": KnownPrice(2.00, 8.00, _AUMIQX, _READ),
    "claude-3-haiku": KnownPrice(0.25, 1.25, _ANTHROPIC, _READ),
    "claude-3-5-haiku": KnownPrice(0.80, 4.00, _ANTHROPIC, _READ),
    "claude-haiku-4-5": KnownPrice(1.00, 5.00, _GITHUB, _READ),
    "claude-sonnet-4": KnownPrice(3.00, 15.00, _GITHUB, _READ),
    "claude-sonnet-4-5": KnownPrice(3.00, 15.00, _GITHUB, _READ),
    "claude-sonnet-4-6": KnownPrice(3.00, 15.00, _GITHUB, _READ),
    "claude-sonnet-5": KnownPrice(2.00, 10.00, _GITHUB, _READ),
    "claude-opus-4": KnownPrice(15.00, 75.00, _ANTHROPIC, _READ),
    "claude-opus-4-1": KnownPrice(15.00, 75.00, _ANTHROPIC, _READ),
    "claude-opus-4-5": KnownPrice(5.00, 25.00, _GITHUB, _READ),
    "claude-opus-4-6": KnownPrice(5.00, 25.00, _GITHUB, _READ),
    "claude-opus-4-7": KnownPrice(5.00, 25.00, _GITHUB, _READ),
    "claude-opus-4-8": KnownPrice(5.00, 25.00, _GITHUB, _READ),
    "claude-opus-5": KnownPrice(5.00, 25.00, _GITHUB, _READ),
}
_VERSION = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|latest|0)$")


def plain_name(model: str) -> str:
    """A model's name without its maker before it and its date after it.

    >>> plain_name("openai/gpt-4o-mini-2024-07-18"), plain_name("claude-haiku-4-5-20251001")
    ('gpt-4o-mini', 'claude-haiku-4-5')
    """
    return _VERSION.sub("", re.sub(r"^(openai|anthropic)/", "", model.strip().lower()))


def known_price(model: str) -> KnownPrice | None:
    """What is known of a model's price, with its source and date."""
    return _KNOWN.get(plain_name(model))


def price_of(model: str) -> Price | None:
    """The price of a well-known hosted model, or None where nobody knows.

    Only for servers elsewhere (`is_local` tells): on a machine of your own a model of any name costs nothing.

    >>> price_of("gpt-4o-mini")
    Price(read=150000, written=600000)
    >>> price_of("gpt-4o-mini-of-my-own") is None
    True
    """
    known = known_price(model)
    return known.price if known else None
