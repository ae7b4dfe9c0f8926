"""The report: all figures of one evaluation, read, compared and written before anything is drawn of them."""

from typing import Any, Literal, Self

from pydantic import ValidationError

from parhelion.errors import DataError, nearest
from parhelion.evaluation.detection.figures import Detection
from parhelion.evaluation.fairness.figures import Fairness
from parhelion.evaluation.fidelity.figures import Fidelity
from parhelion.evaluation.privacy.figures import Privacy
from parhelion.evaluation.rules_kept import Rules
from parhelion.evaluation.scores import Counts, Figures, Score, Section
from parhelion.evaluation.text.figures import Text
from parhelion.evaluation.utility.figures import Utility
from parhelion.evaluation.verdicts import Verdict
from parhelion.schema import Kind


class Compared(Figures):
    """What was compared: names of the sources, rows of each table, columns and their kinds.

    cut: no hold-out was given; train and holdout are two halves of the real rows. twin: the rows were made by `twin`,
    which kept the held-out rows out of the learning itself. notes: how they were read.
    """

    real: str
    synthetic: str
    holdout: str | None
    counts: Counts
    kinds: dict[str, Kind]
    target: tuple[str, ...]
    sensitive: tuple[str, ...]
    cut: bool
    quick: bool
    seed: int
    twin: bool = False
    notes: tuple[str, ...] = ()


class Report(Figures):
    """The evidence on one synthetic table.

    headline: four scores, one each of columns together, detection, utility and privacy, that are read first; with them,
    or in their place, those of free text where there is any. text: has no columns where there is none.
    worst: plain sentences, the worst of all parts first.
    """

    version: Literal[1] = 1
    parhelion: str
    compared: Compared
    headline: tuple[Score, ...]
    verdict: Verdict
    worst: tuple[str, ...]
    fidelity: Fidelity
    detection: Detection
    utility: Utility
    privacy: Privacy
    fairness: Fairness
    rules: Rules
    text: Text = Text()

    @property
    def sections(self) -> dict[str, Section]:
        """The parts by name, in the order in which they are read."""
        names = ("text", "fidelity", "detection", "utility", "privacy", "fairness", "rules")
        return {name: getattr(self, name) for name in names}

    def scores(self) -> dict[str, Score]:
        """All scores by key."""
        return {score.key: score for section in self.sections.values() for score in section.scores}

    def score(self, key: str) -> Score:
        """One score; KeyError with the nearest key where there is none."""
        every = self.scores()
        if key not in every:
            raise KeyError(f"there is no score {key!r}{nearest(key, every)}")
        return every[key]

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The report that `to_json` wrote; DataError where it is none of this version."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            raise DataError(f"not a report of version 1: {where}: {first['msg']}") from None
