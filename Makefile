# Everything runs in .venv, which the first target to need it makes from Python 3.11+ alone.
PYTHON ?= python3
UV_VERSION := 0.13.9
CHECKOV_VERSION := 3.3.30
BIN := .venv/bin
PYTHONS ?= 3.11 3.12 3.13
SLOW := (stack or images or growth)
STAMP := .venv/.installed
IMAGES := ingest ga4-export handle forward
GROUPS_ingest := ingest parquet
GROUPS_ga4-export := ingest parquet bigquery
GROUPS_handle := handle
GROUPS_forward := forward

.PHONY: demo up test room pythons explore growth mutants vulnerabilities sbom check format bench docs terraform checkov images schema template clean

$(STAMP): pyproject.toml uv.lock hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv sync --quiet --frozen --inexact
	@touch $@

demo: $(STAMP)  ## carry sample files and events through the whole pipeline on this machine
	@$(BIN)/omnicapi demo

up: $(STAMP)  ## the same pipeline, staying up
	@$(BIN)/omnicapi up

test: export PYTHONHASHSEED = 0
test: $(STAMP)  ## every test, with branch coverage; the same examples every time
	@$(BIN)/pytest -n 2 -m "not $(SLOW)" --cov --cov-report= --cov-fail-under=0
	@$(BIN)/pytest -n 2 --dist loadgroup -m stack --cov --cov-append

room: $(STAMP)  ## the quick tests of one folder, `make room ROOM=handle`: no laws, no processes
	@$(BIN)/pytest -n 2 -m "not hypothesis and not $(SLOW)" tests/$(ROOM)

pythons: export UV = $(CURDIR)/$(BIN)/uv
pythons: export PYTHONHASHSEED = 0
pythons: $(STAMP)  ## what `make test` runs beside the stack, on every Python that is supported and installed
	@for version in $(PYTHONS); do \
	  export PYENV_VERSION=$$version UV_PROJECT_ENVIRONMENT=.venv-$$version; \
	  if ! python$$version -c '' 2> /dev/null; then echo "Python $$version: skipped, it is not installed"; continue; fi; \
	  $(BIN)/uv sync --quiet --frozen --inexact --python python$$version || exit 1; \
	  .venv-$$version/bin/pytest -n 2 -m "not $(SLOW)" || exit 1; \
	  echo "Python $$version: passed"; \
	done

explore: $(STAMP)  ## the laws alone, with random seeds and twenty times as many examples
	@$(BIN)/pytest -n 2 -m "hypothesis and not $(SLOW)" --hypothesis-profile explore

growth: $(STAMP)  ## the CPU time of every regular expression and reader grows in proportion to its input
	@$(BIN)/pytest -m growth tests/growth

mutants: $(STAMP)  ## change the code that decides what is sent, line by line, and list the changes that no test notices (an hour)
	@$(BIN)/mutmut run
	@$(BIN)/mutmut results

vulnerabilities: $(STAMP)  ## ask osv.dev about every package of uv.lock, at its locked version (needs the network)
	@$(BIN)/uv audit --frozen $(AUDIT)

sbom: $(STAMP)  ## write .sbom/IMAGE.cdx.json: what uv.lock puts into each image, as CycloneDX
	@mkdir -p .sbom
	@$(foreach image,$(IMAGES),$(BIN)/uv export --quiet --frozen --format cyclonedx1.5 \
	  $(addprefix --only-group=,$(GROUPS_$(image))) --output-file .sbom/$(image).cdx.json > /dev/null &&) true

check: $(STAMP)  ## format, lint, types, the direction of imports, the limits that are pinned
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.limits --check

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(STAMP)  ## measure side by side with the alternatives
	@$(BIN)/uv sync --quiet --frozen --inexact --group bench
	@for bench in files ledger handle forward ga4 live startup cost; do $(BIN)/python -m bench.$$bench --json || exit 1; done

docs: $(STAMP)  ## build the pages of docs/ into .site/; a link or an anchor that leads nowhere fails
	@$(BIN)/uv sync --quiet --frozen --inexact --group docs
	@$(BIN)/sphinx-build -q -W --keep-going -j auto docs .site

terraform: $(STAMP)  ## format, validate and test the module without a cloud (needs terraform 1.11 or newer)
	@$(BIN)/pytest -n 2 --dist worksteal tests/terraform

images: $(STAMP)  ## build the images and run the pipeline from them (needs root, buildah and debootstrap)
	@$(BIN)/pytest -m images tests/images

checkov: $(STAMP)  ## a second opinion on terraform/, fetched with its hundred packages and kept apart
	@$(BIN)/uvx --quiet --from checkov==$(CHECKOV_VERSION) \
	  checkov --directory terraform --framework terraform --skip-download --quiet --compact

schema: $(STAMP)  ## write docs/schema from the message types and the tables of GA4's events
	@$(BIN)/python -m omnicapi.schema docs/schema
	@$(BIN)/python -m ingest.maps.ga4_schema docs/schema/ga4.json

template: $(STAMP)  ## write gtm/template.tpl and its pictures from gtm/source
	@$(BIN)/python -m gtm.build
	@$(BIN)/python -m gtm.form

clean:
	rm -rf .venv .omnicapi .coverage* .hypothesis .import_linter_cache mutants .mypy_cache .pytest_cache .ruff_cache .sbom .site
