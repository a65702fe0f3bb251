# Everything runs in .venv, which is made from requirements.txt when that changes.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.DEFAULT_GOAL := book
.PHONY: book test serve chapter replicate bench clean

book: $(VENV)/.ready          ## build the site: _build/site/index.html
	@$(RUN) -m nbsrc.site build

test: $(VENV)/.ready          ## run all tests, in a real browser too
	@$(RUN) -m tests.browser
	@$(RUN) -m pytest -n auto --dist worksteal

serve: $(VENV)/.ready         ## serve the site on this machine, rebuild on change
	@$(RUN) -m nbsrc.site serve

chapter: $(VENV)/.ready       ## run and check one chapter: make chapter NAME=neuron
	@$(RUN) -m nbsrc.site chapter "$(NAME)"

replicate: $(VENV)/.ready     ## replay chapters under other seeds: make replicate SEEDS=0:20
	@$(RUN) -m nbsrc.site replicate "$(SEEDS)" --chapter "$(NAME)"

bench: $(VENV)/.ready         ## measure page weights and speed, as ratios
	@$(RUN) -m bench.pages
	@$(RUN) -m bench.repaint
	@$(RUN) -m bench.networks
	@$(RUN) -m bench.regions
	@$(RUN) -m bench.geometry
	@$(RUN) -m bench.information

clean:                        ## remove the site and all caches; .venv stays
	rm -rf _build .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(VENV)/.ready: requirements.txt pyproject.toml
	@echo "Setting up $(VENV) from requirements.txt (a minute or two) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed; name one with make PYTHON=...")'
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
