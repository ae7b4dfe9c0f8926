# make demo   learn a real table, write its twin, the model and the figures
# make test   everything that is checked: lint, types, tests
# make bench  the figures of the README (hours; needs the data sets, see benchmarks/README.md)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-dev
TORCH := torch==2.13.0

.PHONY: demo test lint types bench clean

demo: $(VENV)/.installed
	$(BIN)/python examples/demo.py

test: lint types
	$(BIN)/python -m pytest -n 2

lint: $(STAMP)
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/ruff format --check src tests benchmarks examples

types: $(STAMP)
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python benchmarks/tables.py
	$(BIN)/python benchmarks/evidence.py
	$(BIN)/python benchmarks/describing.py
	$(BIN)/python benchmarks/networking.py
	$(BIN)/python benchmarks/texts.py
	$(BIN)/python benchmarks/texts.py --only banking77 --engine transformer --seeds 1
	$(BIN)/python benchmarks/agreements.py
	$(BIN)/python benchmarks/peers.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "parhelion needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.installed: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(STAMP): pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --editable '.[describe,search,network,websocket,lm]' --group dev
	touch $@

clean:
	rm -rf $(VENV) .bench demo .pytest_cache .mypy_cache .ruff_cache
