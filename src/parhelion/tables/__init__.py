"""Tables: learn one, make any number of rows like it, keep the model.

Names are imported when they are first used: whoever needs the options alone does not wait for numpy.
"""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.tables.config import FitConfig
    from parhelion.tables.file import load
    from parhelion.tables.fitting import discover_source, fit
    from parhelion.tables.forgetting import fit_and_forget, forget
    from parhelion.tables.model import Model

_HOME = {
    "FitConfig": "config", "load": "file", "discover_source": "fitting", "fit": "fitting", "Model": "model",
    "fit_and_forget": "forgetting", "forget": "forgetting",
}  # fmt: skip

__all__ = ["FitConfig", "Model", "discover_source", "fit", "fit_and_forget", "forget", "load"]

__getattr__ = lazily(__name__, _HOME)
