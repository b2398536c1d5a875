# Two commands are all a newcomer needs: `make demo` and `make test`.
# Both set up everything in .venv; Python 3.11 or newer must be there as `python3`.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: demo test types soak bench check catalogues format clean

demo: .venv/ready
	@$(BIN)/python -m sandbox $(ARGS)

# Bytecode is kept also where the environment forbids it: each worker would compile all tests anew.
test: .venv/ready
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses 5 --dist worksteal $(ARGS)

types: .venv/ready
	@$(BIN)/pyright

soak: .venv/ready
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal -p tests.campaign.summary -m soak $(ARGS)

bench: .venv/ready
	@$(BIN)/python -m benchmarks $(ARGS)

check: .venv/ready
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory --jobs 2 types test

catalogues: .venv/ready
	@$(BIN)/python -m tests.catalogues

format: .venv/ready
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

.venv/ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Firstframe needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@echo "Setting up .venv (once, about a minute) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis
