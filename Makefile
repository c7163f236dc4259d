# Two commands: `make demo` sets up and trains on data that ships with scikit-learn; `make test` sets up and checks.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test docs setup setup-dev check format tables speed clean

demo: setup
	$(BIN)/pellucid fit digits

test: setup-dev
	scripts/check $(BIN)

docs: setup
	$(BIN)/python -m pellucid.surfaces.pages site

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

$(VENV)/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[all]" --group dev
	touch $@

format:
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

tables:
	$(BIN)/python -m benchmarks.tables

speed:
	$(BIN)/python -m benchmarks.speed

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov
