"""Free text: is it useful, like real text, varied, and nobody's own words?"""

from parhelion.evaluation.canaries import Canaries, Canary
from parhelion.evaluation.text.exposing import exposure
from parhelion.evaluation.text.figures import Exposed, Label, Labelling, Text, TextColumn
from parhelion.evaluation.text.measure import measure
from parhelion.evaluation.text.scorer import Scorer

__all__ = [
    "Canaries", "Canary", "Exposed", "Label", "Labelling", "Scorer", "Text", "TextColumn", "exposure", "measure",
]  # fmt: skip
