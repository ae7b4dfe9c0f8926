"""What every part of the evidence is made of: scores beside their references, in plain values."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Better = Literal["lower", "higher", "reference"]
Interval = tuple[float, float]

NEEDS_TWO = "it needs two columns that can be compared"  # why an attack cannot be tried


class Figures(BaseModel):
    """A part of the evidence. Frozen; numbers are plain Python floats, so that JSON and YAML have them as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="null")


class Figure(Figures):
    """A figure of the synthetic rows, beside the same figure of real rows.

    >>> Figure(value=0.03, reference=0.02).ratio
    1.5
    """

    value: float
    reference: float

    @property
    def ratio(self) -> float | None:
        """How many times the reference; 1 where both are 0, None where the reference alone is."""
        if self.reference == 0:
            return 1.0 if self.value == 0 else None
        return self.value / self.reference

    @property
    def excess(self) -> float:
        return self.value - self.reference


class Three(Figures):
    """The same figure of each of the three tables; None where it cannot be told."""

    train: float | None
    synthetic: float | None
    holdout: float | None


class Counts(Figures):
    """The rows of each of the three tables."""

    train: int
    synthetic: int
    holdout: int


class Score(Figures):
    """One score, beside its reference: the same score of held-out real rows, or of real rows used instead.

    key: its name for machines, `part.name`, the same in every version. title: for people, a few words.
    value, reference: None where they cannot be told; then `untold` says why.
    interval: of the value, 95 %; None where it has none. spread: where the interval comes from, in a few words.
    better: which way is better; "reference": the nearer to the reference the better, on either side.
    ideal: the value that nothing can improve on (AUC 0.5, distance 0, share 1).
    unit: "share" is shown as per cent; "AUC", "times" and names of units are shown as they are.
    meaning: what it says, in one plain sentence that a lay reader understands.
    warning: what else would win it (a mere copy, independently drawn columns), or why it is weak evidence.
    """

    key: str
    title: str
    value: float | None
    reference: float | None = None
    interval: Interval | None = None
    spread: str = ""
    better: Better = "lower"
    ideal: float | None = None
    unit: str = ""
    meaning: str
    warning: str = ""
    untold: str = ""

    @property
    def worse_by(self) -> float | None:
        """How much worse than the reference, 0 or less where it is as good; None where one is untold.

        >>> auc = Score(key="a.b", title="AUC", value=0.8, reference=0.9, better="higher", meaning="")
        >>> round(auc.worse_by, 3)
        0.1
        """
        if self.value is None or self.reference is None:
            return None
        gap = self.value - self.reference
        return {"lower": gap, "higher": -gap, "reference": abs(gap)}[self.better]


class Section(Figures):
    """A part of the evidence: its scores, the most telling first; what was done; what is wrong, the worst first.

    notes: how it was measured: samples, limits, what was left out and why. findings: plain sentences about what is bad.
    """

    scores: tuple[Score, ...] = ()
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
