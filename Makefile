# The distribution's Python where it will do: many others are built without optimisation, as by pyenv unless it is told, and take a quarter longer.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
BIN := .venv/bin

.PHONY: setup demo test check format bench pictures lock

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock \
	  || $(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup
	$(BIN)/zsync demo

test: setup
	$(BIN)/python -m pytest -n auto

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m compileall -q bot sync  # as installed packages are: a start would compile them anew where Python may write no bytecode
	$(BIN)/python -m tests.benchmarks

pictures: setup
	$(BIN)/python -m tests.browser.take_pictures

lock: setup
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --all-extras --group dev pyproject.toml -o requirements.lock
