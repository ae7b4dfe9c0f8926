"""The evidence: tables in, figures out. It judges anybody's synthetic data, and knows no generator."""

from parhelion.evaluation.canaries import Canaries
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.evaluating import evaluate
from parhelion.evaluation.report import Report
from parhelion.evaluation.scores import Figure, Score, Section, Three
from parhelion.evaluation.thresholds import Threshold, Thresholds, default_yaml
from parhelion.evaluation.verdicts import Verdict
from parhelion.evaluation.words import as_text

__all__ = [
    "Canaries",
    "EvaluateConfig",
    "Figure",
    "Report",
    "Score",
    "Section",
    "Three",
    "Threshold",
    "Thresholds",
    "Verdict",
    "as_text",
    "default_yaml",
    "evaluate",
]
