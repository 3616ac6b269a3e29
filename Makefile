# Each target sets up what it needs; the second time that costs nothing.
# A fresh machine needs Python 3.11 or newer, git and make.

VENV := .venv
PY   := $(VENV)/bin/python
# Python keeps what it has compiled, whatever is usual here: servers and commands start dozens of times in the tests.
unexport PYTHONDONTWRITEBYTECODE
# One more than there are cores: a test often waits for a browser or another program.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# The developers' lock holds everything the site's lock holds, so one of the two is enough.
SITE := $(if $(wildcard $(VENV)/.ready-dev),$(VENV)/.ready-dev,$(VENV)/.ready-site)
DEV  := $(VENV)/.ready-dev
# Not shown on a second database: what opens none, what stands on a page (the table of access opens every one on it)
# and what a browser makes of it, the demonstration, which has SQLite;
# and by `not one_database` what no database decides.
SQLITE_ONLY := $(addprefix --ignore=tests/site/,secret_js drawings test_design_page.py test_design_templates.py test_design_tokens.py)
SQLITE_ONLY += --ignore-glob='*_in_a_browser.py' --ignore-glob='*_pages.py' --ignore=tests/site/demo -m "not one_database"
PEERS := .venv-peers/.ready

.DEFAULT_GOAL := help
.PHONY: help demo serve test bench drill check

help: ## show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

demo: $(SITE) ## build a city with its councils and serve it on this machine
	$(VENV)/bin/weft demo

serve: $(SITE) ## an empty server of your own in ./var, to try on this machine
	WEFT_INSECURE_HTTP=1 $(VENV)/bin/weft init
	WEFT_INSECURE_HTTP=1 $(VENV)/bin/weft serve

test: ## run every test, and the site's again on PostgreSQL
	@$(MAKE) --no-print-directory -j2 $(DEV) $(PEERS) packages
	$(PY) -m pytest -n $(JOBS) --dist worksteal tests
	$(PY) scripts/with_postgres.py $(PY) -m pytest -n $(JOBS) --dist worksteal tests/site $(SQLITE_ONLY)

check: $(DEV) ## style, types, imports and lengths, without the tests
	$(VENV)/bin/ruff check src tests scripts benchmarks
	$(VENV)/bin/ruff format --check src tests scripts benchmarks
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) scripts/lengths.py

drill: $(DEV) $(PEERS) ## a writer killed in mid-write, a thousand cases of every property, every role at every address
	$(PY) scripts/kill_drill.py
	WEFT_TESTS=thorough $(PY) -m pytest -n $(JOBS) --dist worksteal tests/core tests/peers tests/site/security

bench: $(DEV) $(PEERS) ## measure, and write docs/reference/figures.md
	$(PY) -m benchmarks

# a step of `test`, not for the command line
.PHONY: packages
packages:
	@sh scripts/system-packages.sh

$(VENV)/.ready-site: requirements/site.txt pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh site

$(PEERS): requirements/peers.txt scripts/setup.sh
	@sh scripts/setup.sh peers

$(VENV)/.ready-dev: requirements/dev.txt pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh dev
