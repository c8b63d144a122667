# Needs Python 3.11 or later and make; everything else is installed into .venv from the lock file.

PYTHON ?= python3
BIN = .venv/bin
CATALOGUES = $(wildcard intake/translations/*/LC_MESSAGES/messages.po)

.DEFAULT_GOAL = help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run translations ## Serve the form, the mail worker and a mailbox to try it out with
	@exec $(BIN)/python -m intake serve

test: .venv/dev translations ## Run every test
	$(BIN)/python -m pytest -n auto --dist worksteal

check: .venv/dev translations ## Formatter, linter, types, import contracts, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

bench: .venv/dev translations ## Measure against a bare Flask application, in one run
	$(BIN)/python -m tests.bench

screenshots: .venv/dev translations ## Photograph every page and state into screenshots/
	$(BIN)/python -m tests.screenshots

statuses: .venv/run translations ## Draw the table of statuses anew into docs/statuses.md
	$(BIN)/flask --app wsgi enquiry moves > docs/statuses.md

roles: .venv/run translations ## Write the table of roles anew into docs/roles.md
	$(BIN)/flask --app wsgi directory roles > docs/roles.md

wheel: .venv/dev translations ## Build the wheel into dist/, with every language in it
	$(BIN)/python -m hatchling build -t wheel

translations: $(CATALOGUES:.po=.mo)

%.mo: %.po | .venv/run
	@$(BIN)/pybabel -q compile -i $< -o $@

strings: .venv/dev ## Collect the texts anew into the catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k _ -k ngettext:1,2 --no-location --sort-output --width 100 -o .venv/messages.pot .
	for po in $(CATALOGUES); do $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --width 100 -i .venv/messages.pot -o $$po -l $$(basename $$(dirname $$(dirname $$po))); done

lock: .venv/dev ## Resolve the dependencies anew into the lock files
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header -p 3.11 --all-extras --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header -p 3.11 --all-extras --upgrade --group dev pyproject.toml -o requirements-dev.txt

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python cannot make virtual environments. On Debian: apt install python3-venv"; exit 1; }
	@touch $@

.venv/run: requirements.txt | .venv/python
	@echo "Installing into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt | .venv/run
	@echo "Installing the test tools into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: help run test check bench screenshots statuses roles wheel translations strings lock
