"""Detection: can synthetic rows be told from real ones, and by what?"""

from parhelion.evaluation.detection.figures import Clue, Detection, Example, Test
from parhelion.evaluation.detection.measure import measure

__all__ = ["Clue", "Detection", "Example", "Test", "measure"]
