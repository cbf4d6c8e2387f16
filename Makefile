# Everything a developer does. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
PYTEST_ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: help run test check bench whoosh lock setup

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.runtime ## set everything up and start on http://127.0.0.1:8000 (PORT=… moves it); Ctrl-C stops all of it
	@exec $(BIN)/directory run --port $(PORT)

test: .venv/.dev node_modules/.stamp ## run all tests; installs what they need: Chromium, fonts, PostgreSQL, Redis, Java (PYTEST_ARGS=… adds to pytest)
	@bash scripts/install_tools.sh chromium fonts-liberation postgresql java redis-server
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

check: format lint types imports templates documents ## formatter, linter, types, import contracts, templates, lock files, documents: fast, no server

.PHONY: format lint types imports templates documents
format: .venv/.dev
	@$(BIN)/ruff format --check --quiet . || { echo "run $(BIN)/ruff format ."; exit 1; }

lint: .venv/.dev
	@$(BIN)/ruff check --quiet .

types: .venv/.dev
	@$(BIN)/mypy --no-error-summary

imports: .venv/.dev
	@$(BIN)/lint-imports --no-logo

templates: .venv/.dev
	@$(BIN)/djlint templates --lint --quiet

documents: .venv/.dev
	@$(BIN)/python scripts/check_lock.py
	@$(BIN)/python scripts/check_docs.py
	@$(BIN)/python scripts/check_assurance.py

bench: .venv/.bench ## benchmarks with peers in the same run; prints tables and writes bench/results/ (BENCH_SIZES=… BENCH_GROWTH=…)
	@bash scripts/install_tools.sh wrk postgresql
	@$(BIN)/python -m bench

# It can't be installed beside Whoosh, whose name it takes: it lies in a folder that comes first, and goes afterwards.
whoosh: .venv/.dev ## tests of search under whoosh3, which would take the place of the Whoosh that is pinned (PYTEST_ARGS=… adds to pytest)
	@bash scripts/install_tools.sh postgresql
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(PIP) --require-hashes --no-deps --target "$$folder" -r requirements/whoosh3.txt && \
		export PYTHONPATH="$$folder" && \
		$(BIN)/python -c 'import whoosh; assert whoosh.__file__.startswith("'$$folder'"), whoosh.__file__' && \
		$(BIN)/python -m pytest -n 2 -p no:cacheprovider tests/search $(PYTEST_ARGS)

lock: .venv/.dev ## compile requirements/ from pyproject.toml, newest versions that fit
	@[ -x $(BIN)/uv ] || $(PIP) uv
	@$(LOCK) --upgrade --all-extras pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --upgrade --all-extras --group dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt
	@$(LOCK) --upgrade --group build -c requirements/dev.txt -o requirements/build.txt
	@$(LOCK) --upgrade --group bench -c requirements/dev.txt -o requirements/bench.txt
	@$(LOCK) --upgrade --group whoosh3 -o requirements/whoosh3.txt
	@$(BIN)/python scripts/check_lock.py

setup: .venv/.dev node_modules/.stamp ## set up for development without running anything

.venv/bin/python:
	@bash scripts/make_venv.sh

# The build tool is locked too, so that nothing is fetched outside the lock files.
.venv/.runtime: .venv/bin/python requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo "Installing what the directory needs; this takes a minute the first time."
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	@echo "Installing what development and tests need."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.bench: .venv/.dev requirements/bench.txt
	@echo "Installing the peers that benchmarks compare with."
	@$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@bash scripts/install_tools.sh npm
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
