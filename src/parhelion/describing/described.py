"""What came of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parhelion.describing.snapshot import Forecast
from parhelion.llm.budget import dollars
from parhelion.llm.contract import PICO


@dataclass(frozen=True, slots=True)
class Described:
    """A data set, as far as it was made.

    rows: how many are accepted, of `asked`. stop: `complete`, or why it ended before. rejected: how many, by the field
    where they ended. spent: pico-dollars, of all runs of the project. files: what was written. preview: the rows of a
    preview, with all their fields; columns: those of them that are delivered. notes: what a reader should know.
    """

    folder: Path
    stage: str
    asked: int = 0
    rows: int = 0
    stop: str = ""
    candidates: int = 0
    rejected: Mapping[str, int] | None = None
    held: int = 0
    pending: int = 0
    questions: int = 0
    facts: int = 0
    spent: int = 0
    budget: int | None = None
    forecast: Forecast | None = None
    files: tuple[Path, ...] = ()
    preview: tuple[dict[str, Any], ...] = ()
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Is it all that was asked for?"""
        return self.rows >= self.asked

    def told(self) -> dict[str, str]:
        """The same for people, by what it is about."""
        rejected = ", ".join(f"{count:,} at {field}" for field, count in (self.rejected or {}).items() if count)
        told = {
            "rows": f"{self.rows:,} of {self.asked:,}" if self.asked else "",
            "stopped": "" if self.complete else self.stop,
            "rejected": rejected,
            "held": f"{self.held:,}" if self.held else "",
            "facts": f"{self.facts:,}, of {self.questions:,} questions" if self.facts else "",
            "spent": dollars(self.spent) + (f" of {dollars(self.budget)}" if self.budget is not None else ""),
            "in all": self._in_all(),
        }
        return {name: text for name, text in told.items() if text}

    def _in_all(self) -> str:
        if self.forecast is None:
            return "preview some rows more to tell" if self.stage == "preview" and self.complete else ""
        if self.complete and self.stage == "rows":
            return ""
        seconds = self.forecast.seconds
        return f"about {dollars(rounded(self.forecast.cost))}" + ("" if seconds is None else f" and {span(seconds)}")

    def as_dict(self) -> dict[str, Any]:
        """The same for programs; money in dollars."""
        return {
            "folder": str(self.folder), "stage": self.stage, "asked": self.asked, "rows": self.rows, "stop": self.stop,
            "candidates": self.candidates, "rejected": dict(self.rejected or {}), "held": self.held,
            "pending": self.pending, "questions": self.questions, "facts": self.facts, "spent": self.spent / PICO,
            "budget": None if self.budget is None else self.budget / PICO,
            "forecast": self.forecast and {"cost": self.forecast.cost / PICO, "seconds": self.forecast.seconds},
            "files": [str(file) for file in self.files], "preview": [*self.preview], "columns": [*self.columns],
            "notes": [*self.notes],
        }  # fmt: skip


def rounded(amount: int) -> int:
    """A guess, with two digits that say something.

    >>> rounded(8_207_777_777), rounded(42), rounded(0)
    (8200000000, 42, 0)
    """
    return round(amount, 2 - len(str(amount)))


def span(seconds: float) -> str:
    """A span of time to read.

    >>> span(4.2), span(80), span(7500)
    ('4 s', '1 min 20 s', '2 h 5 min')
    """
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"
