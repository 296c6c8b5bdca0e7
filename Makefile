# make run     the app on the default corpus, at http://127.0.0.1:7860
# make test    the tests that need nothing but this folder
# The other targets are listed by `make help`. The environment is made on first use and again when the lock changes.

KB_VENV ?= .venv
VENV    := $(KB_VENV)
BIN     := $(VENV)/bin

# The stamps' names carry what they stand for, so a changed lock, pyproject.toml or checkout finds no stamp.
# .ci/environment writes its stamp last: an environment without one is made again from scratch.
DEPS_KEY    := $(shell cat requirements.lock requirements-cuda.lock .ci/local-wheels.lock .ci/environment | cksum | tr ' ' -)
PROJECT_KEY := $(shell { echo '$(CURDIR)'; cat pyproject.toml; } | cksum | tr ' ' -)
DEPS        := $(VENV)/.locked-$(DEPS_KEY)
READY       := $(VENV)/.ready-$(DEPS_KEY)-$(PROJECT_KEY)

unexport KB_VENV # a setting of this file, not of the app, which refuses KB_ variables it does not know

SLOW := slow or browser or documents

.PHONY: help install run test test-slow test-all packages lint typecheck house fix docs docs-check bench lock clean

help:
	@echo 'make run         build the index if needed, then start the app at http://127.0.0.1:7860'
	@echo 'make test        the tests, without the slow ones and without a browser'
	@echo 'make test-slow   the other tests: slow ones, a browser, official publications, office programs'
	@echo 'make test-all    every test; both need the Debian packages that .ci/packages names'
	@echo 'make lint        ruff, and the direction of imports'
	@echo 'make typecheck   mypy'
	@echo 'make house       how tidy the code is: circles, local imports, long files and more, each with its bound'
	@echo 'make fix         let ruff mend and format'
	@echo 'make docs        write the generated parts of the documentation (docs-check: are they current?)'
	@echo 'make bench       the benchmarks'
	@echo 'make lock        write the lock files from pyproject.toml (UPGRADE=1, WHEELS="FILE ...")'
	@echo 'make install     only the environment; its folder is KB_VENV, .venv by default'
	@echo 'make clean       remove the environment and everything generated'

install: $(READY)

run: $(READY)
	$(BIN)/kb ingest
	$(BIN)/kb serve

test: $(READY)
	$(BIN)/python -m pytest -m "not ($(SLOW))" $(ARGS)

test-slow: $(READY) packages
	$(BIN)/python -m pytest -m "$(SLOW)" $(ARGS)

test-all: $(READY) packages
	$(BIN)/python -m pytest $(ARGS)

packages:
	@absent=$$(.ci/packages); \
	if [ -n "$$absent" ]; then echo "these tests need: apt-get install $$absent" >&2; exit 1; fi

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

typecheck: $(READY)
	$(BIN)/mypy

house: $(READY)
	$(BIN)/python -m benchmarks.measurements.house $(ARGS)

fix: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)
	$(BIN)/cog -r README.md docs/cli.md

docs-check: $(READY)
	@$(BIN)/cog --check --diff README.md docs/cli.md || { echo 'Generated parts are out of date; run `make docs`.' >&2; exit 1; }

bench: $(READY)
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(READY)
	$(BIN)/python .ci/lock.py $(if $(UPGRADE),--upgrade) $(if $(WHEELS),--wheel $(WHEELS))

clean:
	@if [ -e "$(VENV)/pyvenv.cfg" ]; then rm -rf "$(VENV)"; fi
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEPS):
	@.ci/environment "$(VENV)" "$@"

# No build isolation: setuptools comes from the lock.
$(READY): $(DEPS)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.ready-*
	@touch "$@"
