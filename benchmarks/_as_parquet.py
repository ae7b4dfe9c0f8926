"""Rewrite a CSV file as Parquet with the column types of another Parquet file: LIKE.parquet IN.csv OUT.parquet.

Run by the scoring environment. Only an empty cell is missing: `None` is a value.
"""

import sys

import pandas as pd

like, source, out = sys.argv[1:]
types = pd.read_parquet(like).dtypes
rows = pd.read_csv(source, keep_default_na=False, na_values=[""], low_memory=False)
texts = [name for name in types.index if types[name].kind == "O"]
rows[texts] = rows[texts].astype("string").astype(object)
rows.to_parquet(out)
