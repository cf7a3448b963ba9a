# siaksim: the same short words here and in CI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.siaksim-ready
PORT ?= 7425
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')

# Programs that tests need and that were built here: `make toxiproxy`.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: setup run test lint types matrix wheel clean constraints toxiproxy

setup: $(STAMP)

# venv may be missing (Debian without python3-venv): uv then comes by `pip install --target`,
# which needs neither root nor venv, and makes the environment itself.
$(STAMP): pyproject.toml constraints.txt
	@if $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 && $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt uv; \
	  UV="$(BIN)/uv"; \
	else \
	  rm -rf $(VENV); \
	  $(PYTHON) -m pip install -q --disable-pip-version-check --target .tools uv; \
	  UV=".tools/bin/uv"; \
	  UV_PYTHON_DOWNLOADS=never $$UV venv -q --python $(PYTHON) $(VENV); \
	fi && \
	UV_PYTHON_DOWNLOADS=never $$UV pip install -q --python $(BIN)/python -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

run: setup
	@$(BIN)/siaksim serve --scenario normal-day --port $(PORT)

# One more test than cores, as live tests wait most of the time. Not `--dist loadfile`: it drops tests of one name (Schemathesis makes such).
test: setup
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

lint: setup
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: setup
	@$(BIN)/mypy

# Every example client through every shipped scenario: some minutes. Run it when a rule, a client or
# a scenario has changed; `make test` says when that is.
matrix: setup
	@$(BIN)/python tools/write_matrix.py

wheel: setup
	@rm -rf dist && $(BIN)/uv build -q --wheel --out-dir dist .

toxiproxy: setup
	@.ci/toxiproxy

constraints:
	@$(BIN)/uv pip compile -q --no-header --no-annotate --no-emit-index-url --universal --python-version 3.11 \
	  --all-extras pyproject.toml -o constraints.txt

clean:
	@rm -rf $(VENV) .tools dist build
