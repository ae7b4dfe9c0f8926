"""Learn a labelled set of texts and make as many, in one process: `_text_fit.py SOURCE MADE TEXT LABEL ENGINE SEED`."""

import sys

import parhelion as ph

source, made, text, label, engine, seed = sys.argv[1:]
model = ph.fit(source, text=text, label=label, text_engine=engine, seed=int(seed))
model.write(made, seed=int(seed), overwrite=True)
