# Twin City Lab: everything a newcomer or CI does is one of these targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
# The first Python that is new enough; the loop also passes by version managers' names that do not start.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
PIP_INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes
# Not `npm ci`: it refuses a lock that lacks another platform's binary, and which of those a registry has differs.
# Versions and checksums of all that the lock names hold just the same, and --no-save leaves the lock alone.
NPM_INSTALL := npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
PYTHON_DIRS := $(wildcard server tests bench .ci/*.py)
# Chromium for the browser tests and bench; redis-server and coturn for the tests that start their own; nginx and Caddy
# run the examples of docs/operating.md; strace shows in which order the disk is told; Firefox is the live link's other
# browser, and ffprobe reads what was recorded.
TEST_PACKAGES := chromium:chromium redis-server:redis-server turnserver:coturn nginx:nginx-light caddy:caddy strace:strace \
	firefox-esr:firefox-esr ffprobe:ffmpeg
NODE_PACKAGES := node:nodejs npm:npm
# All tests run in two processes, one that is done taking over from the other; with ARGS they run in one, in their order.
WORKERS := $(if $(strip $(ARGS)),,--numprocesses 2 --dist worksteal)

heading = @printf '\n== %s\n' '$(1)'

##@ Use it
.PHONY: run
run: $(VENV)/.runtime ## Serve the seeded two-room workshop (HOST, PORT, PUBLIC_URL; more in ARGS)
	@exec $(PY) -m server serve $(ARGS)

.PHONY: demo
demo: $(VENV)/.runtime ## Serve it with simulated people in both rooms (ARGS)
	@exec $(PY) -m server demo $(ARGS)

.PHONY: check-plan
check-plan: $(VENV)/.runtime ## Read a plan: its timetable, or its mistakes by line (FILE=sessions/NAME.toml)
	@$(PY) -m server check-plan $(FILE)

.PHONY: rehearse
rehearse: $(VENV)/.runtime ## Send simulated people into a workshop (ARGS="--session 'LINK' --participants 60")
	@exec $(PY) -m server rehearse $(ARGS)

.PHONY: backup
backup: $(VENV)/.runtime ## Copy everything into one file, while the server runs (FILE=var/NAME.sqlite; more in ARGS)
	@exec $(PY) -m server backup --to $(FILE) $(ARGS)

##@ Test it
.PHONY: test
test: install-dev ## Run the tests, after installing what they need (ARGS go to pytest)
	@$(PY) -m pytest $(WORKERS) $(ARGS)

.PHONY: check
check: install-dev check-static ## All of CI: format, lint, types, import contracts, tests
	$(call heading,tests)
	@$(PY) -m pytest $(WORKERS) $(ARGS)

.PHONY: check-static
check-static: install-dev-python install-node ## The part of check that runs nothing: seconds, before each commit
	$(call heading,format and lint: Python)
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	$(call heading,types: Python)
	@$(PY) -m mypy $(PYTHON_DIRS)
	$(call heading,import contracts)
	@$(VENV)/bin/lint-imports --no-logo
	$(call heading,format and lint: JavaScript and CSS)
	@node_modules/.bin/biome ci --colors=off --no-errors-on-unmatched --error-on-warnings
	$(call heading,types: JavaScript)
	@node_modules/.bin/tsc

.PHONY: test-long
test-long: install-dev ## The tests that take minutes: crashes, power cuts, thousands of clients
	@$(PY) -m pytest -m long $(ARGS)

.PHONY: bench
bench: install-dev ## Measure (ARGS)
	@$(PY) -m bench $(ARGS)

.PHONY: bench-link
bench-link: install-dev ## Measure the goals of the live link in a lab of networks, ten minutes (ARGS)
	@$(PY) -m bench.link $(ARGS)
	@$(PY) -m bench.link_loop

.PHONY: shots
shots: install-dev ## Take a picture of every screen (ARGS)
	@$(PY) -m tests.browser.shots $(ARGS)

##@ Change it
.PHONY: format
format: install-dev-python install-node ## Format and fix what can be fixed by machine
	@$(PY) -m ruff check --fix --exit-zero --quiet .
	@$(PY) -m ruff format .
	@node_modules/.bin/biome check --write --no-errors-on-unmatched

.PHONY: lock
lock: ## Write both lock files from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@test -x .cache/uv/bin/uv || { $(PYTHON) -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv; }
	@compile() { .cache/uv/bin/uv pip compile pyproject.toml --quiet --no-config --universal --python-version 3.11 \
		--generate-hashes --no-annotate --custom-compile-command "make lock" $(UPGRADE) "$$@"; }; \
	compile -o requirements.lock; \
	compile --group dev -c requirements.lock -o requirements-dev.lock
	@npm install --package-lock-only --ignore-scripts --loglevel=error
	@if grep -nE '://|--(index|extra|find)' requirements.lock requirements-dev.lock || \
		grep -n '"resolved"' package-lock.json; then echo 'A lock file names a host: see above.' >&2; exit 1; fi

.PHONY: vendor
vendor: install-dev-python install-node ## Copy the front end's libraries, font and icons from node_modules into static/
	@PYTHONHASHSEED=0 $(PY) .ci/vendor.py  # the same font, to the byte, every time
	@node_modules/.bin/biome check --write static/css/fonts.css static/js/lib/html.js

.PHONY: clean
clean: ## Remove what can be made again
	rm -rf $(VENV) node_modules .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist var/shots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# --- what the targets above stand on ---------------------------------------------------------------------------------

.PHONY: install-dev install-dev-python install-node
install-dev: install-dev-python install-node
	@.ci/packages $(TEST_PACKAGES)

install-dev-python: $(VENV)/.dev

install-node: node_modules/.installed

$(PY):
	@test -n '$(PYTHON)' || { echo 'No Python 3.11 or newer here. On Debian 12: apt install python3 python3-venv' >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) cannot make a virtual environment. On Debian: apt install python3-venv' >&2; exit 1; }
	@echo 'Making $(VENV) with $(PYTHON) (once) ...'
	@'$(PYTHON)' -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(PY)
	@echo 'Installing the libraries of requirements.lock (once) ...'
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

# The larger lock holds the smaller one's versions, so it stands for both.
$(VENV)/.dev: requirements-dev.lock requirements.lock | $(PY)
	@echo 'Installing the libraries of requirements-dev.lock (once) ...'
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $(VENV)/.runtime $@

node_modules/.installed: package.json package-lock.json
	@.ci/packages $(NODE_PACKAGES)
	@echo 'Installing the tools of package-lock.json (once) ...'
	@$(NPM_INSTALL)
	@touch $@
