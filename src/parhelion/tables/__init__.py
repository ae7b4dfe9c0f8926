"""Tables: learn one, make any number of rows like it, keep the model."""

from parhelion.tables.config import FitConfig
from parhelion.tables.file import load
from parhelion.tables.fitting import discover_source, fit
from parhelion.tables.model import Model

__all__ = ["FitConfig", "Model", "discover_source", "fit", "load"]
