"""The figures of free text: is it useful, like real text, varied, and nobody's own words?"""

from typing import Self

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.fidelity.figures import Distribution
from parhelion.evaluation.scores import Counts, Figures, Interval, Section, Three


class Label(Figures):
    """One value of a label column, predicted by models that learned from real and from synthetic texts.

    texts: held-out ones that have it. recall, f1: of the model learned from real texts, and from synthetic ones.
    """

    name: str
    texts: int
    recall_real: float
    recall_synthetic: float
    f1_real: float
    f1_synthetic: float


class Labelling(Figures):
    """A label column, predicted from the texts: TF-IDF of words and pairs of words, logistic regression.

    given: named by the user, else found. rows: that each model learned from. accuracy, f1 (macro): of models learned
    from real (train) and from synthetic texts, on held-out ones, with 95 % intervals. ratio: of the accuracies.
    majority: the accuracy of always saying the commonest label. labels: those on which synthetic texts are worst first.
    """

    column: str
    given: bool
    rows: int
    accuracy_real: float
    accuracy_real_interval: Interval
    accuracy_synthetic: float
    accuracy_synthetic_interval: Interval
    f1_real: float
    f1_synthetic: float
    ratio: float
    ratio_interval: Interval
    majority: float
    labels: tuple[Label, ...] = ()


class Trait(Figures):
    """What texts are like: the mean of each table. share: it is a share, not a number."""

    name: str
    means: Three
    share: bool = False


class TellingWord(Figures):
    """A word by which synthetic texts are told from real ones: the share of texts of either side that have it. Never a
    word that fewer than `protect` real texts share."""

    word: str
    synthetic: float
    real: float


class Shared(Figures):
    """The share of texts that have so many characters in a row in common with a text learned from."""

    characters: int
    synthetic: float
    holdout: float | None


class PersonalValues(Figures):
    """Personal values of one sort: how many there are in the real texts learned from, and how many different ones of
    them occur in synthetic texts. Never the values."""

    sort: str
    real: int
    synthetic: int


class TextExample(Figures):
    """A synthetic text that copies nothing, what is known of it, and the chance that it is synthetic, as the classifier
    says. row: its number, from 0."""

    row: int
    text: str
    known: dict[str, str]
    probability: float


class TextColumn(Figures):
    """One column of free text.

    texts: that are neither missing nor blank. lengths: in characters. zipf: (rank, share of all words) of the words in
    the order of how often they come, of each table. curve: of the membership attack.
    """

    name: str
    texts: Counts
    lengths: Distribution | None = None
    traits: tuple[Trait, ...] = ()
    zipf: tuple[tuple[int, Three], ...] = ()
    labellings: tuple[Labelling, ...] = ()
    telling: tuple[TellingWord, ...] = ()
    shared: tuple[Shared, ...] = ()
    personal: tuple[PersonalValues, ...] = ()
    examples: tuple[TextExample, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()


class Exposed(Figures):
    """A secret that was planted in the texts learned from (Carlini et al. 2019).

    form: with a sign in place of every character drawn by chance. times: planted. verbatim: it came out as it was
    planted. exposure: in bits, log2 |R| - log2 of its rank among |R| candidates of its form. most: log2 |R|.
    """

    column: str
    form: str
    times: int
    verbatim: bool
    exposure: float
    most: float


class Text(Section):
    """Free text; without columns where the table has none."""

    columns: tuple[TextColumn, ...] = ()
    canaries: tuple[Exposed, ...] = ()

    def renumbered(self, places: npt.NDArray[np.int64]) -> Self:
        """The same, row i being row `places[i]` of its source."""
        return self.model_copy(update={"columns": tuple(_renumbered(column, places) for column in self.columns)})


def _renumbered(column: TextColumn, places: npt.NDArray[np.int64]) -> TextColumn:
    examples = tuple(one.model_copy(update={"row": int(places[one.row])}) for one in column.examples)
    return column.model_copy(update={"examples": examples})
