# Thin: each target is a line or two. Everything is set up from a bare Python with venv and pip.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
UV := .uv/bin/uv
BIN := .venv/bin
READY := .venv/.ready
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
# Behind an office's proxy only the machine's own certificates are right.
export UV_SYSTEM_CERTS := true
# Some images forbid it; then each of the many processes that a test or a benchmark
# starts translates Django anew, which takes longer than most of them run.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

help: ## List the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(UV):
	$(PYTHON) -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check "uv>=0.9"

$(READY): $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --quiet --python $(PYTHON)
	@touch $@

setup: $(READY) ## Make the environment in .venv.

demo: $(READY) ## Start a sample city on 127.0.0.1 (PORT=8000).
	GONGSHI_MODE=demo $(BIN)/gongshi demo --port $(PORT)

test: $(READY) ## Run the tests, on PostgreSQL too where GONGSHI_TEST_POSTGRES_URL names a server.
	$(BIN)/pytest -n 2 --dist loadfile
	@if [ -n "$$GONGSHI_TEST_POSTGRES_URL" ]; then echo "The same on PostgreSQL:" \
	&& GONGSHI_DATABASE_URL="$$GONGSHI_TEST_POSTGRES_URL/gongshi" \
	GONGSHI_PORTAL_DATABASE_URL="$$GONGSHI_TEST_POSTGRES_URL/gongshi_portal" \
	$(BIN)/pytest -n 2 --dist loadfile -m "not files"; fi

check: $(READY) ## Lint, types, layers, migrations, generated docs and messages.
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/gongshi makemigrations --check --dry-run
	$(BIN)/gongshi docs --check
	$(BIN)/python -m tests.repository.messages --check

fix: $(READY) ## Format, regenerate docs and messages.
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	$(BIN)/gongshi docs && $(BIN)/python -m tests.repository.messages

bench: $(READY) ## Run the benchmarks; one JSON line per figure.
	$(UV) sync --frozen --quiet --group bench --python $(PYTHON)
	$(BIN)/python -m benchmarks

.PHONY: help setup demo test check fix bench
