"""What a dataset card tells that no figure does: who made the data, with what, under which licence."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from parhelion.tables import Model


class CardFacts(BaseModel):
    """What is known of the data beside its figures. What is not given is called unknown, never guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="", description="of the data; else that of the file")
    description: str = Field(default="", description="what the rows are, in a sentence or two")
    license: str = Field(default="unknown", description="a name (cc-by-4.0) or a URL")
    creator: str = Field(default="", description="the person or organisation that publishes it")
    url: str = Field(default="", description="where it is published")
    version: str = Field(default="1.0.0", description="of the data: major.minor.patch")
    published: date | None = Field(default=None, description="else the day on which the file was written")
    citation: str = Field(default="", description="how to cite it, BibTeX")
    generator: str = Field(default="", description="the program that made it, with its version")
    method: str = Field(default="", description="how that program works, in a sentence")
    seed: int | None = Field(default=None, description="that it was drawn with")
    learned: int | None = Field(default=None, ge=0, description="real rows that it was learned from")
    guarantee: str = Field(default="", description="of privacy, that the generator states (differential privacy)")

    @classmethod
    def from_model(cls, model: "Model", **given: Any) -> Self:
        """The facts of rows that one of our models made; `given` are any others.

        >>> import pyarrow as pa
        >>> from parhelion.tables import fit
        >>> model = fit(pa.table({"age": [20, 30, 40] * 40}))
        >>> facts = CardFacts.from_model(model, seed=3)
        >>> facts.generator, facts.learned, facts.seed
        ('parhelion', 120, 3)
        """
        method = (
            "decision trees draw each value given those before it in the row; values that fewer than "
            f"{model.protect} real rows share are not shown"
        )
        return cls(**{"generator": "parhelion", "method": method, "learned": model.learned, **given})

    def how(self) -> str:
        """How it was made, in sentences.

        >>> CardFacts(generator="maker 4", learned=1000).how()
        'The rows were made by maker 4, which had learned from 1,000 real rows. No differential privacy is claimed.'
        """
        by = self.generator or "a program that was not named"
        drawn = "" if self.seed is None else f" with seed {self.seed}"
        many = "" if self.learned is None else f"{self.learned:,} "
        told = [f"The rows were made by {by}{drawn}, which had learned from {many}real rows."]
        if self.method:
            told.append(f"{self.method[:1].upper()}{self.method[1:].rstrip('.')}.")
        told.append(
            f"Its maker states {self.guarantee.rstrip('.')}."
            if self.guarantee
            else "No differential privacy is claimed."
        )
        return " ".join(told)


LIMITS = (
    "The figures are of this file and of the real rows that it was compared with; of other data they say nothing.",
    "Privacy was tested by the attacks that are named, not proven: an attacker who knows more may learn more.",
    "What is rare in the real rows is rarer, coarser or missing here; do not draw conclusions about single rows.",
    "A row may equal a real one by chance. No row is evidence about a real person.",
)
USES = (
    "Developing and testing software, teaching, and exploring before access to the real rows is asked for.",
    "Analyses whose conclusions are checked on the real rows before anybody acts on them.",
)
