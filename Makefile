# Each target is one line; the README shows how to do without make.
# PYTHON chooses the interpreter: make demo PYTHON=python3.13
PYTHON ?= python3
export PYTHON

.PHONY: help demo test lint matrix benchmark screenshots clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\): ##/  make \1	/p' Makefile

demo: ## the site and a Logto simulator, until Ctrl-C
	@$(PYTHON) scripts/environment.py demo && exec .venv/bin/python manage.py demo

test: ## the tests, on every database that is found
	@scripts/test.sh

lint: ## ruff, mypy, and whether the documentation's tables are current
	@scripts/lint.sh

matrix: ## the tests on each supported Python and Django
	@$(PYTHON) scripts/matrix.py

benchmark: ## what the package costs, in ratios that one run measures
	@$(PYTHON) scripts/environment.py test && .venv/bin/python -m benchmarks

screenshots: ## the pictures in docs/pictures, taken anew in Chromium
	@$(PYTHON) scripts/environment.py test && scripts/chromium.sh && .venv/bin/python scripts/screenshots.py

clean: ## remove environments, caches and the demo's database
	@scripts/clean.sh
