"""The boundary: any table in, the same type out."""

from parhelion.io.atomic import atomic_file
from parhelion.io.atomic_folder import atomic_folder
from parhelion.io.contract import BATCH, Dialect, Source, check_columns
from parhelion.io.frames import some_of
from parhelion.io.openers import open_source
from parhelion.io.sampling import Sample, uniform_sample
from parhelion.io.sinks import Sink, open_sink
from parhelion.io.writers import csv_stream

__all__ = [
    "BATCH",
    "Dialect",
    "Sample",
    "Sink",
    "Source",
    "atomic_file",
    "atomic_folder",
    "check_columns",
    "csv_stream",
    "open_sink",
    "open_source",
    "some_of",
    "uniform_sample",
]
