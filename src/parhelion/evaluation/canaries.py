"""Canaries: secrets of our own that are planted in the texts to be learned from, to see whether they come out
(Carlini et al. 2019, The Secret Sharer, arXiv 1802.08232)."""

import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parhelion.errors import ConfigError, problems

FORMS = (
    "My PIN is ####", "the code for the door is ######", "my password is ????????",
    "please write to ??????@??????.example", "the name of my first pet is ???????",
)  # fmt: skip
_SIGNS = {"#": string.digits, "?": string.ascii_lowercase}
_ENOUGH = 1_000  # secrets that a form has at least


@dataclass(frozen=True)
class Canary:
    """form: `#` stands for a digit and `?` for a letter drawn by chance. text: the form, filled. times: planted."""

    form: str
    text: str
    times: int

    @property
    def secret(self) -> str:
        """From the first character drawn by chance to the last.

        >>> Canary("write to ??@??.example", "write to ab@cd.example", 1).secret
        'ab@cd'
        """
        drawn = [place for place, sign in enumerate(self.form) if sign in _SIGNS]
        return self.text[drawn[0] : drawn[-1] + 1]


@dataclass(frozen=True)
class Canaries:
    """Secrets, and the texts that they are planted as.

    >>> canaries = Canaries.made(np.random.default_rng(0), ["My PIN is ####"], times=(1, 3))
    >>> [(one.form, one.times) for one in canaries.every], len(canaries.texts)
    ([('My PIN is ####', 1), ('My PIN is ####', 3)], 4)
    >>> Canaries.made(np.random.default_rng(0), ["no secret at all"])
    Traceback (most recent call last):
    parhelion.errors.ConfigError: the form 'no secret at all' has room for 1 secret, expected 1,000 at least; write # \
for a digit and ? for a letter that is drawn by chance
    """

    every: tuple[Canary, ...]

    @classmethod
    def made(
        cls, rng: np.random.Generator, forms: Sequence[str] = FORMS, times: Sequence[int] = (1, 2, 5, 10)
    ) -> "Canaries":
        """A canary of every form for every number of times. Raises ConfigError."""
        few = [(form, many) for form in forms if (many := secrets(form)) < _ENOUGH]
        wrong = [f"canaries are planted {many} times; expected 1 at least" for many in times if many < 1]
        wrong += [
            f"the form {form!r} has room for {many:,} secret{'s' * (many > 1)}, expected {_ENOUGH:,} at least; write # "
            "for a digit and ? for a letter that is drawn by chance"
            for form, many in few
        ]
        if wrong:
            raise ConfigError(problems(wrong))
        return cls(tuple(Canary(form, filled(form, rng), many) for form in forms for many in times))

    @property
    def texts(self) -> list[str]:
        """To be added to those that are learned from, each as a row of its own."""
        return [one.text for one in self.every for _ in range(one.times)]


def secrets(form: str) -> int:
    """How many different texts a form has."""
    many = 1
    for sign, choices in _SIGNS.items():
        many *= len(choices) ** form.count(sign)
    return many


def filled(form: str, rng: np.random.Generator) -> str:
    """The form with characters drawn by chance."""
    return "".join(_SIGNS[sign][rng.integers(len(_SIGNS[sign]))] if sign in _SIGNS else sign for sign in form)
