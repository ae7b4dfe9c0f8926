"""Everything that a project knows, in one file that no kill can spoil."""

from parhelion.describing.store.calls import LedgerLine
from parhelion.describing.store.cells import Cell
from parhelion.describing.store.rows import Counts, fact_mark, facts_of
from parhelion.describing.store.sources import Source
from parhelion.describing.store.store import Store, open_store
from parhelion.describing.store.trust import RunPlace

__all__ = ["Cell", "Counts", "LedgerLine", "RunPlace", "Source", "Store", "fact_mark", "facts_of", "open_store"]
